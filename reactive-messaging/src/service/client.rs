//! The handle of a running client, and the generations of its connection.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    connect::{ClientBuilder, Reconnect, attempt},
    connection::Admitted,
    handler::Serves,
    registry::{DrainReport, ServiceStats},
    running::{Control, EndSender, Working},
};
use crate::{
    dialog::{Ending, Peer},
    error::{AddressError, DisconnectReason},
    log_limit::log_limited,
    protocol::NoMessages,
    retry,
    transport::{Address, Connection, Connector},
};

/// A running client whose local protocol is `L`.
///
/// It runs until no further attempt to connect is left, until [`shutdown`](Self::shutdown), or until
/// this handle is dropped, which aborts its connection.
pub struct Client<L = NoMessages> {
    peer: Arc<dyn Fn() -> Peer<L> + Send + Sync>,
    control: Control<DisconnectReason>,
}

impl Client {
    /// A client of `address`, for a closure: see [`ClientBuilder::run`].
    pub fn connect(address: impl TryInto<Address, Error: Into<AddressError>>) -> ClientBuilder {
        ClientBuilder::to_address(address.try_into().map_err(Into::into))
    }

    /// A client whose connections are made by `connector`.
    pub fn with_connector(connector: impl Connector) -> ClientBuilder {
        ClientBuilder::by(connector)
    }
}

impl<L> Client<L> {
    pub(super) fn new<H: Serves<Local = L>>(
        control: Control<DisconnectReason>,
        working: Arc<Working<H>>,
    ) -> Self {
        let peer = move || working.handler.peer(working.service.registry.latest());
        let peer = Arc::new(peer);
        Self { peer, control }
    }

    /// Sends to the server, on the current connection; between two connections, on the past one,
    /// which refuses.
    pub fn peer(&self) -> Peer<L> {
        (self.peer)()
    }

    /// What it has carried so far, over all its connections.
    pub fn stats(&self) -> ServiceStats {
        self.control.registry().stats()
    }

    /// Waits until the last connection is over and none will follow, and says why it ended.
    ///
    /// # Cancel safety
    /// Cancel safe.
    pub async fn closed(&self) -> DisconnectReason {
        let ended = self.control.ended().await;
        ended.unwrap_or(DisconnectReason::Aborted)
    }

    /// Drains the connection and makes no further one.
    ///
    /// Idempotent: every call waits for the end and gets the same report.
    ///
    /// # Cancel safety
    /// Cancel safe; the shutdown goes on.
    pub async fn shutdown(&self) -> DrainReport {
        self.control.shutdown().await
    }
}

impl<L> fmt::Debug for Client<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

/// One connection after the other.
pub(super) struct Generations<H: Serves> {
    working: Arc<Working<H>>,
    connector: Box<dyn Connector>,
    reconnect: Option<Reconnect>,
    current: Admitted<H>,
}

type Delays = Box<dyn Iterator<Item = Duration> + Send>;

impl<H: Serves> Generations<H> {
    /// Begins with a connection that is there.
    pub(super) fn first(
        working: Arc<Working<H>>,
        connector: Box<dyn Connector>,
        connection: Connection,
        reconnect: Option<Reconnect>,
    ) -> Self {
        // nobody has the handle yet, and a client has no limit
        let current = Admitted::new(&working, connection).expect("a new service lets in");
        Self {
            working,
            connector,
            reconnect,
            current,
        }
    }

    /// Converses until no generation follows.
    pub(super) async fn run(self, ended: EndSender<DisconnectReason>) {
        let Self {
            working,
            connector,
            reconnect,
            mut current,
        } = self;
        let mut delays = delays(reconnect);
        let reason = loop {
            let began = Instant::now();
            let reason = current.converse().await;
            let Some(reconnect) = reconnect.filter(|_| may_follow(&reason)) else {
                break reason;
            };
            if began.elapsed() >= reconnect.healthy_after {
                delays = self::delays(Some(reconnect));
            }
            let config = &working.service.settings.config;
            let log = &working.service.settings.log;
            let connecting = retry::reconnect(&mut *delays, || async {
                let connected = attempt(&*connector, config).await;
                connected.inspect_err(|error| {
                    let cause = error.source().map(tracing::field::display);
                    log_limited!(log.unconnected, warn, %error, cause, "cannot reconnect");
                })
            });
            let connected = tokio::select! {
                biased;
                () = working.service.registry.stopped(Ending::Drain) => break reason,
                connected = connecting => connected,
            };
            match connected {
                Err(None) => break reason,
                Err(Some(error)) => break DisconnectReason::ReconnectFailed(Arc::new(error)),
                Ok(connection) => match Admitted::new(&working, connection) {
                    // stopped in this very moment
                    Err(_) => break reason,
                    Ok(next) => current = next,
                },
            }
        };
        working.conclude(ended, reason).await;
    }
}

fn delays(reconnect: Option<Reconnect>) -> Delays {
    let Some(reconnect) = reconnect else {
        return Box::new(std::iter::empty());
    };
    let delays = reconnect.backoff.delays();
    match reconnect.attempts {
        Some(attempts) => Box::new(delays.take(attempts as usize)),
        None => Box::new(delays),
    }
}

/// Whether it was the connection, or the remote, that ended the dialog.
fn may_follow(reason: &DisconnectReason) -> bool {
    match reason {
        DisconnectReason::RemoteClosed
        | DisconnectReason::UnexpectedEnd
        | DisconnectReason::Io(_)
        | DisconnectReason::Frame(_)
        | DisconnectReason::Decode(_)
        | DisconnectReason::FirstFrameTimeout
        | DisconnectReason::FrameTimeout
        | DisconnectReason::IdleTimeout
        | DisconnectReason::WriteTimeout
        | DisconnectReason::HalfClosedTimeout => true,
        DisconnectReason::HandlerEnded
        | DisconnectReason::HandlerFailed(_)
        | DisconnectReason::HandlerPanicked(_)
        | DisconnectReason::Advanced
        | DisconnectReason::LocalClosed
        | DisconnectReason::Aborted
        | DisconnectReason::ClosingSent
        | DisconnectReason::ClosingReceived
        | DisconnectReason::Shutdown
        | DisconnectReason::DrainTimeout
        | DisconnectReason::OutboxFull
        | DisconnectReason::QueueFull
        | DisconnectReason::ReconnectFailed(_) => false,
    }
}
