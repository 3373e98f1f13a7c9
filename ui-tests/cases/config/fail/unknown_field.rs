use futures::{Stream, StreamExt};
use reactive_messaging::{ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server(config(max_frame_length = 1024))]
async fn market(messages: impl Stream<Item = Order>) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

fn main() {}
