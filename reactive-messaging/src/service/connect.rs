//! The builder of a client.

use std::{fmt, future::IntoFuture, io, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::{FutureExt, future::BoxFuture};

use super::{
    client::{self, Client},
    composite::Composite,
    event::LocalServiceTermination,
    handler::{Handler, Serves, boxed},
    options::{event_options, options, wire_options},
    running::Control,
    setup::{ClientSetup, Setup},
    stage::{Stage, StageEnd},
};
use crate::{
    config::{Backoff, ConfigError, ConstConfig, check_backoff},
    dialog::{Incoming, Outcome, Peer},
    error::{AddressError, ConnectError, panic_detail},
    protocol::{NoMessages, ReactiveProtocol},
    retry,
    transport::{self, Address, Connection, Connector},
};

/// When and how often a client connects again after its connection broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reconnect {
    /// Pauses before each attempt: a random part of these. Default: 100 ms, doubling up to 30 s.
    pub backoff: Backoff,
    /// Attempts in a row; with 0 there is none, as without these options. Default: `None`, without end.
    pub attempts: Option<u32>,
    /// Time that a connection has to last until pauses and attempts start anew. With zero they do so
    /// behind every connection, however short: a server that accepts and closes is then asked at the
    /// pace of the first pause, for ever. Default: 10 s.
    pub healthy_after: Duration,
    #[doc(hidden)]
    pub __extensible: (),
}

impl Reconnect {
    /// The defaults.
    #[allow(clippy::should_implement_trait)] // the trait's method is not const; it is implemented too
    pub const fn default() -> Self {
        Self {
            backoff: Backoff::new(Duration::from_millis(100), Duration::from_secs(30)),
            attempts: None,
            healthy_after: Duration::from_secs(10),
            __extensible: (),
        }
    }

    /// Checks that the pauses are some, as [`Connect::reconnect`] has it done.
    ///
    /// # Errors
    /// [`ConfigError`] naming the field, its value and the bound that it breaks.
    pub const fn validate(&self) -> Result<(), ConfigError> {
        let fields = ["reconnect.backoff.initial", "reconnect.backoff.max"];
        check_backoff(self.backoff, fields)
    }
}

impl Default for Reconnect {
    fn default() -> Self {
        Self::default()
    }
}

/// A client that connects when this is awaited.
///
/// # Errors
/// Awaiting gives [`ConnectError`] when the address cannot be understood, the configuration
/// contradicts itself, or the last attempt of its `retrying_strategy` failed.
///
/// # Cancel safety
/// Dropping the future before it is ready starts nothing.
///
/// Made by `connect(..)` of an annotated fn, or by
/// [`Client::connect(..).run(..)`](ClientBuilder::run).
#[must_use = "a client connects when its builder is awaited"]
pub struct Connect<H: Serves> {
    setup: Setup<H>,
    connector: Result<Box<dyn Connector>, AddressError>,
    reconnect: Option<Reconnect>,
}

impl<H: Handler> Connect<H> {
    wire_options!(setup);
}

impl<H: Serves> Connect<H> {
    pub(super) fn to_address(setup: Setup<H>, address: Result<Address, AddressError>) -> Self {
        Self::by(setup, address.map(transport::connector))
    }

    fn by(setup: Setup<H>, connector: Result<Box<dyn Connector>, AddressError>) -> Self {
        Self {
            setup,
            connector,
            reconnect: None,
        }
    }

    options!(setup);
    event_options!(setup);

    /// Connects again when the connection broke or the remote closed it.
    ///
    /// Every connection is a new generation, with its own events and a fresh run of the handler fn;
    /// nothing is replayed. What the local side ended stays ended: its handler returned before its input
    /// ended, failed or panicked, the connection was closed or aborted locally, or a closing message was
    /// exchanged. A handler that returns because the remote closed has not ended by itself. A server
    /// that refuses connections closes them, and is asked again, with growing pauses.
    ///
    /// Pauses that make no sense are an error when this starts.
    pub fn reconnect(mut self, reconnect: Reconnect) -> Self {
        self.reconnect = Some(reconnect);
        self
    }

    async fn start(self) -> Result<Client<H::Local>, ConnectError> {
        let connector = self.connector?;
        let config = self.setup.config;
        if let Some(reconnect) = &self.reconnect {
            reconnect.validate()?;
        }
        let working = Arc::new(self.setup.build(usize::MAX)?);
        let connection =
            retry::connect(config.retrying_strategy, || attempt(&*connector, &config)).await?;
        let (control, ended) = Control::new(&working.service.registry);
        let generations =
            client::Generations::first(working.clone(), connector, connection, self.reconnect);
        tokio::spawn(generations.run(ended));
        Ok(Client::new(control, working))
    }
}

/// One attempt to connect, with its errors told apart.
pub(super) async fn attempt(
    connector: &dyn Connector,
    config: &ConstConfig,
) -> Result<Connection, ConnectError> {
    // a connector is user code: its panic is a failed attempt
    let connecting = AssertUnwindSafe(async { connector.connect(config).await })
        .catch_unwind()
        .map(|connected| {
            connected.unwrap_or_else(|panic| Err(io::Error::other(panic_detail(panic))))
        });
    let connecting = tokio::time::timeout(config.connect_timeout, connecting);
    let address = || connector.address().to_string();
    match connecting.await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
            Err(ConnectError::Unresolved {
                address: address(),
                source: Arc::new(error),
            })
        }
        Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => {
            Err(ConnectError::TimedOut { address: address() })
        }
        Ok(Err(source)) => Err(ConnectError::Io {
            address: address(),
            source: Arc::new(source),
        }),
        Err(_) => Err(ConnectError::TimedOut { address: address() }),
    }
}

impl<H: Serves> IntoFuture for Connect<H> {
    type Output = Result<Client<H::Local>, ConnectError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.start().boxed()
    }
}

impl<H: Serves> fmt::Debug for Connect<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect").finish_non_exhaustive()
    }
}

/// Where a client is to connect to; [`run`](Self::run) gives it a handler.
#[must_use = "a client connects when it has a handler and is awaited"]
pub struct ClientBuilder(Result<Box<dyn Connector>, AddressError>);

impl ClientBuilder {
    pub(super) fn to_address(address: Result<Address, AddressError>) -> Self {
        Self(address.map(transport::connector))
    }

    pub(super) fn by(connector: impl Connector) -> Self {
        Self(Ok(Box::new(connector)))
    }

    /// Runs `handler` on the connection: it may return anything that an annotated fn may return, and
    /// takes both arguments, messages and peer.
    pub fn run<C, S, F, R, K>(self, handler: F) -> Connect<impl Handler<Remote = C, Local = S>>
    where
        C: ReactiveProtocol,
        S: ReactiveProtocol,
        F: Fn(Incoming<C>, Peer<S>) -> R + Send + Sync + 'static,
        R: Outcome<S, K>,
        R::Session: Send + 'static,
    {
        Connect::by(ClientSetup::new(boxed(handler)).into_setup(), self.0)
    }
}

impl ClientBuilder {
    /// Leads the connection through stages, each with a protocol of its own, as
    /// [`ServerBuilder::serve_stages`](crate::ServerBuilder::serve_stages) does.
    pub fn run_stages<T, E, F, Fut>(
        self,
        initial: impl Fn() -> T + Send + Sync + 'static,
        stages: F,
    ) -> Connect<impl Serves<Local = NoMessages, Event = E>>
    where
        T: Send + 'static,
        E: From<LocalServiceTermination> + Send + 'static,
        F: Fn(T, Stage<T, E>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = StageEnd<T, E>> + Send + 'static,
    {
        let composite = Composite::of(initial, stages);
        Connect::by(ClientSetup::new(composite).into_setup(), self.0)
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").finish_non_exhaustive()
    }
}
