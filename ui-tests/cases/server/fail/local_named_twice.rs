use reactive_messaging::{Incoming, Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server(local = Order)]
async fn market(messages: Incoming<Order>, _peer: Peer<Order>) {
    drop(messages);
}

fn main() {}
