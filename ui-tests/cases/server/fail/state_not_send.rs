use reactive_messaging::{Incoming, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

use std::rc::Rc;

#[reactive_server]
async fn market(messages: Incoming<Order>, rooms: Rc<u32>) {
    drop((messages, rooms));
}

fn main() {}
