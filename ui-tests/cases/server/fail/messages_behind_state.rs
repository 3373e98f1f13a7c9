use reactive_messaging::{Incoming, Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server]
async fn market(amount: u32, messages: Incoming<Order>, price: u32, _peer: Peer<Order>, _more: Incoming<Order>) {
    drop((amount, messages, price));
}

fn main() {}
