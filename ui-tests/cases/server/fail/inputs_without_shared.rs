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

#[reactive_server]
async fn market(inputs: impl Stream<Item = (Peer<Report>, Input<Order>)>) -> impl Stream<Item = (Peer<Report>, Report)> {
    inputs.map(|(peer, _)| (peer, Report::Bought))
}

#[reactive_server(concurrency = 2)]
async fn exchange(inputs: Inputs<Order, Report>) {
    drop(inputs);
}

fn main() {}
