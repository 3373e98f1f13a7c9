use futures::{Stream, StreamExt};
use reactive_messaging::{Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Offer {
    Apples,
}

#[reactive_server]
async fn market(messages: impl Stream<Item = Order>, _peer: Peer<Order>) -> impl Stream<Item = Offer> {
    messages.map(|_| Offer::Apples)
}

fn main() {}
