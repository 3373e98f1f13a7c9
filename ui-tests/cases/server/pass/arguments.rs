//! Arguments: streams, peers, state of all kinds.

#![deny(warnings, clippy::all)]

use std::{fmt::Debug, sync::Arc};

use futures::{Stream, StreamExt};
use reactive_messaging::{Incoming, Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

trait Store {}

#[derive(Clone)]
struct Shelf(u32);

impl Store for Shelf {}

#[reactive_server]
async fn bounds(messages: impl Stream<Item = Order> + Unpin + Send, _peer: reactive_messaging::Peer<Order>) -> impl Stream<Item = Order> {
    messages
}

#[reactive_server]
async fn mutable(mut messages: reactive_messaging::Incoming<Order>, mut count: u32) {
    while messages.next().await.is_some() {
        count += 1;
    }
    let _ = count;
}

/// Names that the expansion uses itself, patterns, raw identifiers, the fn's own name.
#[reactive_server]
async fn names(
    incoming: Incoming<Order>,
    peer: Peer<Order>,
    messages: u8,
    outcome: u16,
    names: u32,
    r#type: u64,
    _: i8,
    (_left, _right): (i16, i16),
    Shelf(shelf): Shelf,
    _self: &'static str,
) -> Result<(), String> {
    drop((incoming, peer, messages, outcome, names, r#type, shelf, _self));
    Ok(())
}

#[reactive_server]
async fn generic<S: Store, T, const N: usize>(messages: impl Stream<Item = Order>, store: Arc<S>, more: [T; N]) -> impl Stream<Item = Order>
where
    S: Send + Sync + 'static,
    T: Debug + Send + 'static,
{
    messages.inspect(move |_| {
        let _ = (&store, &more);
    })
}

#[reactive_server]
async fn inferred(messages: Incoming<Order>, store: impl Store) {
    drop((messages, store));
}

#[reactive_server]
async fn counted<const N: usize>(messages: Incoming<Order>) {
    let _ = [0; N];
    drop(messages);
}

#[tokio::main]
async fn main() -> Result<(), reactive_messaging::BindError> {
    bounds::bind("127.0.0.1:0").await?.shutdown().await;
    mutable::with(1).bind("127.0.0.1:0").await?.shutdown().await;
    names::with(1, 2, 3, 4, 5, (6, 7), Shelf(8), "nine").bind("127.0.0.1:0").await?.shutdown().await;
    generic::with(Arc::new(Shelf(1)), [1u8, 2]).bind("127.0.0.1:0").await?.shutdown().await;
    inferred::with(Shelf(1)).bind("127.0.0.1:0").await?.shutdown().await;
    counted::bind::<3>("127.0.0.1:0").await?.shutdown().await;
    // an address that is borrowed is not kept
    let server = {
        let address = String::from("127.0.0.1:0");
        bounds::bind(address.as_str())
    };
    server.await?.shutdown().await;
    Ok(())
}
