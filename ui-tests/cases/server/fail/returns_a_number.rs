use reactive_messaging::{Incoming, Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server]
async fn market(messages: Incoming<Order>, _peer: Peer<Order>) -> u32 {
    drop(messages);
    1
}

fn main() {}
