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
async fn market(inputs: impl Stream<Item = (Peer<Report>, Input<Order>)>) -> impl Stream<Item = Report> {
    inputs.map(|_| Report::Bought)
}

#[reactive_server(shared)]
async fn exchange(inputs: Inputs<Order, Report>) -> impl Stream<Item = Option<(Peer<Report>, Order)>> {
    inputs.map(|(peer, _)| Some((peer, Order::Buy)))
}

#[reactive_server(shared)]
async fn bazaar(inputs: Inputs<Order, Report>) -> usize {
    inputs.count().await
}

fn main() {}
