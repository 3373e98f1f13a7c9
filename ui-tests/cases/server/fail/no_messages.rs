use futures::Stream;
use reactive_messaging::{ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server]
async fn market() -> impl Stream<Item = Order> {
    futures::stream::empty()
}

#[reactive_server]
async fn stock(amount: u32) {
    drop(amount);
}

fn main() {}
