//! How to do things: a heading each, with a short example.
//!
//! The examples speak this protocol:
//!
//! ```
//! use reactive_messaging::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
//! enum Ask { Ping(u32) }
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
//! enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! ```
//!
//! # Arguments of a handler
//!
//! First the messages, then optionally the [`Peer`](crate::Peer), then state. The messages are
//! `impl Stream<Item = M>` or [`Incoming<M>`](crate::Incoming). A handler that calls
//! `messages.next()` takes `Incoming<M>` or `impl Stream<Item = M> + Unpin`. `Peer` is recognised by
//! its name: an alias of it is taken for state.
//!
//! State is `Clone + Send + Sync + 'static` and cloned for every connection. It is given by `with`:
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::{Arc, atomic::{AtomicU32, Ordering}};
//!
//! #[reactive_server]
//! async fn counting(mut messages: Incoming<Ask>, peer: Peer<Answer>, pings: Arc<AtomicU32>) -> Result<(), SendError<Answer>> {
//!     while let Some(Ask::Ping(n)) = messages.next().await {
//!         pings.fetch_add(1, Ordering::Relaxed);
//!         peer.send(Answer::Pong(n)).await?;
//!     }
//!     Ok(())
//! }
//!
//! let pings = Arc::new(AtomicU32::new(0));
//! let server = counting::with(pings.clone()).bind("127.0.0.1:0").await?;
//! # server.shutdown().await; Ok(()) }
//! ```
//!
//! Without state, `counting::bind(address)` does. A client is started by `connect` in place of `bind`.
//!
//! The local protocol, what the handler sends, is told by `Peer<L>`, else by the items of the
//! stream, else by the key `local = L`. A handler with none of them can send nothing.
//!
//! # What a handler returns
//!
//! Stream style: a stream whose items are sent.
//!
//! | item | what happens |
//! |---|---|
//! | `M` | it is sent |
//! | `()` | nothing |
//! | `Option<M>` | `Some` is sent |
//! | `Result<M, E>`, `Result<Option<M>, E>`, `Result<(), E>` | `Ok` as above; `Err` goes to [`on_error`](#errors-of-a-handler) |
//! | a future of any of these | it runs, and then its result counts; see [`concurrency`](#concurrency) |
//! | `ControlFlow<N, _>` of these, in a [stage](stages) | `Continue` as above; `Break` leaves the stage |
//!
//! Loop style: the fn returns `()` or `Result<(), E>`, and sends through `peer`. The dialog ends when
//! it returns.
//!
//! Either may fail to open: `Result<impl Stream, E>`. An `Err` that the fn itself returns ends the
//! dialog with [`HandlerFailed`](crate::DisconnectReason::HandlerFailed). `E` is anything that is
//! `Display`; the remote is told it, if its protocol has an
//! error message: its first 512 bytes, with everything but printable ASCII escaped as Rust escapes it.
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! #[reactive_server]
//! async fn opening(messages: impl Stream<Item = Ask>) -> std::io::Result<impl Stream<Item = Option<Answer>>> {
//!     let least = std::fs::metadata("pings.log")?.len() as u32;
//!     Ok(messages.map(move |Ask::Ping(n)| (n >= least).then_some(Answer::Pong(n))))
//! }
//! ```
//!
//! # Concurrency
//!
//! A stream of futures is run one future at a time. `concurrency = 16` runs up to 16 of them at once,
//! within the task of the connection. Their results are sent in the order of the items, or with
//! `unordered` as they are ready. For work on other cores, spawn tasks.
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! #[reactive_server(concurrency = 16, unordered)]
//! async fn lookup(messages: impl Stream<Item = Ask>) -> impl Stream<Item = impl Future<Output = Answer>> {
//!     messages.map(|Ask::Ping(n)| async move {
//!         tokio::time::sleep(std::time::Duration::from_millis(10)).await;
//!         Answer::Pong(n)
//!     })
//! }
//! ```
//!
//! # Errors of a handler
//!
//! What an item that is `Err` does: `on_error = reply` (default) sends the protocol's error message
//! and goes on, `close` sends it and ends the dialog, `ignore` only logs. A builder has
//! `.on_error(..)` for the same.
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! #[reactive_server(on_error = close)]
//! async fn strict(messages: impl Stream<Item = Ask>, _peer: Peer<Answer>) -> impl Stream<Item = Result<Answer, String>> {
//!     messages.map(|Ask::Ping(n)| match n {
//!         0 => Err("zero is no ping".to_string()),
//!         n => Ok(Answer::Pong(n)),
//!     })
//! }
//! ```
//!
//! # Keys of the attributes
//!
//! | key | for | default |
//! |---|---|---|
//! | `config = CONST` or `config(field = value, …)` | limits and times, see [below](#configuration) | [`ConstConfig::default()`](crate::ConstConfig::default()), for a client [`client()`](crate::ConstConfig::client) |
//! | `wire = Type` | another wire, in both directions | the protocol's |
//! | `concurrency = n`, `unordered` | futures at once | 1 |
//! | `on_error = reply`, `close` or `ignore` | items that are `Err` | `reply` |
//! | `local = Type` | the local protocol, where nothing else tells it | |
//! | `name = Ident` | the name of the companion | that of the fn |
//! | `crate = path` | where this crate is | `::reactive_messaging` |
//!
//! `name` is needed where `use chat::chat;` would import the module `chat` and its handler `chat`
//! under one name.
//!
//! # Configuration
//!
//! Every limit and time is a field of [`ConstConfig`](crate::ConstConfig), with its unit and default.
//! Inline, fields that are not given have their defaults. Either form is found at `CONFIG` of the
//! companion:
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! const CONFIG: ConstConfig = ConstConfig { max_frame_len: 8 * 1024, ..ConstConfig::default() };
//!
//! #[reactive_server(config = CONFIG)]
//! async fn one(messages: impl Stream<Item = Ask>) -> impl Stream<Item = Answer> {
//!     messages.map(|Ask::Ping(n)| Answer::Pong(n))
//! }
//!
//! #[reactive_server(config(max_frame_len = 8 * 1024))]
//! async fn two(messages: impl Stream<Item = Ask>) -> impl Stream<Item = Answer> {
//!     messages.map(|Ask::Ping(n)| Answer::Pong(n))
//! }
//!
//! assert_eq!(one::CONFIG, two::CONFIG);
//! // another one for this deployment
//! let bind = one::bind("127.0.0.1:0").config(ConstConfig { max_connections: Some(100), ..one::CONFIG });
//! ```
//!
//! What an attribute is given is checked while compiling. What `.config(..)` is given is checked when
//! the service starts, which fails with [`BindError`](crate::BindError) or
//! [`ConnectError`](crate::ConnectError). [`limits`] has all of them in tables, and what happens when
//! each is met.
//!
//! # Generic handlers
//!
//! Type parameters of the fn are given to `bind`, `connect` or `with`, where they cannot be inferred.
//! The local protocol has to be told by `Peer<L>` or `local = L`, if it is generic:
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! #[reactive_server]
//! async fn echo<M: ReactiveProtocol>(messages: impl Stream<Item = M>, _peer: Peer<M>) -> impl Stream<Item = M> {
//!     messages
//! }
//!
//! let server = echo::bind::<Ask>("127.0.0.1:0").await?;
//! # server.shutdown().await; Ok(()) }
//! ```
//!
//! # Wires
//!
//! Which form messages travel in is chosen by `#[protocol(wire = …)]`, by a handler's `wire = …`, or by
//! `.wire(..)` where it is started: [`wires`] has all of it.
//!
//! # Several protocols on one connection
//!
//! On an inline module, the attributes make a composite of stages, each with its own protocols, handler
//! and wire: see [`stages`].
//!
//! # Groups
//!
//! One message to many connections: see [`groups`].
//!
//! # One handler for all connections
//!
//! State without locks: see [`shared`].
//!
//! # Events
//!
//! `.on_event(..)` is told of peers, `.on_connection_event(..)` of connections and refusals. Both take
//! an async fn, or a closure that clones what it captures and moves the clone into an `async` block.
//!
//! | event | told | when |
//! |---|---|---|
//! | [`ConnectionEvent::Connected`](crate::ConnectionEvent::Connected) | once for each connection that is let in | before all else |
//! | [`ProtocolEvent::PeerArrived`](crate::ProtocolEvent::PeerArrived) | once for each dialog: of a composite, for each stage | done before its handler starts |
//! | [`ProtocolEvent::PeerLeft`](crate::ProtocolEvent::PeerLeft), with reason and stats | once for each `PeerArrived`, whatever happens | after its handler was dropped |
//! | [`ConnectionEvent::Disconnected`](crate::ConnectionEvent::Disconnected), with the reason | once for each `Connected` | after the last `PeerLeft` of the connection |
//! | [`ConnectionEvent::Refused`](crate::ConnectionEvent::Refused) | for each connection beyond `max_connections`; while 64 of these callbacks run, further ones are only counted | instead of `Connected` |
//! | [`ProtocolEvent::LocalServiceTermination`](crate::ProtocolEvent::LocalServiceTermination) | once for each service | after the last `Disconnected` |
//! | [`ConnectionEvent::LocalServiceTermination`](crate::ConnectionEvent::LocalServiceTermination) | once for each service | last of all, before `shutdown()` and `closed()` are done |
//!
//! The events of one connection run in sequence: a slow callback delays its own connection only. A
//! callback that panics ends its connection, and what was begun is still told to its end.
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # #[reactive_server] async fn pong(messages: impl Stream<Item = Ask>) -> impl Stream<Item = Answer> {
//! #     messages.map(|Ask::Ping(n)| Answer::Pong(n))
//! # }
//! use std::sync::{Arc, Mutex};
//!
//! let present = Arc::new(Mutex::new(Vec::new()));
//! let watched = present.clone();
//! let server = pong::bind("127.0.0.1:0")
//!     .on_event(move |event| {
//!         let present = watched.clone();
//!         async move {
//!             match event {
//!                 ProtocolEvent::PeerArrived { peer } => present.lock().unwrap().push(peer),
//!                 ProtocolEvent::PeerLeft { peer, reason, .. } => {
//!                     println!("{} left: {reason}", peer.id());
//!                     present.lock().unwrap().retain(|other| other.id() != peer.id());
//!                 }
//!                 ProtocolEvent::LocalServiceTermination => {}
//!             }
//!         }
//!     })
//!     .await?;
//! # server.shutdown().await; Ok(()) }
//! ```
//!
//! # Clients: connecting, and connecting again
//!
//! The first connect follows the config's `retrying_strategy`: by default it is tried once, for
//! `connect_timeout` (5 s). The same strategy says what `send` does when the outbox is full.
//!
//! `.reconnect(..)` connects again when a connection has ended: by default without end, with pauses
//! of a random part of 100 ms, doubling up to 30 s. Every connection is a new generation: the handler
//! fn runs anew, and nothing is replayed.
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # #[reactive_server] async fn pong(messages: impl Stream<Item = Ask>) -> impl Stream<Item = Answer> {
//! #     messages.map(|Ask::Ping(n)| Answer::Pong(n))
//! # }
//! #[reactive_client(config(retrying_strategy = RetryingStrategies::RetryWithBackoffUpTo(10)))]
//! async fn pinger(mut messages: Incoming<Answer>, peer: Peer<Ask>) -> Result<(), SendError<Ask>> {
//!     peer.send(Ask::Ping(1)).await?;
//!     while let Some(answer) = messages.next().await {
//!         println!("{answer:?}");
//! #       break;
//!     }
//!     Ok(())
//! }
//!
//! # let server = pong::bind("127.0.0.1:0").await?;
//! # let address = server.address();
//! let client = pinger::connect(address)
//!     .reconnect(Reconnect { attempts: Some(5), ..Reconnect::default() })
//!     .await?;
//! println!("{}", client.closed().await); // no attempt is left
//! # server.shutdown().await; Ok(()) }
//! ```
//!
//! What the local side ended is not connected again: a handler that returned while its input went
//! on, failed or panicked; `close` and `abort`; a closing message, sent or received; a shutdown.
//!
//! All else is connected again. Two cases may surprise:
//! * A handler that returns because its input ended has not ended by itself: the reason is
//!   `RemoteClosed`. The handler above goes on with the next connection.
//! * A server that refuses by `max_connections` closes the connection: to the client that is
//!   `RemoteClosed`, too, or `Io` if it had spoken already; it asks again with growing pauses.
//!
//! # Operation
//!
//! Shutting down, the signals of a process, and the log: see [`operation`].
//!
//! # Ending a dialog from within its handler
//!
//! A loop returns; a stream ends; either may send a `#[protocol(closing)]` message. What was accepted
//! until then is flushed. `peer.close()` flushes too, from any task, and drops the handler.
//!
//! A handler that reads sees the end of a dialog as the end of its messages. One that only pushes
//! waits for [`draining()`](crate::Peer::draining) beside its work:
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! #[reactive_server]
//! async fn ticker(_messages: Incoming<Ask>, peer: Peer<Answer>) -> Result<(), SendError<Answer>> {
//!     let mut clock = tokio::time::interval(std::time::Duration::from_secs(1));
//!     loop {
//!         tokio::select! {
//!             _ = clock.tick() => peer.send(Answer::Pong(0)).await?,
//!             () = peer.draining() => return Ok(()),
//!         }
//!     }
//! }
//! ```
//!
//! That the remote has finished sending is told by the end of the messages only.
//!
//! Never wait for `peer.closed()` or `peer.flush_and_close(..)` in the handler itself. The connection
//! is over only after its handler is: the wait holds up a drain until `drain_timeout` (10 s) has passed
//! and the handler is dropped. They are for other tasks.
//!
//! # Testing
//!
//! A handler is an ordinary fn. Without a socket, it is called with any stream and a
//! [`testing::peer`](crate::testing::peer()):
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! # #[reactive_server] async fn pong(messages: impl Stream<Item = Ask>) -> impl Stream<Item = Answer> {
//! #     messages.map(|Ask::Ping(n)| Answer::Pong(n))
//! # }
//! use futures::stream;
//! use reactive_messaging::testing;
//!
//! // stream style: look at what it yields
//! let answers: Vec<_> = pong(stream::iter([Ask::Ping(1)])).await.collect().await;
//! assert_eq!(answers, [Answer::Pong(1)]);
//!
//! // loop style: look at what it sends
//! async fn greet(mut messages: Incoming<Ask>, peer: Peer<Answer>) {
//!     while let Some(Ask::Ping(n)) = messages.next().await {
//!         peer.send(Answer::Pong(n)).await.expect("connected");
//!     }
//! }
//! let (peer, sent) = testing::peer();
//! greet(Incoming::from_stream(stream::iter([Ask::Ping(2)])), peer).await;
//! assert_eq!(sent.collect::<Vec<_>>().await, [Answer::Pong(2)]);
//! # }
//! ```
//!
//! With both sides but without the network, over `memory://` and a name; a bare `memory://` chooses
//! one that is free. Under tokio's paused clock no timeout takes time. A
//! [`DisconnectReason`](crate::DisconnectReason) cannot be compared, so tests use `matches!`:
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # #[reactive_server] async fn pong(messages: impl Stream<Item = Ask>) -> impl Stream<Item = Answer> {
//! #     messages.map(|Ask::Ping(n)| Answer::Pong(n))
//! # }
//! #[reactive_client]
//! async fn once(mut messages: Incoming<Answer>, peer: Peer<Ask>) {
//!     peer.send(Ask::Ping(3)).await.expect("connected");
//!     assert_eq!(messages.next().await, Some(Answer::Pong(3)));
//! }
//!
//! let server = pong::bind("memory://").await?;
//! let client = once::connect(server.address()).await?;
//! assert!(matches!(client.closed().await, DisconnectReason::HandlerEnded));
//! # server.shutdown().await; Ok(()) }
//! ```
//!
//! An `assert` that fails in a handler ends its dialog with
//! [`HandlerPanicked`](crate::DisconnectReason::HandlerPanicked), and so fails the last line.
//!
//! # Closures
//!
//! [`Server::bind(..).serve(..)`](crate::ServerBuilder::serve) and
//! [`Client::connect(..).run(..)`](crate::ClientBuilder::run) take a closure of two arguments, messages
//! and peer, even if it uses one. Their types say which protocols are spoken. It returns what an
//! annotated fn may return, and clones what it captures for every connection:
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let offset = std::sync::Arc::new(1);
//! let server = Server::bind("127.0.0.1:0")
//!     .serve(move |messages: Incoming<Ask>, _peer: Peer<Answer>| {
//!         let offset = offset.clone();
//!         messages.map(move |Ask::Ping(n)| Answer::Pong(n + *offset))
//!     })
//!     .await?;
//! # server.shutdown().await; Ok(()) }
//! ```
//!
//! # Any byte stream
//!
//! [`serve_connection`](crate::serve_connection()) holds a dialog over one `AsyncRead + AsyncWrite`,
//! without a service around it. The dialog runs while it is awaited. `Ok` says why the dialog ended,
//! `Err` that the configuration contradicts itself:
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # #[reactive_server] async fn pong(messages: impl Stream<Item = Ask>) -> impl Stream<Item = Answer> {
//! #     messages.map(|Ask::Ping(n)| Answer::Pong(n))
//! # }
//! use reactive_messaging::{ConfigError, serve_connection};
//! # use tokio::io::AsyncWriteExt;
//!
//! let (io, mut remote) = tokio::io::duplex(1024);
//! # remote.write_all(b"Ping(1)\n").await?;
//! # remote.shutdown().await?;
//! let ended: Result<DisconnectReason, ConfigError> =
//!     serve_connection(io, |messages: Incoming<Ask>, _peer: Peer<Answer>| pong(messages)).await;
//! assert!(matches!(ended, Ok(DisconnectReason::RemoteClosed)));
//! # Ok(()) }
//! ```
//!
//! # Printing errors
//!
//! Errors, and reasons of a disconnect, do not repeat their cause: it is their `source()`. To print
//! all of it, follow the chain:
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! # #[reactive_server] async fn pong(messages: impl Stream<Item = Ask>) -> impl Stream<Item = Answer> {
//! #     messages.map(|Ask::Ping(n)| Answer::Pong(n))
//! # }
//! fn chain(error: &dyn std::error::Error) -> String {
//!     let causes = std::iter::successors(Some(error), |error| error.source());
//!     causes.map(|cause| cause.to_string()).collect::<Vec<_>>().join(": ")
//! }
//!
//! let error = pong::bind("nowhere").await.expect_err("no port");
//! assert_eq!(chain(&error), "invalid address: `nowhere` is not of the form `host:port`");
//! # }
//! ```

pub mod groups;
pub mod limits;
pub mod migration;
pub mod operation;
pub mod robustness;
pub mod shared;
pub mod stages;
pub mod wires;
