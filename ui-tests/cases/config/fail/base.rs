use futures::{Stream, StreamExt};
use reactive_messaging::{ConstConfig, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

const CONFIG: ConstConfig = ConstConfig::default();

#[reactive_server(config(max_connections = Some(3), ..CONFIG))]
async fn market(messages: impl Stream<Item = Order>) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

fn main() {}
