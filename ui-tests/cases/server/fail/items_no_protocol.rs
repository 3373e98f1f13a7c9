use futures::{Stream, StreamExt};
use reactive_messaging::{ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

struct Offer;

#[reactive_server]
async fn market(messages: impl Stream<Item = Order>) -> impl Stream<Item = Offer> {
    messages.map(|_| Offer)
}

fn main() {}
