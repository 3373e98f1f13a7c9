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
async fn market(orders: impl Stream<Item = Order>, _peer: Peer<Report>) -> impl Stream<Item = Report> {
    orders.map(|_| Report::Bought)
}

fn main() {
    let _ = market::bind("127.0.0.1:0");
}
