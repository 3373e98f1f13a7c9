use futures::{Stream, StreamExt, future};
use reactive_messaging::{ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server(concurrency = "many")]
async fn store(messages: impl Stream<Item = Order>) -> impl Stream<Item = future::Ready<Order>> {
    messages.map(future::ready)
}

fn main() {}
