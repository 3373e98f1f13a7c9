//! What runs the process: shutting down, signals, the log.
//!
//! Who comes and goes is told by [events](super#events), and what a connection may take is in
//! [`limits`](super::limits).
//!
//! # Shutting down
//!
//! `shutdown()` drains: handlers finish what was read, what they said is flushed, and what has not
//! ended after `drain_timeout` (10 s) is aborted. The [`DrainReport`](crate::DrainReport) tells how
//! many connections there were, how many were aborted, and how many messages were not delivered.
//! Every call gives the same report. Dropping a `Server` or a `Client` aborts its connections instead.
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # #[reactive_server] async fn pong(messages: impl Stream<Item = Ask>) -> impl Stream<Item = Answer> {
//! #     messages.map(|Ask::Ping(n)| Answer::Pong(n))
//! # }
//! # let signal = async {};
//! let server = pong::bind("127.0.0.1:0")
//!     .with_graceful_shutdown(signal) // any future, such as that of a signal
//!     .await?;
//! server.closed().await;
//! let report: DrainReport = server.shutdown().await; // at once: it is over
//! println!("{report}");
//! assert_eq!(report.messages_undelivered, 0);
//! # Ok(()) }
//! ```
//!
//! # Signals
//!
//! A process is told to end by Ctrl-C (SIGINT), or by its supervisor with SIGTERM; it should know both, and
//! drain. tokio keeps the handler of a signal that it was once asked for, so that a second one
//! is swallowed, too: a person who has waited long enough would press Ctrl-C in vain. So listen on during
//! the drain, and exit at once:
//!
//! ```no_run
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # #[reactive_server] async fn pong(messages: impl Stream<Item = Ask>) -> impl Stream<Item = Answer> {
//! #     messages.map(|Ask::Ping(n)| Answer::Pong(n))
//! # }
//! # // not run: it waits for a signal
//! # #[cfg(unix)] {
//! use tokio::signal::unix::{SignalKind, signal};
//!
//! // here and not in the future, so that a signal during the start is not missed
//! let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
//! let mut next = async move || {
//!     tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
//! };
//! let server = pong::bind("127.0.0.1:0")
//!     .with_graceful_shutdown(async move {
//!         next().await;
//!         tokio::spawn(async move {
//!             next().await;
//!             std::process::exit(130) // what shells have for an interrupted process
//!         });
//!     })
//!     .await?;
//! server.closed().await;
//! println!("{}", server.shutdown().await);
//! # }
//! # Ok(()) }
//! ```
//!
//! The listener is dropped first, so that the next process can listen on the port while this one drains.
//! The supervisor has to be more patient than `drain_timeout` and `linger_close` together; those of systemd
//! (90 s) and of Kubernetes (30 s) are by default. The examples share `examples/src/signals.rs`, which
//! knows Windows, too.
//!
//! # The log
//!
//! What goes wrong is told to [`tracing`](https://docs.rs/tracing):
//!
//! | what | level | counted as |
//! |---|---|---|
//! | undecodable messages | `WARN` | `decode_errors` |
//! | invalid frames | `WARN` | not: each ends its connection, with reason `Frame` |
//! | errors of handlers | `WARN` | `handler_errors` |
//! | panics of handlers, messages and event callbacks | `ERROR` | `panics`; of no connection: those of the service |
//! | event callbacks that did not end | `ERROR` | not |
//! | connections that did not end in order, with reason and cause | `INFO` | not |
//! | connections beyond `max_connections` | `WARN` | `connections_refused` |
//! | a client that cannot reconnect | `WARN` | not |
//! | a listener that cannot accept | `ERROR` | not |
//!
//! What concerns one connection has its `id` and `remote`; its task runs within the span `connection`, which has
//! them, too. Connections that come, and go in order, are `DEBUG`.
//!
//! What quotes the network is printable ASCII, cut to one line. Of each kind, a service logs at most ten lines
//! a second; the next line that is logged says how many were not, as `suppressed`. Of one connection's
//! undecodable messages the first 16 are logged, and then each power of two, and so are errors of its handler.
//! What is counted is counted whether or not it is logged: [`Server::stats`](crate::Server::stats) has the sums
//! over all connections.
//!
//! # Statistics
//!
//! [`Server::stats`](crate::Server::stats) and [`Client::stats`](crate::Client::stats) tell how many connections
//! there are, were and were refused, and have the sums of their [`PeerStats`](crate::PeerStats): messages and bytes
//! in both directions, mistakes of remotes, errors and panics of handlers, futures that were dropped unfinished,
//! messages that were not delivered. `peer.stats()` has those of one connection; `PeerLeft` has those of the dialog
//! that is over, which in a composite is one stage. [`Server::processors`](crate::Server::processors) tells of
//! [shared](super::shared) handlers and their queues, [`Group::stats`](crate::Group::stats) of broadcasts.
//!
//! Why connections ended is told by events only: who wants counts by reason counts them there.
