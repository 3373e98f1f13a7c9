// its programs need the default features
#![cfg_attr(all(feature = "derive", feature = "ron"), doc = include_str!("../README.md"))]
#![cfg_attr(
    not(all(feature = "derive", feature = "ron")),
    doc = "Typed, stream-based client/server messaging on Tokio."
)]
// denied everywhere but in one module of the feature `rkyv`
#![cfg_attr(not(feature = "rkyv"), forbid(unsafe_code))]
#![cfg_attr(feature = "rkyv", deny(unsafe_code))]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod classic;
pub mod config;
pub mod error;
pub mod frame;
#[cfg(all(feature = "derive", feature = "ron"))]
pub mod guide;
pub mod prelude;
pub mod queue;
pub mod testing;
pub mod transport;
pub mod wire;

mod dialog;
mod group;
mod log_limit;
mod processor;
mod protocol;
mod retry;
mod service;

#[doc(hidden)]
pub mod __private;

pub use config::{Backoff, ConfigError, ConstConfig, OnError, RetryingStrategies, SocketOptions};
pub use dialog::{
    ConnectionId, Failure, Incoming, NoSuccessor, Outcome, Peer, PeerStats, Reply, Step,
};
pub use error::{
    AddressError, AdvanceError, BindError, ConnectError, DecodeError, DisconnectReason,
    EncodeError, SendError,
};
pub use group::{Broadcast, Group, GroupStats, Overload};
pub use processor::{Input, Inputs, ProcessorStats, SharedOutcome};
#[cfg(feature = "rkyv")]
pub use protocol::ViewProtocol;
pub use protocol::{NoMessages, ReactiveProtocol, Silent};
pub use service::{
    Bind, Client, ClientBuilder, ClientSetup, Connect, ConnectionEvent, DrainReport, Handler,
    LocalServiceTermination, ProtocolEvent, Reconnect, ServeConnection, Server, ServerBuilder,
    ServerSetup, Serves, ServiceStats, SharedHandler, Stage, StageEnd, StageOptions,
    serve_connection, serve_stages,
};
pub use transport::Address;
#[cfg(feature = "json")]
pub use wire::Json;
#[cfg(feature = "postcard")]
pub use wire::Postcard;
#[cfg(feature = "ron")]
pub use wire::Ron;
pub use wire::{Decode, Encode};
#[cfg(feature = "fixed")]
pub use wire::{Fixed, FixedSize};
#[cfg(feature = "rkyv")]
pub use wire::{Rkyv, View};

#[cfg(all(feature = "derive", feature = "fixed"))]
pub use reactive_messaging_derive::FixedSize;
#[cfg(feature = "derive")]
pub use reactive_messaging_derive::{ReactiveProtocol, reactive_client, reactive_server};
