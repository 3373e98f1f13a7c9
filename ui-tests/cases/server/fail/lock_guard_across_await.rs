use futures::StreamExt;
use reactive_messaging::{Incoming, Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

use std::sync::{Arc, Mutex};

#[reactive_server]
async fn market(mut messages: Incoming<Order>, _peer: Peer<Order>, count: Arc<Mutex<u32>>) {
    let mut count = count.lock().unwrap();
    while let Some(_order) = messages.next().await {
        *count += 1;
    }
}

fn main() {}
