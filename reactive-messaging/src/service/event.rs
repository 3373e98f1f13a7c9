//! What a service tells of its connections.

use std::{fmt, panic::AssertUnwindSafe, sync::Arc};

use futures::{FutureExt, future::BoxFuture};

use crate::{
    dialog::{ConnectionId, Peer, PeerStats},
    error::DisconnectReason,
    transport::Address,
};

/// What happens to the dialogs of a service whose local protocol is `M`.
///
/// Those of one connection come in sequence: `PeerArrived` completes before the handler starts,
/// `PeerLeft` runs after the handler was dropped. Each is told exactly once.
#[derive(Debug, Clone)]
pub enum ProtocolEvent<M> {
    /// A connection is established; its handler starts when the callback is done.
    PeerArrived {
        /// Sends to the remote.
        peer: Peer<M>,
    },
    /// A dialog is over.
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
    /// A connection was closed at once, since there were `max_connections`.
    Refused {
        /// Where the remote is.
        address: Address,
    },
}

type Callback<E> = Arc<dyn Fn(E) -> BoxFuture<'static, ()> + Send + Sync>;

/// The callbacks of a service.
pub(crate) struct Events<M> {
    protocol: Option<Callback<ProtocolEvent<M>>>,
    connection: Option<Callback<ConnectionEvent>>,
}

impl<M> Default for Events<M> {
    fn default() -> Self {
        Self {
            protocol: None,
            connection: None,
        }
    }
}

/// A callback panicked; what it said.
pub(crate) type Panicked = Box<dyn std::any::Any + Send>;

impl<M> Events<M> {
    pub(crate) fn on_protocol<F, Fut>(&mut self, callback: F)
    where
        F: Fn(ProtocolEvent<M>) -> Fut + Send + Sync + 'static,
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

    pub(crate) async fn protocol(
        &self,
        event: impl FnOnce() -> ProtocolEvent<M>,
    ) -> Result<(), Panicked> {
        call(self.protocol.as_ref(), event).await
    }

    pub(crate) async fn connection(
        &self,
        event: impl FnOnce() -> ConnectionEvent,
    ) -> Result<(), Panicked> {
        call(self.connection.as_ref(), event).await
    }
}

async fn call<E>(
    callback: Option<&Callback<E>>,
    event: impl FnOnce() -> E,
) -> Result<(), Panicked> {
    let Some(callback) = callback else {
        return Ok(());
    };
    let event = event();
    // a callback is an ordinary closure: it may panic before it has a future
    let called = std::panic::catch_unwind(AssertUnwindSafe(|| callback(event)));
    AssertUnwindSafe(called?).catch_unwind().await
}

impl<M> fmt::Debug for Events<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}
