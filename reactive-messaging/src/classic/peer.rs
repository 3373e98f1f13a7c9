//! The peer of a processor, with the state of its connection.

use std::{
    fmt,
    future::Future,
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::routing::Journey;
use crate::{Peer, ReactiveProtocol, SendError};

/// The announced methods of [`Peer`] that have another name now.
pub trait PeerExt<M> {
    /// Sends a message: [`Peer::send`]. The announced `send`, which did not wait, is
    /// [`Peer::try_send`].
    ///
    /// # Errors
    /// [`SendError`], which hands the message back.
    fn send_async(&self, message: M) -> impl Future<Output = Result<(), SendError<M>>> + Send;

    /// Ends the connection at once and discards what was not written: [`Peer::abort`].
    fn cancel_and_close(&self);
}

impl<M: ReactiveProtocol> PeerExt<M> for Peer<M> {
    fn send_async(&self, message: M) -> impl Future<Output = Result<(), SendError<M>>> + Send {
        self.send(message)
    }

    fn cancel_and_close(&self) {
        self.abort();
    }
}

/// What a processor sends through: a [`Peer`], and the state of its connection.
///
/// The state is what the routing closure of
/// [`start_multi_protocol`](super::MessagingService::start_multi_protocol) looks at when the processor
/// is left.
pub struct ClassicPeer<L, State = ()> {
    peer: Peer<L>,
    seat: Arc<Seat<L, State>>,
}

struct Seat<L, State> {
    state: Mutex<Option<State>>,
    /// The state that the connection came in, and keeps where none is set.
    before: State,
    /// Leads to the routing closure, where there is one.
    stage: Option<Peer<L, Journey<State>>>,
}

impl<L, State: Clone> ClassicPeer<L, State> {
    /// The peer of the only processor of a connection.
    pub(super) fn only(peer: Peer<L>, state: State) -> Self {
        Self::seated(peer, None, state)
    }

    /// The peer of one processor after the other.
    pub(super) fn routed(stage: Peer<L, Journey<State>>, state: State) -> Self {
        Self::seated(stage.plain(), Some(stage), state)
    }

    fn seated(peer: Peer<L>, stage: Option<Peer<L, Journey<State>>>, before: State) -> Self {
        let state = Mutex::new(Some(before.clone()));
        let seat = Arc::new(Seat {
            state,
            before,
            stage,
        });
        Self { peer, seat }
    }

    /// Where the connection goes from here.
    pub(super) fn journey(&self) -> Journey<State> {
        let state = self.take();
        Journey::on(state.unwrap_or_else(|| self.seat.before.clone()))
    }
}

impl<L, State> ClassicPeer<L, State> {
    fn put(&self, state: State) {
        let place = self.seat.state.lock();
        *place.unwrap_or_else(PoisonError::into_inner) = Some(state);
    }

    fn take(&self) -> Option<State> {
        let state = self.seat.state.lock();
        state.unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Sets the state of the connection.
    pub async fn set_state(&self, state: State) {
        self.put(state);
    }

    /// Sets the state of the connection, outside of async code; it does not block.
    pub fn blocking_set_state(&self, state: State) {
        self.put(state);
    }

    /// Sets the state of the connection; it always succeeds.
    pub fn try_set_state(&self, state: State) -> bool {
        self.put(state);
        true
    }

    /// Takes the state: the one that the processor set, or that in which the connection came. If none
    /// is set afterwards, the routing closure sees the latter again.
    pub async fn take_state(&self) -> Option<State> {
        self.take()
    }

    /// As [`take_state`](Self::take_state); it always succeeds.
    pub fn try_take_state(&self) -> Option<Option<State>> {
        Some(self.take())
    }
}

impl<L, State: Clone + Send + 'static> ClassicPeer<L, State> {
    /// Leaves the processor behind everything that was accepted so far: for the routing closure,
    /// where there is one, else for the end of the connection. The processor is dropped.
    ///
    /// The config's `drain_timeout` bounds the flushing, not `timeout`.
    pub async fn flush_and_close(&self, timeout: Duration) {
        let _ = timeout;
        match &self.seat.stage {
            // who left already goes where the first journey leads
            Some(stage) => drop(stage.advance(self.journey())),
            None => self.peer.close(),
        }
    }

    /// Leaves the processor as [`flush_and_close`](Self::flush_and_close) does, where there is a
    /// routing closure; else ends the connection at once, and discards what was not written.
    pub fn cancel_and_close(&self) {
        match &self.seat.stage {
            Some(stage) => drop(stage.advance(self.journey())),
            None => self.peer.abort(),
        }
    }
}

impl<L, State> Deref for ClassicPeer<L, State> {
    type Target = Peer<L>;

    fn deref(&self) -> &Peer<L> {
        &self.peer
    }
}

impl<L, State> Clone for ClassicPeer<L, State> {
    fn clone(&self) -> Self {
        Self {
            peer: self.peer.clone(),
            seat: self.seat.clone(),
        }
    }
}

impl<L, State> fmt::Debug for ClassicPeer<L, State> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.peer.fmt(f)
    }
}

/// Whatever sends messages `L` to a remote: a [`Peer`] or a [`ClassicPeer`].
pub trait AsPeer<L> {
    /// The peer.
    fn as_peer(&self) -> &Peer<L>;
}

impl<L> AsPeer<L> for Peer<L> {
    fn as_peer(&self) -> &Peer<L> {
        self
    }
}

impl<L, State> AsPeer<L> for ClassicPeer<L, State> {
    fn as_peer(&self) -> &Peer<L> {
        &self.peer
    }
}
