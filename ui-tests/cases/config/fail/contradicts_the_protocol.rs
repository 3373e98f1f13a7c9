use futures::{Stream, StreamExt};
use reactive_messaging::{ConstConfig, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[derive(Serialize, Deserialize, ReactiveProtocol)]
#[protocol(max_frame_len = 1024 * 1024)]
enum Offer {
    Apples,
}

#[reactive_server(config = ConstConfig::default())]
async fn market(messages: impl Stream<Item = Order>) -> impl Stream<Item = Offer> {
    messages.map(|_| Offer::Apples)
}

fn main() {}
