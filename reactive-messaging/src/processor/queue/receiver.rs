//! Where items come out.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures::Stream;

#[cfg(feature = "mutiny")]
use super::awaitable;
use super::{mpsc, stats::QueueStats};

/// The receiving end of a queue. When it is dropped, the queue closes, and drops what it holds.
///
/// As a stream it ends when all senders are gone or one of them has closed the queue, after the last
/// item that was accepted. It is cooperative: it makes a task yield that always finds an item.
pub struct Receiver<T>(Way<T>);

enum Way<T> {
    Tokio(mpsc::Receiver<T>),
    #[cfg(feature = "mutiny")]
    Awaitable(awaitable::Receiver<T>),
}

impl<T> Receiver<T> {
    pub(super) fn tokio(receiver: mpsc::Receiver<T>) -> Self {
        Self(Way::Tokio(receiver))
    }

    #[cfg(feature = "mutiny")]
    pub(super) fn awaitable(receiver: awaitable::Receiver<T>) -> Self {
        Self(Way::Awaitable(receiver))
    }

    /// The next item.
    ///
    /// Ready with `None` once the queue is closed and empty.
    #[inline]
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        match &mut self.0 {
            Way::Tokio(queue) => queue.poll_recv(cx),
            #[cfg(feature = "mutiny")]
            Way::Awaitable(queue) => queue.poll_recv(cx),
        }
    }

    /// What the queue has carried so far.
    pub fn stats(&self) -> QueueStats {
        match &self.0 {
            Way::Tokio(queue) => queue.stats(),
            #[cfg(feature = "mutiny")]
            Way::Awaitable(queue) => queue.stats(),
        }
    }
}

/// Items are moved out, never pinned.
impl<T> Unpin for Receiver<T> {}

impl<T> Stream for Receiver<T> {
    type Item = T;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.get_mut().poll_recv(cx)
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stats = self.stats();
        f.debug_struct("Receiver").field("stats", &stats).finish()
    }
}
