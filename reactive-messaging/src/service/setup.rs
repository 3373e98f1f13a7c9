//! A handler with its options, before it has an address.

use std::{fmt, sync::Arc};

use super::{
    bind::{Bind, Place},
    connect::Connect,
    event::Events,
    handler::{Handler, Serves},
    options::{options, wire_options},
    registry::Registry,
    running::{Service, Working},
    serve_connection::ServeConnection,
};
use crate::{
    config::{ConfigError, ConstConfig, OnError},
    error::AddressError,
    transport::{Address, Io, Listener},
};

/// What both roles are made of.
pub(crate) struct Setup<H: Serves> {
    pub(crate) handler: H,
    pub(crate) config: ConstConfig,
    pub(crate) on_error: OnError,
    pub(crate) events: Events<H::Event>,
}

impl<H: Serves> Setup<H> {
    fn new(handler: H, config: ConstConfig) -> Self {
        Self {
            handler,
            config,
            on_error: OnError::default(),
            events: Events::default(),
        }
    }

    /// The service, once its configuration is known to be sound.
    pub(crate) fn build(self, max_connections: usize) -> Result<Working<H>, ConfigError> {
        let settings = self.handler.settings(self.config, self.on_error)?;
        let service = Service {
            settings: Arc::new(settings),
            events: self.events,
            registry: Arc::new(Registry::default()),
            max_connections,
        };
        Ok(Working {
            handler: self.handler,
            service: Arc::new(service),
        })
    }
}

/// A server's handler with its options: what `with(..)` of an annotated fn returns.
#[must_use = "a server starts when it has an address and is awaited"]
pub struct ServerSetup<H: Serves>(Setup<H>);

impl<H: Handler> ServerSetup<H> {
    wire_options!(0);
}

impl<H: Serves> ServerSetup<H> {
    #[doc(hidden)]
    pub fn new(handler: H) -> Self {
        Self(Setup::new(handler, ConstConfig::default()))
    }

    options!(0);

    /// Listens on `address` once the returned builder is awaited.
    pub fn bind(self, address: impl TryInto<Address, Error: Into<AddressError>>) -> Bind<H> {
        let address = address.try_into().map_err(Into::into);
        Bind::at(Place::Address(address), self.0)
    }

    /// Takes its connections from `listener` once the returned builder is awaited.
    pub fn from_listener(self, listener: impl Listener) -> Bind<H> {
        Bind::at(Place::Listener(Box::new(listener)), self.0)
    }

    /// Holds a dialog over `io`, as [`serve_connection`](crate::serve_connection()) does.
    pub fn serve_connection(self, io: impl Io) -> ServeConnection<H> {
        ServeConnection::new(self.0, io)
    }

    pub(crate) fn into_setup(self) -> Setup<H> {
        self.0
    }
}

/// A client's handler with its options: what `with(..)` of an annotated fn returns.
#[must_use = "a client connects when it has an address and is awaited"]
pub struct ClientSetup<H: Serves>(Setup<H>);

impl<H: Handler> ClientSetup<H> {
    wire_options!(0);
}

impl<H: Serves> ClientSetup<H> {
    #[doc(hidden)]
    pub fn new(handler: H) -> Self {
        Self(Setup::new(handler, ConstConfig::client()))
    }

    options!(0);

    /// Connects to `address` once the returned builder is awaited.
    pub fn connect(self, address: impl TryInto<Address, Error: Into<AddressError>>) -> Connect<H> {
        let address = address.try_into().map_err(Into::into);
        Connect::to_address(self.0, address)
    }

    /// Holds a dialog over `io`, as [`serve_connection`](crate::serve_connection()) does.
    pub fn serve_connection(self, io: impl Io) -> ServeConnection<H> {
        ServeConnection::new(self.0, io)
    }

    pub(crate) fn into_setup(self) -> Setup<H> {
        self.0
    }
}

impl<H: Serves> fmt::Debug for ServerSetup<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerSetup").finish_non_exhaustive()
    }
}

impl<H: Serves> fmt::Debug for ClientSetup<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSetup").finish_non_exhaustive()
    }
}
