use futures::{Stream, StreamExt};
use reactive_messaging::{ReactiveProtocol, reactive_client};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_client]
async fn customer(messages: impl Stream<Item = Order>) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

async fn start() {
    let _ = customer::bind("127.0.0.1:1").await;
}

fn main() {}
