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

const NONE: usize = 0;

#[reactive_server(shared, capacity = NONE)]
async fn market(mut inputs: Inputs<Order, Report>) {
    while inputs.next().await.is_some() {}
}

#[reactive_server(shared, processors = 0)]
async fn exchange(inputs: impl Stream<Item = (Peer<Report>, Input<Order>)>) {
    drop(inputs);
}

#[reactive_server(shared, capacity = "many", channel = Tokio)]
async fn bazaar(inputs: Inputs<Order, Report>) {
    drop(inputs);
}

fn main() {}
