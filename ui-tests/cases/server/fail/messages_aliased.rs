use futures::Stream;
use reactive_messaging::{Incoming, Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

type Orders = Incoming<Order>;

#[reactive_server]
async fn market(messages: Orders, _peer: Peer<Order>) {
    drop(messages);
}

#[reactive_server]
async fn stock<M: Stream<Item = Order>>(messages: M, _peer: Peer<Order>, amount: u32) -> impl Sized {
    drop((messages, amount));
}

fn main() {
    drop(market::bind("127.0.0.1:0"));
}
