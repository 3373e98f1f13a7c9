use futures::{Stream, StreamExt};
use reactive_messaging::{ConstConfig, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

const CONFIG: ConstConfig = ConstConfig { max_frame_len: 512 * 1024, ..ConstConfig::default() };

#[reactive_server(config = CONFIG)]
async fn market(messages: impl Stream<Item = Order>) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

fn main() {}
