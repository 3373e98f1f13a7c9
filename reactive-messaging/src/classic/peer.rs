//! The announced methods of a peer that have another name now.

use std::future::Future;

use crate::{Peer, ReactiveProtocol, SendError};

/// The announced methods of [`Peer`] that have another name now.
pub trait ClassicPeer<M> {
    /// Sends a message: [`Peer::send`]. The announced `send`, which did not wait, is
    /// [`Peer::try_send`].
    ///
    /// # Errors
    /// [`SendError`], which hands the message back.
    fn send_async(&self, message: M) -> impl Future<Output = Result<(), SendError<M>>> + Send;

    /// Ends the connection at once and discards what was not written: [`Peer::abort`].
    fn cancel_and_close(&self);
}

impl<M: ReactiveProtocol> ClassicPeer<M> for Peer<M> {
    fn send_async(&self, message: M) -> impl Future<Output = Result<(), SendError<M>>> + Send {
        self.send(message)
    }

    fn cancel_and_close(&self) {
        self.abort();
    }
}
