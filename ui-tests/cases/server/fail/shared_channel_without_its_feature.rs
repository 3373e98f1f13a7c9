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

#[reactive_server(shared, capacity = 64, channel = Crossbeam)]
async fn market(mut inputs: Inputs<Order, Report>) {
    while inputs.next().await.is_some() {}
}

#[reactive_server(shared, channel = FullSync)]
async fn exchange(inputs: impl Stream<Item = (Peer<Report>, Input<Order>)>) {
    drop(inputs);
}

fn main() {}
