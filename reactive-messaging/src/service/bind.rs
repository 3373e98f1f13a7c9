//! The builder of a server.

use std::{
    fmt,
    future::{IntoFuture, pending},
    sync::Arc,
};

use futures::{FutureExt, future::BoxFuture};

use super::{
    accept,
    event::{ConnectionEvent, ProtocolEvent},
    handler::Handler,
    server::Server,
    setup::Setup,
    shared::Control,
};
use crate::{
    config::{ConstConfig, OnError},
    error::{AddressError, BindError},
    transport::{self, Address, Listener},
    wire::{Decode, Encode},
};

/// A server that starts when this is awaited.
///
/// Made by `bind(..)` of an annotated fn, or by
/// [`Server::bind(..).serve(..)`](crate::ServerBuilder::serve).
#[must_use = "a server starts when its builder is awaited"]
pub struct Bind<H: Handler> {
    setup: Setup<H>,
    place: Place,
    max_connections: Option<usize>,
    signal: BoxFuture<'static, ()>,
}

enum Place {
    Address(Result<Address, AddressError>),
    Listener(Box<dyn Listener>),
}

impl<H: Handler> Bind<H> {
    fn to_place(setup: Setup<H>, place: Place) -> Self {
        Self {
            setup,
            place,
            max_connections: None,
            signal: pending().boxed(),
        }
    }

    pub(super) fn to_address(setup: Setup<H>, address: Result<Address, AddressError>) -> Self {
        Self::to_place(setup, Place::Address(address))
    }

    pub(super) fn to_listener(setup: Setup<H>, listener: Box<dyn Listener>) -> Self {
        Self::to_place(setup, Place::Listener(listener))
    }

    /// Replaces the configuration; a contradiction is [`BindError::InvalidConfig`].
    pub fn config(mut self, config: ConstConfig) -> Self {
        self.setup.config = config;
        self
    }

    /// Speaks another wire than the protocols' own, in both directions.
    pub fn wire<W: Decode<H::Remote> + Encode<H::Local>>(mut self, wire: W) -> Self {
        let _ = wire;
        self.setup.wire::<W>();
        self
    }

    /// What happens when an item of the handler's stream is an `Err`.
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.setup.on_error = on_error;
        self
    }

    /// Is told of peers that arrive and leave, in sequence for each connection; a slow callback
    /// delays its own connection only.
    ///
    /// Takes an async fn, or a closure that clones what it captures:
    ///
    /// ```
    /// # use std::sync::{Arc, atomic::{AtomicU32, Ordering}};
    /// # use reactive_messaging::{Handler, ProtocolEvent, Bind};
    /// # fn watched<H: Handler>(bind: Bind<H>) -> Bind<H> {
    /// let arrivals = Arc::new(AtomicU32::new(0));
    /// bind.on_event(move |event| {
    ///     let arrivals = arrivals.clone();
    ///     async move {
    ///         if let ProtocolEvent::PeerArrived { peer } = event {
    ///             let arrival = arrivals.fetch_add(1, Ordering::Relaxed);
    ///             println!("peer {arrival} comes from {}", peer.address());
    ///         }
    ///     }
    /// })
    /// # }
    /// ```
    pub fn on_event<F, Fut>(mut self, callback: F) -> Self
    where
        F: Fn(ProtocolEvent<H::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.setup.events.on_protocol(callback);
        self
    }

    /// Is told of connections that come, go and are refused.
    pub fn on_connection_event<F, Fut>(mut self, callback: F) -> Self
    where
        F: Fn(ConnectionEvent) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.setup.events.on_connection(callback);
        self
    }

    /// Refuses connections while there are so many. Wins over the configuration.
    pub fn max_connections(mut self, max: usize) -> Self {
        self.max_connections = Some(max);
        self
    }

    /// Drains the server once `signal` is ready, as [`Server::shutdown`] does.
    pub fn with_graceful_shutdown(
        mut self,
        signal: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        self.signal = signal.boxed();
        self
    }

    async fn start(mut self) -> Result<Server<H::Local>, BindError> {
        if let Some(max) = self.max_connections {
            self.setup.config.max_connections = Some(max);
        }
        let config = self.setup.config;
        let max = config.max_connections.unwrap_or_else(default_max);
        let working = Arc::new(self.setup.build(max)?);
        let listener = match self.place {
            Place::Listener(listener) => listener,
            Place::Address(address) => {
                let address = address?;
                transport::bind(&address, &config.socket_options)
                    .await
                    .map_err(|source| BindError::Io {
                        address: address.to_string(),
                        source,
                    })?
            }
        };
        let address = listener.address();
        tracing::info!(%address, wire = working.service.codec.name, "listening");
        let (control, ended) = Control::new(&working.service.registry);
        tokio::spawn(accept::serve(listener, working.clone(), ended, self.signal));
        Ok(Server::new(address, control, working))
    }
}

/// ¾ of the descriptors that the process may have, at least 16 and at most 10,000.
fn default_max() -> usize {
    const MOST: u64 = 10_000;
    #[cfg(unix)]
    let descriptors = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    #[cfg(not(unix))]
    let descriptors: Option<u64> = None;
    let share = descriptors.map_or(MOST, |limit| limit / 4 * 3);
    share.clamp(16, MOST) as usize
}

impl<H: Handler> IntoFuture for Bind<H> {
    type Output = Result<Server<H::Local>, BindError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.start().boxed()
    }
}

impl<H: Handler> fmt::Debug for Bind<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bind").finish_non_exhaustive()
    }
}
