use futures::Stream;
use reactive_messaging::{ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server(shared)]
mod market {
    use super::*;

    #[stage(Open)]
    pub async fn open(orders: impl Stream<Item = Order>) {
        drop(orders);
    }
}

#[reactive_server]
mod exchange {
    use super::*;

    #[stage(Open, processors = 2)]
    pub async fn open(orders: impl Stream<Item = Order>) {
        drop(orders);
    }
}

fn main() {}
