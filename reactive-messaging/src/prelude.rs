//! Everything that a module with protocols and handlers usually needs.

pub use futures::{Stream, StreamExt};

#[cfg(feature = "fixed")]
pub use crate::FixedSize;
#[cfg(feature = "fixed")]
pub use crate::wire::Fixed;
#[cfg(feature = "json")]
pub use crate::wire::Json;
#[cfg(feature = "postcard")]
pub use crate::wire::Postcard;
#[cfg(feature = "ron")]
pub use crate::wire::Ron;
#[cfg(feature = "rkyv")]
pub use crate::wire::{Rkyv, View};
pub use crate::{
    Address, BindError, Client, ConnectError, ConnectionEvent, ConstConfig, DisconnectReason,
    DrainReport, Group, Incoming, OnError, Overload, Peer, PeerStats, ProtocolEvent,
    ReactiveProtocol, Reconnect, RetryingStrategies, SendError, Server, ServiceStats,
    SocketOptions,
};
#[cfg(feature = "derive")]
pub use crate::{reactive_client, reactive_server};
