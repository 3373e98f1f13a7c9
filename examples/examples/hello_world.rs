//! The first program: a server that knows one answer, and a client that asks for it.
//!
//! ```text
//! cargo run -p examples --example hello_world                        # both, in one process
//! cargo run -p examples --example hello_world server 127.0.0.1:9758
//! cargo run -p examples --example hello_world client 127.0.0.1:9758  # or `nc 127.0.0.1 9758`
//! ```

use std::{env, error::Error};

use examples::signals::shutdown_signal; // a file to copy, too: `examples/src/signals.rs`
use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

/// What a client may say. One message is one line of text on the wire: `Hello`, `Ping(42)`.
#[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
enum ClientMessages {
    Hello,
    Ping(u32),
    Quit,
    /// Sent by the framework, when a message of the server could not be read.
    #[protocol(error)]
    Error(String),
}

/// What the server may say.
#[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(wire = Ron, max_frame_len = 4 * 1024)]
enum ServerMessages {
    World(String),
    Pong(u32),
    NoAnswer,
    /// Behind this message the connection is closed.
    #[protocol(closing)]
    GoodBye,
    /// Sent by the framework, when a message of the client could not be read.
    #[protocol(error)]
    Error(String),
}

/// Serves one client: a stream of its messages comes in, a stream of answers goes out.
///
/// It is an ordinary fn, which a test can call with any stream. `#[reactive_server]` adds
/// `greeter::bind(address)`, which runs it for every connection. `max_decode_errors = 5` lets a
/// person at a terminal mistype: only the fifth unreadable line in a row ends the connection.
#[reactive_server(config(max_decode_errors = 5))]
async fn greeter(
    messages: impl Stream<Item = ClientMessages>,
    _peer: Peer<ServerMessages>,
) -> impl Stream<Item = ServerMessages> {
    messages.map(|message| match message {
        ClientMessages::Hello => ServerMessages::World("Earth".into()),
        ClientMessages::Ping(n) => ServerMessages::Pong(n),
        ClientMessages::Quit => ServerMessages::GoodBye,
        ClientMessages::Error(_) => ServerMessages::NoAnswer,
    })
}

/// The same in loop style, for the other side: messages are sent through `peer` when it suits, and
/// the connection is closed when the fn returns.
#[reactive_client]
async fn caller(
    mut messages: Incoming<ServerMessages>,
    peer: Peer<ClientMessages>,
) -> Result<(), SendError<ClientMessages>> {
    println!("client: Hello?");
    peer.send(ClientMessages::Hello).await?;
    if let Some(message) = messages.next().await {
        println!("server: {message:?}");
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let role = arguments.next();
    let address = arguments.next().unwrap_or("127.0.0.1:9758".into());
    match role.as_deref() {
        None => both().await,
        Some("server") => server(address).await,
        Some("client") => client(address).await,
        Some(_) => Err("usage: hello_world [server [address] | client [address]]".into()),
    }
}

async fn both() -> Result<(), Box<dyn Error>> {
    // port 0: the system chooses one that is free
    let server = greeter::bind("127.0.0.1:0").await?;
    client(server.address().to_string()).await?;
    let report = server.shutdown().await;
    println!(
        "the server is down, {} messages undelivered",
        report.messages_undelivered
    );
    Ok(())
}

async fn server(address: String) -> Result<(), Box<dyn Error>> {
    let server = greeter::bind(address)
        .with_graceful_shutdown(shutdown_signal()?)
        .await?;
    println!("say Hello at {}, end me by Ctrl-C", server.address());
    server.closed().await;
    println!("{}", server.shutdown().await);
    Ok(())
}

async fn client(address: String) -> Result<(), Box<dyn Error>> {
    let client = caller::connect(address).await?;
    match client.closed().await {
        // `caller` has returned
        DisconnectReason::HandlerEnded => Ok(()),
        reason => Err(reason.into()),
    }
}
