use futures::Stream;
use reactive_messaging::{ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server(shared)]
async fn market(messages: impl Stream<Item = Order>) {
    drop(messages);
}

fn main() {}
