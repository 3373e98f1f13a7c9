use reactive_messaging::{Incoming, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server]
async fn market(messages: Incoming<Order>, rooms: &[u32]) {
    drop((messages, rooms));
}

#[reactive_server]
async fn stock<'a>(messages: Incoming<Order>, rooms: Vec<&'a u32>) {
    drop((messages, rooms));
}

fn main() {}
