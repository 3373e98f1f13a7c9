use futures::StreamExt;
use reactive_messaging::{Incoming, Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

use std::rc::Rc;

#[reactive_server]
async fn market(mut messages: Incoming<Order>, peer: Peer<Order>) {
    let count = Rc::new(0);
    while let Some(order) = messages.next().await {
        let _ = peer.send(order).await;
    }
    drop(count);
}

fn main() {}
