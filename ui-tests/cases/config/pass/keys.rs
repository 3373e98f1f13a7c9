//! Configurations, wires, and what an error does.

#![deny(warnings, missing_docs)]

use futures::{Stream, StreamExt};
use reactive_messaging::{ConstConfig, Incoming, Peer, ReactiveProtocol, reactive_client, reactive_server, wire};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

const CONFIG: ConstConfig = ConstConfig { max_frame_len: 1024, ..ConstConfig::default() };

#[reactive_server(config = CONFIG, wire = wire::Json, on_error = reply)]
async fn by_const(messages: impl Stream<Item = Order>) -> impl Stream<Item = Order> {
    messages
}

#[reactive_server(config(outbound_bytes = 64 * 1024, max_frame_len = 1 << 10,), on_error = close,)]
async fn by_fields(messages: impl Stream<Item = Order>) -> impl Stream<Item = Order> {
    messages
}

#[reactive_server(config = ConstConfig { max_decode_errors: 5, ..CONFIG }, on_error = ignore)]
async fn by_expression<T: Send + 'static>(messages: Incoming<Order>, _peer: Peer<Order>) {
    drop(messages);
}

#[reactive_client(config())]
async fn of_a_client(messages: Incoming<Order>, _peer: Peer<Order>) {
    drop(messages.map(|order| order));
}

fn main() {
    assert_eq!(by_const::CONFIG, CONFIG);
    assert_eq!(by_fields::CONFIG.outbound_bytes, 64 * 1024);
    assert_eq!(of_a_client::CONFIG, ConstConfig::client());
    let _ = (by_const::with(), by_fields::with(), by_expression::with::<u8>(), of_a_client::with());
    let _ = Order::Buy;
}
