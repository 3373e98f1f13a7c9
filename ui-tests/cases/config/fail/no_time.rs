//! Values that would end every connection at once, or that no socket takes.

use std::time::Duration;

use futures::{Stream, StreamExt};
use reactive_messaging::{ConstConfig, Keepalive, ReactiveProtocol, SocketOptions, reactive_client, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

const NO_PROBES: ConstConfig = ConstConfig {
    socket_options: SocketOptions {
        tcp_keepalive: Some(Keepalive { idle: Duration::from_millis(500), interval: Duration::from_secs(1), probes: 3 }),
        ..SocketOptions::default()
    },
    ..ConstConfig::default()
};

#[reactive_server(config(idle_timeout = Some(Duration::ZERO)))]
async fn hurried(messages: impl Stream<Item = Order>) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

#[reactive_server(config(drain_timeout = Duration::from_micros(10)))]
async fn abrupt(messages: impl Stream<Item = Order>) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

#[reactive_client(config = NO_PROBES)]
async fn probing(messages: impl Stream<Item = Order>) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

fn main() {}
