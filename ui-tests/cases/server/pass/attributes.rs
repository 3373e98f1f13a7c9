//! Other attributes on a handler: they stay with the fn, `#[cfg]`s go with its companion.

#![deny(warnings)]

use futures::{Stream, StreamExt};
use reactive_messaging::{Incoming, Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server]
#[tracing::instrument(skip_all)]
async fn traced_within(messages: impl Stream<Item = Order>, _peer: Peer<Order>) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

#[tracing::instrument(skip_all)]
#[reactive_server]
async fn traced_around(messages: impl Stream<Item = Order>) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

#[reactive_server]
#[cfg(any())]
async fn gone(messages: impl Stream<Item = Missing>) {}

#[cfg(any())]
#[reactive_server]
async fn gone(messages: impl Stream<Item = Missing>) {}

#[reactive_server]
#[cfg(all())]
async fn gone(messages: Incoming<Order>) {
    drop(messages);
}

#[tokio::main]
async fn main() -> Result<(), reactive_messaging::BindError> {
    traced_within::bind("127.0.0.1:0").await?.shutdown().await;
    traced_around::bind("127.0.0.1:0").await?.shutdown().await;
    gone::bind("127.0.0.1:0").await?.shutdown().await;
    let _ = Order::Buy;
    Ok(())
}
