//! Where connections come from: addresses, listeners, connectors.
//!
//! Knows tokio and the operating system, and nothing of messages, frames or handlers. A transport is
//! a file here, a scheme in [`Address`], and nothing elsewhere.

mod address;
mod memory;
mod tcp;

pub use address::Address;
pub use memory::{MemoryConnector, MemoryListener};
pub use tcp::TcpConnector;

use std::{
    fmt, io,
    task::{Context, Poll},
};

use futures::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::config::{ConstConfig, SocketOptions};

/// A byte stream in both directions; implemented for everything that can be one.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Io for T {}

/// An established connection.
pub struct Connection {
    /// Its bytes.
    pub io: Box<dyn Io>,
    /// Where the remote is.
    pub address: Address,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Accepts connections.
pub trait Listener: Send + 'static {
    /// The next connection, set up as `options` say.
    ///
    /// # Errors
    /// Whatever the system says. The caller decides whether it waits before it asks again; an error
    /// never ends the listening.
    fn poll_accept(
        &mut self,
        cx: &mut Context<'_>,
        options: &SocketOptions,
    ) -> Poll<io::Result<Connection>>;

    /// Where it listens, with the port that the system chose.
    fn address(&self) -> Address;
}

/// Makes connections.
pub trait Connector: Send + Sync + 'static {
    /// One attempt to connect.
    ///
    /// # Errors
    /// `NotFound` where the name means nothing, else what the system says.
    fn connect<'a>(&'a self, config: &'a ConstConfig) -> BoxFuture<'a, io::Result<Connection>>;

    /// Where it connects to.
    fn address(&self) -> Address;
}

/// Listens on `address`.
pub(crate) async fn bind(
    address: &Address,
    options: &SocketOptions,
) -> io::Result<Box<dyn Listener>> {
    match address {
        Address::Memory(name) => Ok(Box::new(MemoryListener::bind(name)?)),
        Address::Socket(..) | Address::Host(..) => tcp::bind(address, options).await,
    }
}

/// What connects to `address`.
pub(crate) fn connector(address: Address) -> Box<dyn Connector> {
    match address {
        Address::Memory(name) => Box::new(MemoryConnector::new(&name)),
        Address::Socket(..) | Address::Host(..) => Box::new(TcpConnector::new(address)),
    }
}
