//! Everything that a module with protocols and handlers usually needs.

pub use futures::{Stream, StreamExt};

#[cfg(feature = "fixed")]
pub use crate::FixedSize;
pub use crate::classic::{
    ClassicPeer, CompositeSocketClient, CompositeSocketServer, ConnectionChannel, MessagingService,
    PeerExt, ReactiveMessagingConfig, ResponsiveStream, SocketConnection,
};
#[cfg(feature = "fixed")]
pub use crate::wire::Fixed;
#[cfg(feature = "json")]
pub use crate::wire::Json;
#[cfg(feature = "postcard")]
pub use crate::wire::Postcard;
#[cfg(feature = "ron")]
pub use crate::wire::Ron;
pub use crate::{
    Address, AdvanceError, Backoff, BindError, Client, ConnectError, ConnectionEvent, ConstConfig,
    DisconnectReason, DrainReport, EncodeError, Group, Incoming, Input, Inputs, Keepalive, OnError,
    Overload, Peer, PeerStats, ProtocolEvent, ReactiveProtocol, Reconnect, RetryingStrategies,
    SendError, Server, ServiceStats, SocketOptions, Stage, StageOptions,
};
#[cfg(feature = "rkyv")]
pub use crate::{
    ViewProtocol,
    wire::{Rkyv, View},
};
pub use crate::{
    new_composite_socket_client, new_composite_socket_server, new_socket_client, new_socket_server,
    spawn_client_processor, spawn_server_processor, start_client_processor, start_server_processor,
};
#[cfg(feature = "derive")]
pub use crate::{reactive_client, reactive_server};
