//! Services: processors are added to them, then one is started.

use std::{fmt, future::Future, marker::PhantomData, sync::Arc};

use futures::future::BoxFuture;

use super::{
    error::{NotStarted, StartError},
    form::Form,
    items::Unresponsive,
    life::Life,
    role::{ClientRole, Role, ServerRole, Started},
};
use crate::{Address, ConstConfig, Incoming, Outcome, Peer, ProtocolEvent};

/// A server with processors: made by [`new_socket_server!`](crate::new_socket_server).
///
/// Dropping it aborts its connections; [`terminate`](MessagingService::terminate) drains them.
pub type CompositeSocketServer = CompositeService<ServerRole>;

/// A client with processors: made by [`new_socket_client!`](crate::new_socket_client).
///
/// Dropping it aborts its connection; [`terminate`](MessagingService::terminate) drains it.
pub type CompositeSocketClient = CompositeService<ClientRole>;

/// A [`CompositeSocketServer`] or a [`CompositeSocketClient`], told apart by the role `R`.
pub struct CompositeService<R> {
    address: String,
    config: ConstConfig,
    processors: Vec<Option<Launch>>,
    /// Tells the channels of this service from others.
    identity: Arc<()>,
    started_at: Option<Address>,
    life: Life,
    role: PhantomData<fn() -> R>,
}

/// Starts a service with one processor, at an address.
type Launch = Box<dyn FnOnce(String) -> BoxFuture<'static, Result<Started, StartError>> + Send>;

/// Names a processor of a service.
#[derive(Clone)]
pub struct ConnectionChannel {
    service: Arc<()>,
    index: usize,
}

impl<R: Role> CompositeService<R> {
    /// A service that will listen on, or connect to, `host` and `port`. A server on port 0 listens on
    /// one that is free.
    pub fn new(config: ConstConfig, host: impl Into<String>, port: u16) -> Self {
        let host = host.into();
        let address = match host.contains(':') && !host.starts_with('[') {
            true => format!("[{host}]:{port}"),
            false => format!("{host}:{port}"),
        };
        Self {
            address,
            config,
            processors: Vec::new(),
            identity: Arc::new(()),
            started_at: None,
            life: Life::new(),
            role: PhantomData,
        }
    }

    fn add<D, E, Fut, F, O, K>(
        &mut self,
        dialog: D,
        events: E,
        handler: F,
    ) -> Result<ConnectionChannel, StartError>
    where
        D: Form,
        E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        F: Fn(Incoming<D::Remote>, Peer<D::Local>) -> O + Send + Sync + 'static,
        O: Outcome<D::Local, K> + 'static,
        O::Session: Send + 'static,
        K: 'static,
    {
        if dialog.config() != self.config {
            return Err(StartError::OtherConfig);
        }
        self.processors.push(Some(Box::new(move |address| {
            Box::pin(R::start(address, dialog, events, handler))
        })));
        Ok(ConnectionChannel {
            service: self.identity.clone(),
            index: self.processors.len() - 1,
        })
    }

    async fn start(&mut self, processor: ConnectionChannel) -> Result<(), StartError> {
        self.life.may_start()?;
        if !Arc::ptr_eq(&processor.service, &self.identity) {
            return Err(StartError::UnknownProcessor);
        }
        let launch = self.processors.get_mut(processor.index);
        let launch = launch
            .and_then(Option::take)
            .ok_or(StartError::UnknownProcessor)?;
        let Started { service, address } = launch(self.address.clone()).await?;
        self.started_at = address;
        self.life.start(service);
        Ok(())
    }
}

impl CompositeSocketServer {
    /// Where it listens, with the port that the system chose; `None` before it was started.
    pub fn address(&self) -> Option<Address> {
        self.started_at.clone()
    }
}

impl CompositeSocketClient {
    /// Whether its dialog goes on.
    pub fn is_connected(&self) -> bool {
        self.life.is_running()
    }
}

/// The announced methods of servers and clients.
pub trait MessagingService: Sized {
    /// Adds a processor whose items are not sent; the macros do it.
    ///
    /// `processor` is called once a connection, with the remote's host and port, the peer and its
    /// messages, and returns what [`Unresponsive`] says. `events` is told of peers, as
    /// [`on_event`](crate::Bind::on_event) has it.
    ///
    /// # Errors
    /// [`StartError::OtherConfig`], when `dialog` has another config than the service.
    fn spawn_processor<D, E, Fut, P, S, K>(
        &mut self,
        dialog: D,
        events: E,
        processor: P,
    ) -> Result<ConnectionChannel, StartError>
    where
        D: Form,
        E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        P: Fn(String, u16, Peer<D::Local>, Incoming<D::Remote>) -> S + Send + Sync + 'static,
        S: Unresponsive<K, Processing: Send + 'static>;

    /// [`spawn_processor`](Self::spawn_processor) by its earlier name.
    ///
    /// # Errors
    /// As there.
    fn spawn_unresponsive_processor<D, E, Fut, P, S, K>(
        &mut self,
        dialog: D,
        events: E,
        processor: P,
    ) -> Result<ConnectionChannel, StartError>
    where
        D: Form,
        E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        P: Fn(String, u16, Peer<D::Local>, Incoming<D::Remote>) -> S + Send + Sync + 'static,
        S: Unresponsive<K, Processing: Send + 'static>,
    {
        self.spawn_processor(dialog, events, processor)
    }

    /// Adds a processor whose items are sent: it returns anything that an annotated fn may return.
    ///
    /// # Errors
    /// As [`spawn_processor`](Self::spawn_processor).
    fn spawn_responsive_processor<D, E, Fut, P, O, K>(
        &mut self,
        dialog: D,
        events: E,
        processor: P,
    ) -> Result<ConnectionChannel, StartError>
    where
        D: Form,
        E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        P: Fn(String, u16, Peer<D::Local>, Incoming<D::Remote>) -> O + Send + Sync + 'static,
        O: Outcome<D::Local, K, Session: Send + 'static> + 'static,
        K: 'static;

    /// Starts the service with one of its processors: a server listens, a client connects.
    ///
    /// # Errors
    /// [`StartError`], when it cannot, or did before. After a failure a processor can be spawned and
    /// started anew.
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready starts nothing, and drops the processor.
    fn start_single_protocol(
        &mut self,
        processor: ConnectionChannel,
    ) -> impl Future<Output = Result<(), StartError>> + Send;

    /// A closure that waits for the end of the service: of a client, that its dialog is over; of a
    /// server, that it was terminated. It can be called before the service is started, and does not
    /// keep it from ending.
    ///
    /// # Errors
    /// The future's result is [`NotStarted`] when the service is dropped without having run.
    fn termination_waiter(
        &mut self,
    ) -> Box<dyn FnOnce() -> BoxFuture<'static, Result<(), NotStarted>> + Send + Sync>;

    /// Drains the service and waits for that, see [`Server::shutdown`](crate::Server::shutdown).
    ///
    /// # Errors
    /// [`NotStarted`], when it never ran.
    ///
    /// # Cancel safety
    /// The drain goes on.
    fn terminate(self) -> impl Future<Output = Result<(), NotStarted>> + Send;

    /// `spawn_processor` and `start_single_protocol` in one call, which names the service once.
    #[doc(hidden)]
    fn start_processor<D, E, Fut, P, S, K>(
        &mut self,
        dialog: D,
        events: E,
        processor: P,
    ) -> impl Future<Output = Result<(), StartError>>
    where
        D: Form,
        E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        P: Fn(String, u16, Peer<D::Local>, Incoming<D::Remote>) -> S + Send + Sync + 'static,
        S: Unresponsive<K, Processing: Send + 'static>,
    {
        let spawned = self.spawn_processor(dialog, events, processor);
        async move { self.start_single_protocol(spawned?).await }
    }
}

impl<R: Role> MessagingService for CompositeService<R> {
    fn spawn_processor<D, E, Fut, P, S, K>(
        &mut self,
        dialog: D,
        events: E,
        processor: P,
    ) -> Result<ConnectionChannel, StartError>
    where
        D: Form,
        E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        P: Fn(String, u16, Peer<D::Local>, Incoming<D::Remote>) -> S + Send + Sync + 'static,
        S: Unresponsive<K, Processing: Send + 'static>,
    {
        self.add(dialog, events, move |messages, peer| {
            let (host, port) = remote(&peer);
            processor(host, port, peer, messages).process()
        })
    }

    fn spawn_responsive_processor<D, E, Fut, P, O, K>(
        &mut self,
        dialog: D,
        events: E,
        processor: P,
    ) -> Result<ConnectionChannel, StartError>
    where
        D: Form,
        E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        P: Fn(String, u16, Peer<D::Local>, Incoming<D::Remote>) -> O + Send + Sync + 'static,
        O: Outcome<D::Local, K, Session: Send + 'static> + 'static,
        K: 'static,
    {
        self.add(dialog, events, move |messages, peer| {
            let (host, port) = remote(&peer);
            processor(host, port, peer, messages)
        })
    }

    async fn start_single_protocol(
        &mut self,
        processor: ConnectionChannel,
    ) -> Result<(), StartError> {
        self.start(processor).await
    }

    fn termination_waiter(
        &mut self,
    ) -> Box<dyn FnOnce() -> BoxFuture<'static, Result<(), NotStarted>> + Send + Sync> {
        let ended = std::sync::Mutex::new(self.life.ended());
        Box::new(move || {
            ended
                .into_inner()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
        })
    }

    fn terminate(self) -> impl Future<Output = Result<(), NotStarted>> + Send {
        self.life.terminate()
    }
}

/// Host and port of the remote, as the announced processors get them.
fn remote<M>(peer: &Peer<M>) -> (String, u16) {
    match peer.address().socket_addr() {
        Some(address) => (address.ip().to_string(), address.port()),
        None => (peer.address().to_string(), 0),
    }
}

impl<R> fmt::Debug for CompositeService<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompositeService")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ConnectionChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionChannel")
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}
