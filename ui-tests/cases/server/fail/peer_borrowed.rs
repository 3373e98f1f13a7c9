use reactive_messaging::{Incoming, Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server]
async fn market(messages: Incoming<Order>, _peer: &Peer<Order>, amount: u32) {
    drop((messages, amount));
}

fn main() {}
