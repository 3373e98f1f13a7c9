use futures::{Stream, StreamExt};
use reactive_messaging::{Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

use std::rc::Rc;

#[reactive_server]
async fn market(messages: impl Stream<Item = Order>, _peer: Peer<Order>) -> impl Stream<Item = Order> {
    let count = Rc::new(0);
    messages.inspect(move |_| println!("{count}")).map(|order| order)
}

fn main() {}
