//! The builder of a server.

use std::{
    fmt,
    future::{IntoFuture, pending},
    sync::Arc,
};

use futures::{FutureExt, future::BoxFuture};

use super::{
    accept,
    handler::{Handler, Serves},
    options::{event_options, options, wire_options},
    running::Control,
    server::Server,
    setup::Setup,
};
use crate::{
    error::{AddressError, BindError},
    transport::{self, Address, Listener},
};

/// A server that starts when this is awaited.
///
/// # Errors
/// Awaiting gives [`BindError`] when the address cannot be understood or bound, or the configuration
/// contradicts itself.
///
/// # Cancel safety
/// Dropping the future before it is ready starts nothing.
///
/// Made by `bind(..)` of an annotated fn, or by
/// [`Server::bind(..).serve(..)`](crate::ServerBuilder::serve).
#[must_use = "a server starts when its builder is awaited"]
pub struct Bind<H: Serves> {
    setup: Setup<H>,
    place: Place,
    max_connections: Option<usize>,
    signal: BoxFuture<'static, ()>,
}

/// Where a server listens.
pub(super) enum Place {
    Address(Result<Address, AddressError>),
    Listener(Box<dyn Listener>),
}

impl<H: Handler> Bind<H> {
    wire_options!(setup);
}

impl<H: Serves> Bind<H> {
    pub(super) fn at(place: Place, setup: Setup<H>) -> Self {
        Self {
            setup,
            place,
            max_connections: None,
            signal: pending().boxed(),
        }
    }

    pub(super) fn map(mut self, change: impl FnOnce(H) -> H) -> Self {
        self.setup.handler = change(self.setup.handler);
        self
    }

    options!(setup);
    event_options!(setup);

    /// Refuses connections while there are so many. Wins over the configuration.
    pub fn max_connections(mut self, max: usize) -> Self {
        self.max_connections = Some(max);
        self
    }

    /// Drains the server once `signal` is ready, whatever that brings, as [`Server::shutdown`] does.
    pub fn with_graceful_shutdown(mut self, signal: impl Future + Send + 'static) -> Self {
        self.signal = signal.map(drop).boxed();
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
        let (inbound, outbound) = working.handler.wires();
        tracing::info!(%address, inbound, outbound, "listening");
        working.handler.start(&working.service);
        let (control, ended) = Control::new(&working.service.registry);
        tokio::spawn(accept::serve(listener, working.clone(), ended, self.signal));
        Ok(Server::new(address, control, working))
    }
}

/// Connections that a server has at most, unless it says how many.
fn default_max() -> usize {
    #[cfg(unix)]
    let descriptors = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    #[cfg(not(unix))]
    let descriptors = None;
    share_of(descriptors)
}

/// ¾ of the descriptors that the process may have, at least 16 and at most 10,000.
fn share_of(descriptors: Option<u64>) -> usize {
    const MOST: u64 = 10_000;
    let share = descriptors.map_or(MOST, |limit| limit - limit.div_ceil(4));
    share.clamp(16, MOST) as usize
}

impl<H: Serves> IntoFuture for Bind<H> {
    type Output = Result<Server<H::Local>, BindError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.start().boxed()
    }
}

impl<H: Serves> fmt::Debug for Bind<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bind").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r1_connections_have_three_quarters_of_the_descriptors() {
        for (descriptors, connections) in [
            (Some(0), 16),
            (Some(21), 16),
            (Some(23), 17),
            (Some(64), 48),
            (Some(1_024), 768),
            (Some(13_333), 9_999),
            (Some(13_334), 10_000),
            (Some(u64::MAX), 10_000),
            (None, 10_000),
        ] {
            assert_eq!(share_of(descriptors), connections, "{descriptors:?}");
        }
    }
}
