//! Servers and clients: how connections come, are counted, reported and go.
//!
//! May depend on everything below it: `dialog`, `processor`, `transport`, `retry`, `config`, `error`. What happens
//! within one connection never comes here.

mod accept;
mod bind;
mod client;
mod composite;
mod connect;
mod connection;
mod event;
mod handler;
mod hold;
mod options;
mod registry;
mod running;
mod serve_connection;
mod server;
mod setup;
mod shared;
mod stage;

pub use bind::Bind;
pub use client::Client;
pub(crate) use composite::Composite;
pub use composite::{StageCheck, StageRun};
pub use connect::{ClientBuilder, Connect, Reconnect};
pub use event::{ConnectionEvent, LocalServiceTermination, ProtocolEvent};
pub use handler::{BoxedHandler, Conversation, Handler, Opened, Serves};
pub use registry::{DrainReport, ServiceStats};
pub use serve_connection::{ServeConnection, serve_connection, serve_stages};
pub use server::{Server, ServerBuilder};
pub use setup::{ClientSetup, ServerSetup};
pub use stage::{Stage, StageEnd, StageOptions};

pub use shared::SharedHandler;

pub(crate) use handler::boxed;
pub(crate) use shared::shared;
