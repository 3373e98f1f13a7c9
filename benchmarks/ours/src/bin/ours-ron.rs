//! `#[reactive_server]` over TCP, one RON value a line.

use std::error::Error;

use futures::{Stream, StreamExt, future};
use load::{contender::announce, protocol::transform};
use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
enum Request {
    Ping(u32, u64),
    Quit,
}

#[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
enum Response {
    Pong(u32, u64),
    GoodBye,
}

#[reactive_server]
async fn pinger(
    messages: impl Stream<Item = Request>,
    _peer: Peer<Response>,
) -> impl Stream<Item = Response> {
    messages.map(|message| match message {
        Request::Ping(sequence, payload) => Response::Pong(sequence, transform(payload)),
        Request::Quit => Response::GoodBye,
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = pinger::bind("127.0.0.1:0").await?;
    announce(server.local_addr()?)?;
    future::pending().await
}
