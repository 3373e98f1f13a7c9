//! The handle of a running server.

use std::{fmt, io, net::SocketAddr, sync::Arc};

use super::{
    bind::{Bind, Place},
    composite::Composite,
    event::LocalServiceTermination,
    handler::{Handler, Serves, boxed},
    registry::{DrainReport, ServiceStats},
    running::{Control, Working},
    setup::ServerSetup,
    shared::{SharedHandler, shared},
    stage::{Stage, StageEnd},
};
use crate::{
    dialog::{Incoming, Outcome, Peer},
    error::AddressError,
    processor::{Inputs, ProcessorStats, SharedOutcome},
    protocol::{NoMessages, ReactiveProtocol},
    transport::{Address, Listener},
};

/// A running server whose local protocol is `S`.
///
/// It runs until [`shutdown`](Self::shutdown), until the signal of
/// [`with_graceful_shutdown`](Bind::with_graceful_shutdown), or until this handle is dropped, which
/// aborts its connections in the background: to listen on the same address again, wait for
/// [`shutdown`](Self::shutdown) instead.
pub struct Server<S = NoMessages> {
    address: Address,
    control: Control<()>,
    peers: Arc<dyn Fn() -> Vec<Peer<S>> + Send + Sync>,
    processors: Arc<dyn Fn() -> Vec<ProcessorStats> + Send + Sync>,
}

impl Server {
    /// A server on `address`, for a closure: see [`ServerBuilder::serve`].
    pub fn bind(address: impl TryInto<Address, Error: Into<AddressError>>) -> ServerBuilder {
        ServerBuilder(Place::Address(address.try_into().map_err(Into::into)))
    }

    /// A server that takes its connections from `listener`, a tokio
    /// [`TcpListener`](tokio::net::TcpListener) for instance.
    pub fn from_listener(listener: impl Listener) -> ServerBuilder {
        ServerBuilder(Place::Listener(Box::new(listener)))
    }
}

impl<S: ReactiveProtocol> Server<S> {
    pub(super) fn new<H: Serves<Local = S>>(
        address: Address,
        control: Control<()>,
        working: Arc<Working<H>>,
    ) -> Self {
        Self {
            address,
            control,
            peers: {
                let working = working.clone();
                Arc::new(move || working.peers())
            },
            processors: Arc::new(move || working.handler.processors()),
        }
    }

    /// The peers that are connected.
    pub fn peers(&self) -> Vec<Peer<S>> {
        (self.peers)()
    }
}

impl<S> Server<S> {
    /// Where it listens, with the port that the system chose.
    pub fn address(&self) -> Address {
        self.address.clone()
    }

    /// The IP address and port it listens on.
    ///
    /// # Errors
    /// `Unsupported` when its transport has no IP addresses.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.address
            .socket_addr()
            .ok_or_else(|| io::ErrorKind::Unsupported.into())
    }

    /// What it has carried so far.
    pub fn stats(&self) -> ServiceStats {
        self.control.registry().stats()
    }

    /// What each of its shared processors has carried; a server without them has none.
    pub fn processors(&self) -> Vec<ProcessorStats> {
        (self.processors)()
    }

    /// Drains the server: it stops accepting and reading, handlers finish what they were given, what
    /// they said is flushed, and what has not ended after `drain_timeout` is aborted. A flushed
    /// connection lingers for `linger_close` at most, and event callbacks have `drain_timeout` each.
    ///
    /// Idempotent: every call waits for the end and gets the same report.
    ///
    /// # Cancel safety
    /// Cancel safe; the shutdown goes on.
    pub async fn shutdown(&self) -> DrainReport {
        self.control.shutdown().await
    }

    /// Waits until the server is over, however it was ended. [`shutdown`](Self::shutdown) then returns
    /// the report at once.
    ///
    /// # Cancel safety
    /// Cancel safe.
    pub async fn closed(&self) {
        self.control.ended().await;
    }
}

impl<S> fmt::Debug for Server<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Where a server is to listen; [`serve`](Self::serve) gives it a handler.
#[must_use = "a server starts when it has a handler and is awaited"]
pub struct ServerBuilder(Place);

impl ServerBuilder {
    /// Answers every connection by what `handler` returns: anything that an annotated fn may return. It
    /// takes both arguments, messages and peer.
    ///
    /// ```
    /// # #[cfg(all(feature = "ron", feature = "derive"))]
    /// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
    /// # use reactive_messaging::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping }
    /// # #[derive(serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong }
    /// let server = Server::bind("127.0.0.1:0")
    ///     .serve(|messages: Incoming<Ask>, _peer: Peer<Answer>| messages.map(|_| Answer::Pong))
    ///     .await?;
    /// # Ok(()) }
    /// ```
    pub fn serve<C, S, F, R, K>(self, handler: F) -> Bind<impl Handler<Remote = C, Local = S>>
    where
        C: ReactiveProtocol,
        S: ReactiveProtocol,
        F: Fn(Incoming<C>, Peer<S>) -> R + Send + Sync + 'static,
        R: Outcome<S, K>,
        R::Session: Send + 'static,
    {
        Bind::at(self.0, ServerSetup::new(boxed(handler)).into_setup())
    }
}

impl ServerBuilder {
    /// Merges all connections into one stream, which `handler` processes: a room, or an order book,
    /// whose state needs no locks. It is called once for each [processor](Bind::processors).
    ///
    /// It yields pairs of a peer and a message, or nothing: anything that an annotated fn with the key
    /// `shared` may return. A message for a peer whose outbox is full ends that peer's connection with
    /// [`OutboxFull`](crate::DisconnectReason::OutboxFull), since the handler never waits for a peer.
    ///
    /// ```
    /// # #[cfg(all(feature = "ron", feature = "derive"))]
    /// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
    /// # use reactive_messaging::{prelude::*, queue::Tokio};
    /// # #[derive(serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Next }
    /// # #[derive(serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Number(u64) }
    /// let server = Server::bind("127.0.0.1:0")
    ///     .serve_shared(|inputs: Inputs<Ask, Answer>| {
    ///         let mut last = 0;
    ///         inputs.map(move |(peer, input)| match input {
    ///             Input::Message(Ask::Next) => {
    ///                 last += 1;
    ///                 Some((peer, Answer::Number(last)))
    ///             }
    ///             Input::Arrived | Input::Left(_) => None,
    ///         })
    ///     })
    ///     .channel(Tokio::<256>)
    ///     .await?;
    /// # Ok(()) }
    /// ```
    pub fn serve_shared<C, S, F, R, K>(self, handler: F) -> Bind<SharedHandler<C, S>>
    where
        C: ReactiveProtocol,
        S: ReactiveProtocol,
        F: Fn(Inputs<C, S>) -> R + Send + Sync + 'static,
        R: SharedOutcome<S, K>,
        R::Session: Send + 'static,
    {
        Bind::at(self.0, ServerSetup::new(shared(handler)).into_setup())
    }
}

impl ServerBuilder {
    /// Leads every connection through stages, each with a protocol of its own: it begins in the state
    /// that `initial` makes, and `stages` runs the stage of whatever state it is in. The state is a type
    /// of your own: a stage that returns `()` ends its connection.
    ///
    /// `E` is what [`on_event`](Bind::on_event) is told, by way of
    /// [`StageOptions::event`](crate::StageOptions::event); `()` where nobody listens.
    /// `#[reactive_server]` on a module of stages writes all of this.
    ///
    /// ```
    /// # #[cfg(all(feature = "ron", feature = "derive"))]
    /// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
    /// # use reactive_messaging::{prelude::*, Stage};
    /// # #[derive(serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Login { Name(String) }
    /// # #[derive(serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Welcome { Hello }
    /// # #[derive(serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Name }
    /// # #[derive(serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Name(String) }
    /// enum State {
    ///     Login,
    ///     Chat(String),
    /// }
    ///
    /// async fn login(
    ///     mut messages: Incoming<Login>,
    ///     peer: Peer<Welcome, State>,
    /// ) -> Result<State, &'static str> {
    ///     let Some(Login::Name(name)) = messages.next().await else {
    ///         return Err("no name");
    ///     };
    ///     peer.send(Welcome::Hello).await.map_err(|_| "gone")?;
    ///     Ok(State::Chat(name))
    /// }
    ///
    /// let server = Server::bind("127.0.0.1:0")
    ///     .serve_stages(|| State::Login, |state, stage: Stage<State>| async move {
    ///         match state {
    ///             State::Login => stage.run(login).await,
    ///             State::Chat(name) => {
    ///                 stage
    ///                     .run(move |messages: Incoming<Ask>, _: Peer<Answer, State>| {
    ///                         messages.map(move |_| Answer::Name(name.clone()))
    ///                     })
    ///                     .await
    ///             }
    ///         }
    ///     })
    ///     .await?;
    /// # Ok(()) }
    /// ```
    pub fn serve_stages<T, E, F, Fut>(
        self,
        initial: impl Fn() -> T + Send + Sync + 'static,
        stages: F,
    ) -> Bind<impl Serves<Local = NoMessages, Event = E>>
    where
        T: Send + 'static,
        E: From<LocalServiceTermination> + Send + 'static,
        F: Fn(T, Stage<T, E>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = StageEnd<T, E>> + Send + 'static,
    {
        let composite = Composite::of(initial, stages);
        Bind::at(self.0, ServerSetup::new(composite).into_setup())
    }
}

impl fmt::Debug for ServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBuilder").finish_non_exhaustive()
    }
}
