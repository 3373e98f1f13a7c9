use futures::{Stream, StreamExt, future};
use reactive_messaging::{ReactiveProtocol, reactive_client, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

const WORKERS: usize = 4;
const NONE: usize = WORKERS - 4;

#[reactive_server(concurrency = 0)]
async fn market(messages: impl Stream<Item = Order>) -> impl Stream<Item = future::Ready<Order>> {
    messages.map(future::ready)
}

#[reactive_client(concurrency = NONE, unordered)]
async fn buyer(messages: impl Stream<Item = Order>) -> impl Stream<Item = future::Ready<Order>> {
    messages.map(future::ready)
}

#[reactive_server(concurrency = WORKERS - 4)]
async fn stock(messages: impl Stream<Item = Order>) -> impl Stream<Item = future::Ready<Order>> {
    messages.map(future::ready)
}

fn main() {}
