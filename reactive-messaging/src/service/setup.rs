//! A handler with its options, before it has an address.

use std::{fmt, sync::Arc};

use super::{
    bind::{Bind, Place},
    connect::Connect,
    event::Events,
    handler::Handler,
    options::options,
    registry::Registry,
    shared::{Service, Working},
};
use crate::{
    config::{self, ConfigError, ConstConfig, OnError},
    dialog::{Codec, Settings},
    error::AddressError,
    transport::{Address, Listener},
    wire::{Decode, Encode},
};

/// What both roles are made of.
pub(crate) struct Setup<H: Handler> {
    handler: H,
    pub(crate) config: ConstConfig,
    codec: Codec<H::Remote, H::Local>,
    pub(crate) on_error: OnError,
    pub(crate) events: Events<H::Local>,
}

impl<H: Handler> Setup<H> {
    fn new(handler: H, config: ConstConfig) -> Self {
        Self {
            handler,
            config,
            codec: Codec::native(),
            on_error: OnError::default(),
            events: Events::default(),
        }
    }

    pub(crate) fn wires<In: Decode<H::Remote>, Out: Encode<H::Local>>(&mut self) {
        self.codec = Codec::on::<In, Out>();
    }

    /// The service, once its configuration is known to be sound.
    pub(crate) fn build(self, max_connections: usize) -> Result<Working<H>, ConfigError> {
        let (inbound, outbound) = self.codec.frame_lens(&self.config);
        let resynchronises = self.codec.inbound.resynchronises;
        config::check(&self.config, inbound, outbound, resynchronises)?;
        let settings = Settings::new(self.config, self.on_error, self.codec);
        Ok(Working {
            handler: self.handler,
            service: Service {
                settings: Arc::new(settings),
                codec: self.codec,
                events: self.events,
                registry: Arc::new(Registry::default()),
                max_connections,
            },
        })
    }
}

/// A server's handler with its options: what `with(..)` of an annotated fn returns.
pub struct ServerSetup<H: Handler>(Setup<H>);

impl<H: Handler> ServerSetup<H> {
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

    pub(crate) fn into_setup(self) -> Setup<H> {
        self.0
    }
}

/// A client's handler with its options: what `with(..)` of an annotated fn returns.
pub struct ClientSetup<H: Handler>(Setup<H>);

impl<H: Handler> ClientSetup<H> {
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

    pub(crate) fn into_setup(self) -> Setup<H> {
        self.0
    }
}

impl<H: Handler> fmt::Debug for ServerSetup<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerSetup").finish_non_exhaustive()
    }
}

impl<H: Handler> fmt::Debug for ClientSetup<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSetup").finish_non_exhaustive()
    }
}
