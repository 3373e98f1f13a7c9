//! reactive-messaging 0.4.1 as published, `Textual`, written like its examples.

use std::{error::Error, ops::Deref};

use futures::{StreamExt, future};
use load::{contender::announce, protocol::transform};
use published::free_address;
use reactive_messaging_0_4::prelude::*;
use serde::{Deserialize, Serialize};

const CONFIG: ConstConfig = ConstConfig::default();

#[derive(Debug, PartialEq, Default, Serialize, Deserialize)]
enum Request {
    Ping(u32, u64),
    #[default]
    Quit,
}

#[derive(Debug, PartialEq, Default, Serialize, Deserialize)]
enum Response {
    Pong(u32, u64),
    #[default]
    GoodBye,
}

impl ReactiveMessagingConfig<Response> for Response {}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let address = free_address()?;
    let mut server = new_socket_server!(CONFIG, address.ip().to_string(), address.port());
    // `FullSync`: the streams of the other channels lose wake-ups
    start_server_processor!(
        CONFIG,
        Textual,
        FullSync,
        server,
        Request,
        Response,
        |_| future::ready(()),
        |_, _, peer, requests| requests
            .map(|request| match request.deref() {
                Request::Ping(sequence, payload) => Response::Pong(*sequence, transform(*payload)),
                Request::Quit => Response::GoodBye,
            })
            .to_responsive_stream(peer, |_, _| ())
    )?;
    announce(address)?;
    future::pending().await
}
