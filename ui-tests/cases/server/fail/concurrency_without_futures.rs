use futures::{Stream, StreamExt};
use reactive_messaging::{Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server(concurrency = 16)]
async fn market(messages: impl Stream<Item = Order>, _peer: Peer<Order>) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

fn main() {}
