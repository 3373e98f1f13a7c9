//! What a service tells of its connections.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures::{FutureExt, future::BoxFuture};

use super::running::Service;
use crate::{
    dialog::{ConnectionId, Link, Peer, PeerStats},
    error::{DisconnectReason, Panic},
    log_limit::log_limited,
    transport::Address,
};

/// What happens to the dialogs of a service whose local protocol is `M`.
///
/// Those of one connection come in sequence: `PeerArrived` completes before the handler starts,
/// `PeerLeft` runs after the handler was dropped. Each is told exactly once.
pub enum ProtocolEvent<M> {
    /// A connection is established; its handler starts when the callback is done.
    PeerArrived {
        /// Sends to the remote.
        peer: Peer<M>,
    },
    /// A dialog is over. What its `Incoming`, moved to another task, counts later is not in `stats`.
    PeerLeft {
        /// The peer, closed.
        peer: Peer<M>,
        /// Why the dialog ended.
        reason: DisconnectReason,
        /// What it carried.
        stats: PeerStats,
    },
    /// The service is over: all its dialogs are.
    LocalServiceTermination,
}

/// What happens to the connections of a service, whatever they carry.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ConnectionEvent {
    /// A connection is established.
    Connected {
        /// Its id.
        id: ConnectionId,
        /// Where the remote is.
        address: Address,
    },
    /// A connection is over.
    Disconnected {
        /// Its id.
        id: ConnectionId,
        /// Where the remote was.
        address: Address,
        /// Why it ended.
        reason: DisconnectReason,
    },
    /// A connection was closed at once, since there were `max_connections`. While 64 of these
    /// callbacks run, further refusals are only counted.
    Refused {
        /// Where the remote is.
        address: Address,
    },
    /// The service is over: all its connections are.
    LocalServiceTermination,
}

/// The service is over: what it tells last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalServiceTermination;

impl<M> From<LocalServiceTermination> for ProtocolEvent<M> {
    fn from(_: LocalServiceTermination) -> Self {
        Self::LocalServiceTermination
    }
}

/// For whom listens to nothing.
impl From<LocalServiceTermination> for () {
    fn from(_: LocalServiceTermination) -> Self {}
}

/// When something is told of a dialog.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum Moment<'a> {
    /// Before its handler starts.
    Arrived,
    /// Behind its end, with the reason.
    Left(&'a DisconnectReason),
}

// by hand, since messages need be neither `Clone` nor `Debug`
impl<M> Clone for ProtocolEvent<M> {
    fn clone(&self) -> Self {
        match self {
            Self::PeerArrived { peer } => Self::PeerArrived { peer: peer.clone() },
            Self::PeerLeft {
                peer,
                reason,
                stats,
            } => Self::PeerLeft {
                peer: peer.clone(),
                reason: reason.clone(),
                stats: *stats,
            },
            Self::LocalServiceTermination => Self::LocalServiceTermination,
        }
    }
}

impl<M> fmt::Debug for ProtocolEvent<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PeerArrived { peer } => {
                f.debug_struct("PeerArrived").field("peer", peer).finish()
            }
            Self::PeerLeft {
                peer,
                reason,
                stats,
            } => f
                .debug_struct("PeerLeft")
                .field("peer", peer)
                .field("reason", reason)
                .field("stats", stats)
                .finish(),
            Self::LocalServiceTermination => f.write_str("LocalServiceTermination"),
        }
    }
}

impl<M> ProtocolEvent<M> {
    /// What is told of the dialog of `peer`.
    pub(crate) fn of(peer: Peer<M>, moment: Moment<'_>) -> Self {
        match moment {
            Moment::Arrived => Self::PeerArrived { peer },
            Moment::Left(reason) => Self::PeerLeft {
                reason: reason.clone(),
                stats: peer.stats(),
                peer,
            },
        }
    }
}

type Callback<E> = Arc<dyn Fn(E) -> BoxFuture<'static, ()> + Send + Sync>;

/// The callbacks of a service.
pub(crate) struct Events<E> {
    protocol: Option<Callback<E>>,
    connection: Option<Callback<ConnectionEvent>>,
}

impl<E> Default for Events<E> {
    fn default() -> Self {
        Self {
            protocol: None,
            connection: None,
        }
    }
}

/// Why a callback did not do its work.
pub(crate) enum Failed {
    /// It panicked; with what.
    Panicked(Panic),
    /// The service is to end and has waited long enough.
    TimedOut,
}

impl Failed {
    /// Logs and counts the failure at its connection, and says why that ends.
    pub(super) fn report_at(self, link: &Link) -> DisconnectReason {
        match self {
            Self::Panicked(panic) => {
                DisconnectReason::HandlerPanicked(link.panicked("event callback", panic))
            }
            Self::TimedOut => {
                let limit = &link.settings.log.stuck;
                log_limited!(limit, error, id = %link.id, remote = %link.address, "event callback did not end");
                DisconnectReason::DrainTimeout
            }
        }
    }

    /// Logs and counts the failure where there is no connection.
    pub(super) fn report<E>(self, service: &Service<E>) {
        match self {
            Self::Panicked(panic) => service.panicked("event callback", panic),
            Self::TimedOut => {
                let limit = &service.settings.log.stuck;
                log_limited!(limit, error, "event callback did not end");
            }
        }
    }
}

impl<E> Events<E> {
    pub(crate) fn on_protocol<F, Fut>(&mut self, callback: F)
    where
        F: Fn(E) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.protocol = Some(Arc::new(move |event| callback(event).boxed()));
    }

    pub(crate) fn on_connection<F, Fut>(&mut self, callback: F)
    where
        F: Fn(ConnectionEvent) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.connection = Some(Arc::new(move |event| callback(event).boxed()));
    }

    pub(crate) fn watches_connections(&self) -> bool {
        self.connection.is_some()
    }

    pub(crate) fn protocol<P>(
        &self,
        event: impl FnOnce() -> Option<E>,
        patience: impl FnOnce() -> P,
    ) -> Told
    where
        P: Future<Output = ()> + Send + 'static,
    {
        tell(self.protocol.as_ref(), event, patience)
    }

    pub(crate) fn connection<P>(
        &self,
        event: impl FnOnce() -> ConnectionEvent,
        patience: impl FnOnce() -> P,
    ) -> Told
    where
        P: Future<Output = ()> + Send + 'static,
    {
        tell(self.connection.as_ref(), || Some(event()), patience)
    }
}

/// A callback at work, if there is one. A pointer: without a callback it costs a connection nothing.
pub(crate) struct Told(Option<BoxFuture<'static, Result<(), Failed>>>);

fn tell<E, P>(
    callback: Option<&Callback<E>>,
    event: impl FnOnce() -> Option<E>,
    patience: impl FnOnce() -> P,
) -> Told
where
    P: Future<Output = ()> + Send + 'static,
{
    Told(callback.and_then(|callback| {
        // a callback, and what makes the event, are ordinary closures: they may panic before there is
        // a future
        let called = catch_unwind(AssertUnwindSafe(|| Some(callback(event()?)))).transpose()?;
        let patience = patience();
        let told = async move {
            let mut called = AssertUnwindSafe(called.map_err(Failed::Panicked)?).catch_unwind();
            let told = tokio::select! {
                biased;
                told = &mut called => told.map_err(Failed::Panicked),
                () = patience => Err(Failed::TimedOut),
            };
            // one that has not ended is dropped where it stands, which is user code again
            let dropped = catch_unwind(AssertUnwindSafe(|| drop(called)));
            dropped.map_err(Failed::Panicked).and(told)
        };
        Some(told.boxed())
    }))
}

impl Future for Told {
    type Output = Result<(), Failed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Some(called) => called.as_mut().poll(cx),
            None => Poll::Ready(Ok(())),
        }
    }
}

impl<E> fmt::Debug for Events<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}
