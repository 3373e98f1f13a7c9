//! What services do: processors are added to them, then one is started, or all with a closure that routes.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{StreamExt, future::BoxFuture};

use super::{
    composite::CompositeService,
    error::{NotStarted, StartError},
    form::Form,
    items::Unresponsive,
    peer::ClassicPeer,
    responsive::ResponsiveStream,
    role::Role,
    routing::{ConnectionChannel, Routes, SocketConnection},
};
use crate::{ConnectionEvent, Failure, Incoming, Peer, ProtocolEvent, log_limit::LogLimit};

/// The announced methods of servers and clients.
pub trait MessagingService: Sized {
    /// The state of a connection.
    type StateType: Clone + Send + Sync + 'static;

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
        P: Fn(String, u16, ClassicPeer<D::Local, Self::StateType>, Incoming<D::Remote>) -> S
            + Send
            + Sync
            + 'static,
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
        P: Fn(String, u16, ClassicPeer<D::Local, Self::StateType>, Incoming<D::Remote>) -> S
            + Send
            + Sync
            + 'static,
        S: Unresponsive<K, Processing: Send + 'static>,
    {
        self.spawn_processor(dialog, events, processor)
    }

    /// Adds a processor whose items are sent: a stream of what can be sent, see [`ResponsiveStream`].
    ///
    /// # Errors
    /// As [`spawn_processor`](Self::spawn_processor).
    fn spawn_responsive_processor<D, E, Fut, P, S, K>(
        &mut self,
        dialog: D,
        events: E,
        processor: P,
    ) -> Result<ConnectionChannel, StartError>
    where
        D: Form,
        E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        P: Fn(String, u16, ClassicPeer<D::Local, Self::StateType>, Incoming<D::Remote>) -> S
            + Send
            + Sync
            + 'static,
        S: ResponsiveStream<D::Local, K, Replies: Send + 'static>;

    /// Starts the service with one of its processors: a server listens, a client connects.
    ///
    /// # Errors
    /// [`StartError`], when it cannot, or did before. After a failure it can be started anew.
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready starts nothing.
    fn start_single_protocol(
        &mut self,
        processor: ConnectionChannel,
    ) -> impl Future<Output = Result<(), StartError>> + Send
    where
        Self::StateType: Default;

    /// Starts the service with all of its processors: every connection has one after the other.
    ///
    /// `routing` is asked when a connection arrives, in the state `initial`, and again, then with
    /// `true`, whenever a processor is left while the connection is open. The state is then the one that
    /// the processor set. It names the next processor, or `None` to end the connection behind all that
    /// was said. A processor is left when its stream ends, or by
    /// [`flush_and_close`](ClassicPeer::flush_and_close). Since `routing` may keep what it likes, the
    /// connections of the service take turns with it: it should not take long.
    ///
    /// What the remote sent behind the last message that a processor took belongs to the next one, also
    /// if that has another form; what a processor said is on the wire before the next one's first byte.
    /// The events of a processor are told of each connection that comes to it, and goes from it.
    ///
    /// # Errors
    /// As [`start_single_protocol`](Self::start_single_protocol).
    ///
    /// # Cancel safety
    /// Dropping the future before it is ready starts nothing, and drops the processors.
    fn start_multi_protocol<E, Fut>(
        &mut self,
        initial: Self::StateType,
        routing: impl FnMut(&SocketConnection<Self::StateType>, bool) -> Option<ConnectionChannel>
        + Send
        + 'static,
        connection_events: E,
    ) -> impl Future<Output = Result<(), StartError>> + Send
    where
        E: Fn(ConnectionEvent) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static;

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
        P: Fn(String, u16, ClassicPeer<D::Local, Self::StateType>, Incoming<D::Remote>) -> S
            + Send
            + Sync
            + 'static,
        S: Unresponsive<K, Processing: Send + 'static>,
        Self::StateType: Default,
    {
        let spawned = self.spawn_processor(dialog, events, processor);
        async move { self.start_single_protocol(spawned?).await }
    }
}

impl<R, State> MessagingService for CompositeService<R, State>
where
    R: Role,
    State: Clone + Send + Sync + 'static,
{
    type StateType = State;

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
        P: Fn(String, u16, ClassicPeer<D::Local, Self::StateType>, Incoming<D::Remote>) -> S
            + Send
            + Sync
            + 'static,
        S: Unresponsive<K, Processing: Send + 'static>,
    {
        self.add(dialog, events, move |peer, messages| {
            let (host, port) = remote(&peer);
            let processing = processor(host, port, peer, messages).process();
            processing.map(|item| item.map(|()| None))
        })
    }

    fn spawn_responsive_processor<D, E, Fut, P, S, K>(
        &mut self,
        dialog: D,
        events: E,
        processor: P,
    ) -> Result<ConnectionChannel, StartError>
    where
        D: Form,
        E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        P: Fn(String, u16, ClassicPeer<D::Local, Self::StateType>, Incoming<D::Remote>) -> S
            + Send
            + Sync
            + 'static,
        S: ResponsiveStream<D::Local, K, Replies: Send + 'static>,
    {
        self.add(dialog, events, move |peer, messages| {
            let (host, port) = remote(&peer);
            let replies = processor(host, port, peer, messages).into_replies();
            replies.map(|reply| reply.map_err(Failure::into_text))
        })
    }

    async fn start_single_protocol(
        &mut self,
        processor: ConnectionChannel,
    ) -> Result<(), StartError>
    where
        State: Default,
    {
        self.life.may_start()?;
        let processor = processor.of(&self.identity, &self.processors);
        let processor = processor.ok_or(StartError::UnknownProcessor)?.clone();
        let started = processor.start(self.address.clone()).await?;
        self.started(started);
        Ok(())
    }

    async fn start_multi_protocol<E, Fut>(
        &mut self,
        initial: State,
        routing: impl FnMut(&SocketConnection<State>, bool) -> Option<ConnectionChannel>
        + Send
        + 'static,
        connection_events: E,
    ) -> Result<(), StartError>
    where
        E: Fn(ConnectionEvent) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.life.may_start()?;
        let processors = self.processors.iter().cloned();
        let routes = Arc::new(Routes {
            service: self.identity.clone(),
            processors: processors.map(|processor| processor.routed()).collect(),
            routing: Mutex::new(Box::new(routing)),
            strays: LogLimit::default(),
        });
        let (address, config) = (self.address.clone(), self.config);
        let started = R::start_routed(address, config, initial, routes, connection_events).await?;
        self.started(started);
        Ok(())
    }

    fn termination_waiter(
        &mut self,
    ) -> Box<dyn FnOnce() -> BoxFuture<'static, Result<(), NotStarted>> + Send + Sync> {
        let ended = Mutex::new(self.life.ended());
        Box::new(move || ended.into_inner().unwrap_or_else(PoisonError::into_inner))
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
