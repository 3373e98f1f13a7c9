//! A `pub` handler over private messages is a warning about the fn, and nothing else.

#![deny(warnings)]

use futures::{Stream, StreamExt};
use reactive_messaging::{BindError, Peer, ReactiveProtocol};

mod market {
    use super::*;
    use reactive_messaging::reactive_server;
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize, ReactiveProtocol)]
    enum Order {
        Buy,
    }

    #[allow(private_bounds, private_interfaces)]
    #[reactive_server]
    pub async fn market(messages: impl Stream<Item = Order>, _peer: Peer<Order>) -> impl Stream<Item = Order> {
        messages.map(|_| Order::Buy)
    }

    pub async fn start() -> Result<(), BindError> {
        market::bind("127.0.0.1:0").await?.shutdown().await;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), BindError> {
    market::start().await
}
