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
async fn market(inputs: Inputs) {
    drop(inputs);
}

fn main() {}
