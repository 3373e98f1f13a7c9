//! The macros and types that versions up to 0.4 announced, over the builder.
//!
//! Programs of 0.4 go on with few edits: [`guide::migration`](crate::guide::migration) has them all.
//! New programs are better served by [`reactive_server`](crate::reactive_server) and
//! [`Server::bind`](crate::Server::bind).
//!
//! ```
//! # #[cfg(all(feature = "derive", feature = "ron"))] mod program {
//! # use reactive_messaging::prelude::*;
//! # use std::future;
//! # #[derive(Debug, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32) }
//! const CONFIG: ConstConfig = ConstConfig::default();
//!
//! # pub async fn serve() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! let mut server = new_socket_server!(CONFIG, "127.0.0.1", 0);
//! start_server_processor!(CONFIG, Textual, Atomic, server, Ask, Answer,
//!     |_| future::ready(()),
//!     |_, _, peer, messages| messages
//!         .map(|Ask::Ping(n)| Answer::Pong(n))
//!         .to_responsive_stream(peer, |_, _| ())
//! )?;
//! let waiter = server.termination_waiter();
//! server.terminate().await?;
//! waiter().await?;
//! # Ok(()) }
//! # }
//! # #[cfg(all(feature = "derive", feature = "ron"))]
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(program::serve()).unwrap();
//! ```
//!
//! # Processors
//!
//! A processor is a closure that is called once a connection, with the remote's host and port, the
//! [`Peer`](crate::Peer) and the [`Incoming`](crate::Incoming) messages. It returns a stream, which
//! is run to its end. That ends the dialog.
//!
//! * Of an *unresponsive* processor, the stream's items are not sent: `spawn_processor` and all
//!   macros. Messages are sent by [`to_responsive_stream`](ResponsiveStream::to_responsive_stream), or
//!   through the peer.
//! * Of a *responsive* processor they are: `spawn_responsive_processor`.
//!
//! Items may be optional, fallible, and futures, in any combination, in both cases.
//!
//! A service has one processor, or several that its connections go through one after the other: see
//! [`start_multi_protocol`](MessagingService::start_multi_protocol).
//!
//! # Channels
//!
//! `Atomic`, `FullSync` and `Crossbeam` are accepted and mean the same: no queue lies between the
//! socket and a processor. See [`Channels`].
//!
//! May depend on everything; nothing depends on it. It is built on the public API, and on the pieces that
//! count, log and escape what handlers fail with. How a dialog or a service works never comes here.

mod composite;
mod error;
mod form;
mod items;
mod life;
mod macros;
mod messages;
mod peer;
mod processor;
mod responsive;
mod role;
mod routing;
mod service;

pub use composite::{CompositeService, CompositeSocketClient, CompositeSocketServer};
pub use error::{NotStarted, StartError};
#[cfg(feature = "fixed")]
pub use form::MmapBinary;
#[cfg(feature = "ron")]
pub use form::Textual;
#[cfg(feature = "rkyv")]
pub use form::VariableBinary;
pub use form::{Channels, Form, SocketDialog};
pub use items::{Unresponsive, Unsent};
pub use messages::ReactiveMessagingConfig;
pub use peer::{AsPeer, ClassicPeer, PeerExt};
pub use responsive::ResponsiveStream;
pub use role::{ClientRole, Role, ServerRole};
pub use routing::{ConnectionChannel, SocketConnection};
pub use service::MessagingService;
