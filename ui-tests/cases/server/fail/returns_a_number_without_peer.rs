use reactive_messaging::{Incoming, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server]
async fn market(messages: Incoming<Order>) -> Vec<u32> {
    drop(messages);
    Vec::new()
}

fn main() {}
