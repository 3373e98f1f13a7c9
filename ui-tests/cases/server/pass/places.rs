//! Where a handler may stand, and what it may be called.

#![deny(warnings, missing_docs, unreachable_pub, clippy::all)]

use futures::{Stream, StreamExt};
use reactive_messaging::{Incoming, Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

/// Messages.
#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Order {
    /// Buys.
    Buy,
}

#[reactive_server]
async fn private(messages: impl Stream<Item = Order>, _peer: Peer<Order>) -> impl Stream<Item = Order> {
    messages
}

/// Documented.
#[reactive_server]
pub async fn public(messages: impl Stream<Item = Order>, _: Peer<Order>) -> impl Stream<Item = Order> {
    messages
}

mod inner {
    use super::*;

    #[reactive_server]
    pub(crate) async fn of_the_crate(messages: Incoming<Order>) {
        drop(messages);
    }

    #[reactive_server]
    pub(super) async fn of_the_parent(messages: Incoming<Order>) {
        drop(messages);
    }
}

/// The companion has the name of its module's user.
mod chat {
    use super::*;

    #[reactive_server(name = Chat)]
    pub(super) fn chat(messages: Incoming<Order>, _peer: Peer<Order>) -> impl Stream<Item = Order> {
        messages.map(|order| order)
    }
}

#[reactive_server]
async fn r#match(messages: Incoming<Order>) {
    drop(messages);
}

#[reactive_server]
#[deprecated]
async fn old(messages: Incoming<Order>) {
    drop(messages);
}

/// Never started.
#[reactive_server]
async fn unused(messages: Incoming<Order>) {
    drop(messages);
}

use chat::{Chat, chat as talk};
use inner::of_the_crate as renamed;

#[tokio::main]
async fn main() {
    #[reactive_server]
    async fn within_a_fn(messages: Incoming<Order>) {
        drop(messages);
    }

    let started = async {
        private::bind("127.0.0.1:0").await?.shutdown().await;
        public::bind("127.0.0.1:0").await?.shutdown().await;
        renamed::bind("127.0.0.1:0").await?.shutdown().await;
        inner::of_the_parent::bind("127.0.0.1:0").await?.shutdown().await;
        Chat::bind("127.0.0.1:0").await?.shutdown().await;
        r#match::bind("127.0.0.1:0").await?.shutdown().await;
        within_a_fn::bind("127.0.0.1:0").await?.shutdown().await;
        Ok::<_, reactive_messaging::BindError>(())
    };
    tokio::spawn(started).await.unwrap().unwrap();

    // they stay ordinary fns
    let incoming = Incoming::from_stream(futures::stream::iter([Order::Buy]));
    let (peer, _sent) = reactive_messaging::testing::peer::<Order>();
    assert_eq!(talk(incoming, peer).count().await, 1);
}
