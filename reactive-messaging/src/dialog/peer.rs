//! The local end of a connection, for whoever wants to send.

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use super::{
    codec::EncodeFrame,
    control::{Ending, Order},
    link::{ConnectionId, Link},
    outbox::Refused,
    peer_futures::{Ordered, Over, SendInTurn},
    scratch::Scratch,
    stats::PeerStats,
    successor::NoSuccessor,
};
use crate::{
    config::RetryingStrategies,
    error::{AdvanceError, DisconnectReason, EncodeError, SendError},
    protocol::ReactiveProtocol,
    retry,
    transport::Address,
};

/// Sends local messages of type `M` to the remote of one connection, and closes it.
///
/// Cheap to clone, usable from any task and beyond the end of the connection: it then answers
/// [`SendError::Closed`], and keeps neither the connection nor its buffers alive.
///
/// What [`send`](Self::send) accepted before the handler's stream yields an item is on the wire in
/// front of that item.
///
/// In a stage of a composite, `N` tells the successors of the stage, and the peer is that of this stage
/// alone: once the connection has moved on, it answers as if it were over.
pub struct Peer<M, N = NoSuccessor> {
    link: Arc<Link>,
    encode: EncodeFrame<M>,
    successor: PhantomData<fn(N)>,
}

impl<M, N> Peer<M, N> {
    pub(crate) fn new(link: Arc<Link>, encode: EncodeFrame<M>) -> Self {
        Self {
            link,
            encode,
            successor: PhantomData,
        }
    }

    /// The same peer without the right to leave the stage, for whoever only sends.
    pub fn plain(&self) -> Peer<M> {
        Peer::new(self.link.clone(), self.encode)
    }

    /// The connection.
    pub(crate) fn link(&self) -> &Arc<Link> {
        &self.link
    }

    /// How messages become frames of the connection's wire.
    pub(crate) fn encoder(&self) -> EncodeFrame<M> {
        self.encode
    }

    /// Identifies the connection within this process.
    pub fn id(&self) -> ConnectionId {
        self.link.id
    }

    /// Where the remote is.
    pub fn address(&self) -> &Address {
        &self.link.address
    }

    /// Bytes accepted that are not written yet.
    pub fn pending_bytes(&self) -> usize {
        self.link.pending_bytes()
    }

    /// What the connection has carried so far.
    pub fn stats(&self) -> PeerStats {
        self.link.stats()
    }

    /// Closes the connection behind everything that was accepted so far, and returns at once.
    ///
    /// The handler is dropped; if it is the handler who calls, the item that it yields in the same
    /// poll is the last one.
    ///
    /// The peer of a stage closes the connection as long as that is in the stage, and has no power over
    /// later ones. Those of [`Server::peers`](crate::Server::peers) and
    /// [`Client::peer`](crate::Client::peer) close it in whatever stage it is.
    pub fn close(&self) {
        self.link
            .order(Ending::Close, DisconnectReason::LocalClosed);
    }

    /// Closes as [`close`](Self::close) does, waits until all is flushed and the remote has closed
    /// too, and aborts after `timeout`.
    ///
    /// Not for the connection's own handler: closing drops it, and this future with it.
    ///
    /// # Cancel safety
    /// Dropping the future leaves the connection closing, without the timeout.
    pub async fn flush_and_close(&self, timeout: Duration) -> DisconnectReason {
        self.close();
        match tokio::time::timeout(timeout, self.closed()).await {
            Ok(reason) => reason,
            Err(_) => {
                self.abort();
                self.closed().await
            }
        }
    }

    /// Ends the connection at once and discards what was not written; in a stage, as
    /// [`close`](Self::close) does.
    pub fn abort(&self) {
        self.link.order(Ending::Abort, DisconnectReason::Aborted);
    }

    /// Waits until the connection is over, and says why it ended.
    ///
    /// Not for the connection's own handler, which is gone by then: one that waits here keeps a
    /// dialog that drains from ending, until `drain_timeout` drops it. Handlers use
    /// [`draining`](Self::draining), or return.
    ///
    /// # Cancel safety
    /// Cancel safe.
    pub async fn closed(&self) -> DisconnectReason {
        Over::new(&self.link).await
    }

    /// Waits until the dialog is asked to end: the service shuts down, the connection closes, or its stage
    /// is left. A handler that only pushes ends itself then.
    ///
    /// # Cancel safety
    /// Cancel safe.
    pub async fn draining(&self) {
        Ordered::new(&self.link, Ending::Drain).await;
    }
}

impl<M, N: Send + 'static> Peer<M, N> {
    /// Leaves the stage for its `successor`, behind everything that was accepted so far, and returns
    /// at once.
    ///
    /// The handler is dropped; if it is the handler who calls, the item that it yields in the same
    /// poll is the stage's last one. Futures that it has in flight are dropped, and counted in
    /// [`PeerStats::futures_dropped`]. What the remote sent behind the last message that the handler
    /// pulled belongs to the next stage.
    ///
    /// # Errors
    /// [`AdvanceError`], which hands the successor back, when the stage is left already, or the
    /// connection is ending. One that only drains may still advance: its next stage then has what was
    /// read already, and drains too.
    pub fn advance(&self, successor: N) -> Result<(), AdvanceError<N>> {
        let refused = self.link.outbox.advance(Box::new(successor));
        refused.map_err(|refused| {
            let successor = refused.downcast().expect("what was just boxed");
            AdvanceError(*successor)
        })
    }
}

impl<M: ReactiveProtocol, N> Peer<M, N> {
    /// Sends a message if there is room for it now.
    ///
    /// # Errors
    /// [`SendError`], which hands the message back.
    pub fn try_send(&self, message: M) -> Result<(), SendError<M>> {
        let mut frame = Scratch::Message.take();
        let sent = self.encode(&message, &mut frame).and_then(|()| {
            let limit = self.link.settings.config.outbound_bytes;
            let order = closing_order(&message);
            Ok(self.link.outbox.push(&frame, limit, order)?)
        });
        Scratch::Message.give(frame);
        self.sent(message, sent)
    }

    /// Sends a message; what happens when the outbox is full is the config's `retrying_strategy`.
    ///
    /// `Ok` means accepted: not written, not received.
    ///
    /// # Errors
    /// [`SendError`], which hands the message back.
    ///
    /// # Cancel safety
    /// A future that is dropped before it is ready has sent nothing. Its place in the queue is lost.
    pub async fn send(&self, message: M) -> Result<(), SendError<M>> {
        match self.try_send(message) {
            // boxed: the common case does not carry the machinery of waiting around
            Err(SendError::Full(message)) => Box::pin(self.send_when_full(message)).await,
            done => done,
        }
    }

    #[cold]
    async fn send_when_full(&self, message: M) -> Result<(), SendError<M>> {
        match self.link.settings.config.retrying_strategy {
            RetryingStrategies::WaitForRoom => self.send_in_turn(message).await,
            RetryingStrategies::DoNotRetry => Err(SendError::Full(message)),
            RetryingStrategies::EndCommunications => {
                self.link.order(Ending::Abort, DisconnectReason::OutboxFull);
                Err(SendError::Full(message))
            }
            retrying => retry::send(retrying, message, |message| self.try_send(message)).await,
        }
    }

    async fn send_in_turn(&self, message: M) -> Result<(), SendError<M>> {
        let mut frame = Vec::new();
        let sent = match self.encode(&message, &mut frame) {
            Ok(()) => {
                let order = closing_order(&message);
                let accepted = SendInTurn::new(&self.link, frame, order).await;
                accepted.map_err(Refusal::from)
            }
            Err(refusal) => Err(refusal),
        };
        self.sent(message, sent)
    }

    fn encode(&self, message: &M, frame: &mut Vec<u8>) -> Result<(), Refusal> {
        let max = self.link.settings.max_outbound_frame;
        (self.encode)(message, frame, max).map_err(Refusal::Encode)
    }

    fn sent(&self, message: M, sent: Result<(), Refusal>) -> Result<(), SendError<M>> {
        match sent {
            Ok(()) => {
                self.link.counters.messages_sent.add(1);
                Ok(())
            }
            Err(Refusal::Encode(error)) => Err(SendError::Encode(message, error)),
            Err(Refusal::Outbox(Refused::Closed)) => Err(SendError::Closed(message)),
            Err(Refusal::Outbox(Refused::Full)) => Err(SendError::Full(message)),
        }
    }
}

/// A closing message closes the outbox behind itself.
pub(crate) fn closing_order<M: ReactiveProtocol>(message: &M) -> Option<Order> {
    message
        .is_closing()
        .then(|| Order::new(Ending::Close, DisconnectReason::ClosingSent))
}

/// Why a message was not accepted, without the message.
enum Refusal {
    Encode(EncodeError),
    Outbox(Refused),
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        Self::Outbox(refused)
    }
}

impl<M, N> Clone for Peer<M, N> {
    fn clone(&self) -> Self {
        Self::new(self.link.clone(), self.encode)
    }
}

impl<M, N> fmt::Debug for Peer<M, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer")
            .field("id", &self.link.id)
            .field("address", &self.link.address)
            .finish_non_exhaustive()
    }
}
