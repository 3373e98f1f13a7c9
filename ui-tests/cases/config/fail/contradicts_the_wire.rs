use futures::{Stream, StreamExt};
use reactive_messaging::{ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

use reactive_messaging::wire::Postcard;

#[reactive_server(config(max_decode_errors = 5), wire = Postcard)]
async fn market(messages: impl Stream<Item = Order>) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

fn main() {}
