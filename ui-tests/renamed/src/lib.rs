//! Expansions name nothing but the runtime, by the name that it is told: neither a prelude nor the
//! crate name `reactive_messaging` is there.

#![no_implicit_prelude]

use ::futures::{Stream, StreamExt};
use ::renamed::{
    ConstConfig, Incoming, Peer, ReactiveProtocol, SendError, reactive_client, reactive_server,
};
use ::serde::{Deserialize, Serialize};
use ::std::{
    clone::Clone,
    convert::{From, Into},
    future::Future,
    option::Option,
    result::Result::{self, Ok},
    string::String,
    sync::Arc,
};

/// What clients say.
#[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(crate = ::renamed, max_frame_len = 4 * 1024)]
pub enum ClientMessages {
    /// Opens the dialog.
    Hello,
    /// The remote was not understood.
    #[protocol(error)]
    Error(String),
}

/// What servers say.
#[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(crate = ::renamed, wire = ::renamed::wire::Ron)]
pub enum ServerMessages<T> {
    /// Answers `Hello`.
    World(T),
    /// Ends the dialog.
    #[protocol(closing)]
    GoodBye,
}

/// Every key, a shared state, futures.
#[reactive_server(
    config(outbound_bytes = 128 * 1024),
    wire = ::renamed::wire::Ron,
    concurrency = 2,
    unordered,
    on_error = close,
    name = Greeter,
    crate = ::renamed
)]
pub async fn greeter(
    messages: impl Stream<Item = ClientMessages>,
    world: Arc<String>,
) -> impl Stream<Item = impl Future<Output = Result<Option<ServerMessages<String>>, String>>> {
    messages.map(move |_| {
        let world = Clone::clone(&*world);
        async move { Ok(Option::Some(ServerMessages::World(world))) }
    })
}

const CONFIG: ConstConfig = ConstConfig::client();

/// Loop style.
#[reactive_client(config = CONFIG, crate = ::renamed)]
pub async fn caller(
    mut messages: Incoming<ServerMessages<String>>,
    peer: Peer<ClientMessages>,
) -> Result<(), SendError<ClientMessages>> {
    peer.send(ClientMessages::Hello).await?;
    let _ = messages.next().await;
    peer.send(ClientMessages::Error(From::from("enough"))).await
}

/// No state, and nothing to say.
#[reactive_server(crate = ::renamed)]
pub fn listener(messages: Incoming<ClientMessages>) -> impl Stream<Item = ()> {
    messages.map(|message| match message {
        ClientMessages::Hello => {}
        ClientMessages::Error(_text) => {}
    })
}

/// Stages of every kind.
#[reactive_server(config(outbound_bytes = 128 * 1024), on_error = ignore, crate = ::renamed)]
pub mod stages {
    use super::*;

    /// Leaves by its items.
    #[stage(First => Last, concurrency = 2, unordered, wire = ::renamed::wire::Ron)]
    pub fn first(
        messages: impl Stream<Item = ClientMessages>,
        world: Arc<String>,
    ) -> impl Stream<Item = impl Future<Output = ::std::ops::ControlFlow<First, ServerMessages<String>>>>
    {
        messages.map(move |_| {
            let world = Clone::clone(&*world);
            async move { ::std::ops::ControlFlow::Break(First::Last(world)) }
        })
    }

    /// The last one, which greets.
    #[stage(Last, name = Leave, on_error = reply, config = ConstConfig::default())]
    pub async fn last(
        world: String,
        messages: Incoming<ClientMessages>,
        peer: Peer<ServerMessages<String>, Leave>,
    ) -> Result<(), SendError<ServerMessages<String>>> {
        ::std::mem::drop(messages);
        peer.send(ServerMessages::World(world)).await
    }
}

/// Starts all of them.
pub async fn start() -> Result<(), String> {
    let world = Arc::new(Into::into("Earth"));
    let server = Greeter::with(world).bind("127.0.0.1:0").await;
    let server = Result::map_err(server, |error| ::std::format!("{error}"))?;
    let client = caller::connect(server.address()).await;
    let client = Result::map_err(client, |error| ::std::format!("{error}"))?;
    client.closed().await;
    let silent = listener::bind("127.0.0.1:0").await;
    let silent = Result::map_err(silent, |error| ::std::format!("{error}"))?;
    silent.shutdown().await;
    let staged = stages::with(Arc::new(Into::into("Mars")))
        .bind("127.0.0.1:0")
        .await;
    let staged = Result::map_err(staged, |error| ::std::format!("{error}"))?;
    let client = caller::connect(staged.address()).await;
    let client = Result::map_err(client, |error| ::std::format!("{error}"))?;
    client.closed().await;
    staged.shutdown().await;
    server.shutdown().await;
    Ok(())
}
