use reactive_messaging::prelude::*;

#[derive(Debug, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
enum Orders {
    Buy(u32),
}

#[reactive_server]
async fn shop(orders: impl Stream<Item = View<Orders>>) {
    drop(orders);
}

fn main() {}
