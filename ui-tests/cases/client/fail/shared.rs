#![allow(unused_imports)]

use futures::{Stream, StreamExt};
use reactive_messaging::{Input, Inputs, Peer, ReactiveProtocol, reactive_client};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Report {
    Bought,
}

#[reactive_client(shared)]
async fn trader(inputs: impl Stream<Item = (Peer<Order>, Input<Report>)>) -> impl Stream<Item = (Peer<Order>, Order)> {
    inputs.map(|(peer, _)| (peer, Order::Buy))
}

fn main() {}
