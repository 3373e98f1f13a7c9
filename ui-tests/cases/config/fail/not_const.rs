use futures::{Stream, StreamExt};
use reactive_messaging::{ConstConfig, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

fn config() -> ConstConfig {
    ConstConfig::default()
}

#[reactive_server(config = config())]
async fn market(messages: impl Stream<Item = Order>) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

fn main() {}
