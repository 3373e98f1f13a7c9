// its programs need the default features
#![cfg_attr(all(feature = "derive", feature = "ron"), doc = include_str!("../README.md"))]
#![cfg_attr(
    not(all(feature = "derive", feature = "ron")),
    doc = "Typed, stream-based client/server messaging on Tokio."
)]
// with the feature `rkyv`, one module has an `unsafe` block, `wire/rkyv/access.rs`; those on the way to it deny what
// all others forbid
#![cfg_attr(not(feature = "rkyv"), forbid(unsafe_code))]
#![cfg_attr(feature = "rkyv", deny(unsafe_code))]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[forbid(unsafe_code)]
pub mod classic;
#[forbid(unsafe_code)]
pub mod config;
#[forbid(unsafe_code)]
pub mod error;
#[forbid(unsafe_code)]
pub mod frame;
#[cfg(all(feature = "derive", feature = "ron"))]
#[forbid(unsafe_code)]
pub mod guide;
#[forbid(unsafe_code)]
pub mod prelude;
#[forbid(unsafe_code)]
pub mod queue;
#[forbid(unsafe_code)]
pub mod testing;
#[forbid(unsafe_code)]
pub mod transport;
pub mod wire;

#[forbid(unsafe_code)]
mod dialog;
#[forbid(unsafe_code)]
mod group;
#[forbid(unsafe_code)]
mod log_limit;
#[forbid(unsafe_code)]
mod processor;
#[forbid(unsafe_code)]
mod protocol;
#[forbid(unsafe_code)]
mod retry;
#[forbid(unsafe_code)]
mod service;

#[doc(hidden)]
#[forbid(unsafe_code)]
pub mod __private;

pub use config::{
    Backoff, ConfigError, ConstConfig, Keepalive, OnError, RetryingStrategies, SocketOptions,
};
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
