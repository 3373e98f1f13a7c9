#![allow(unused_imports)]

use futures::{Stream, StreamExt};
use reactive_messaging::{Input, Inputs, Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Report {
    Bought,
}

#[reactive_server(shared)]
async fn market(mut inputs: Inputs<Order, Report>) {
    let count = std::rc::Rc::new(std::cell::Cell::new(0));
    while let Some((_, _)) = inputs.next().await {
        count.set(count.get() + 1);
    }
}

fn main() {}
