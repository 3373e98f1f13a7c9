use reactive_messaging::{Incoming, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server(on_errors = close, unordered, wire = )]
async unsafe fn market(amount: u32, messages: Incoming<Order>, rooms: &str) {
    drop((amount, messages, rooms));
}

fn main() {}
