//! A client in loop style and one in stream style, against one server.

#![deny(warnings)]

use futures::{Stream, StreamExt};
use reactive_messaging::{Incoming, Peer, ReactiveProtocol, SendError, reactive_client, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
    #[protocol(closing)]
    Leave,
}

#[reactive_server]
async fn market(messages: impl Stream<Item = Order>, _peer: Peer<Order>) -> impl Stream<Item = Order> {
    messages
}

#[reactive_client]
async fn looping(mut messages: Incoming<Order>, peer: Peer<Order>) -> Result<(), SendError<Order>> {
    peer.send(Order::Buy).await?;
    assert_eq!(messages.next().await, Some(Order::Buy));
    peer.send(Order::Leave).await
}

#[reactive_client]
async fn streaming(messages: impl Stream<Item = Order>, orders: u32) -> impl Stream<Item = Order> {
    let orders = futures::stream::iter((0..orders).map(|_| Order::Buy));
    orders.chain(messages.map(|_| Order::Leave).take(1))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = market::bind("127.0.0.1:0").await?;
    let client = looping::connect(server.address()).await?;
    client.closed().await;
    let client = streaming::with(3).connect(server.address()).await?;
    client.closed().await;
    server.shutdown().await;
    Ok(())
}
