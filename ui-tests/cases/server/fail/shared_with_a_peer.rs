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

#[reactive_server(shared, local = Report)]
async fn market(inputs: impl Stream<Item = (Peer<Report>, Input<Order>)>, peer: Peer<Report>) {
    drop((inputs, peer));
}

fn main() {
    let _ = market::bind("127.0.0.1:0");
}
