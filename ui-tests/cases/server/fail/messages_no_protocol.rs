use futures::{Stream, StreamExt};
use reactive_messaging::{Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

struct Offer;

#[reactive_server]
async fn market(messages: impl Stream<Item = Offer>, _peer: Peer<Order>) -> impl Stream<Item = Order> {
    messages.map(|_| Order::Buy)
}

fn main() {}
