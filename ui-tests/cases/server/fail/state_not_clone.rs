use reactive_messaging::{Incoming, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

struct Rooms;

#[reactive_server]
async fn market(messages: Incoming<Order>, rooms: Rooms) {
    drop((messages, rooms));
}

fn main() {}
