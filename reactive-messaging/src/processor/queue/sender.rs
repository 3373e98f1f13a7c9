//! Where items come in.

use std::fmt;

use thiserror::Error;

#[cfg(feature = "mutiny")]
use super::awaitable;
use super::{mpsc, stats::QueueStats};
use crate::{
    config::RetryingStrategies,
    retry::{self, Refusal},
};

/// An item that was not accepted; every variant hands it back.
#[derive(Clone, Copy, PartialEq, Eq, Error)]
pub enum Refused<T> {
    /// The queue is closed, or its receiver is gone.
    #[error("queue is closed")]
    Closed(T),
    /// The queue has no room and the retrying strategy did not find any.
    #[error("queue is full")]
    Full(T),
}

impl<T> Refused<T> {
    /// The item that was not accepted.
    pub fn into_item(self) -> T {
        match self {
            Self::Closed(item) | Self::Full(item) => item,
        }
    }
}

impl<T> fmt::Debug for Refused<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed(_) => "Closed(..)",
            Self::Full(_) => "Full(..)",
        })
    }
}

impl<T> Refusal<T> for Refused<T> {
    fn full(item: T) -> Self {
        Self::Full(item)
    }

    fn into_full(self) -> Result<T, Self> {
        match self {
            Self::Full(item) => Ok(item),
            closed => Err(closed),
        }
    }
}

/// The sending end of a queue. The queue closes when the last clone is dropped.
pub struct Sender<T>(Way<T>);

enum Way<T> {
    Tokio(mpsc::Sender<T>),
    #[cfg(feature = "mutiny")]
    Awaitable(awaitable::Sender<T>),
}

/// Calls the same method of whichever queue it is.
macro_rules! each {
    ($sender:expr, $queue:ident => $call:expr) => {
        match &$sender.0 {
            Way::Tokio($queue) => $call,
            #[cfg(feature = "mutiny")]
            Way::Awaitable($queue) => $call,
        }
    };
}

impl<T> Sender<T> {
    pub(super) fn tokio(sender: mpsc::Sender<T>) -> Self {
        Self(Way::Tokio(sender))
    }

    #[cfg(feature = "mutiny")]
    pub(super) fn awaitable(sender: awaitable::Sender<T>) -> Self {
        Self(Way::Awaitable(sender))
    }

    /// Sends an item if there is room for it now, and nobody waits for it.
    ///
    /// # Errors
    /// [`Refused`], which hands the item back.
    #[inline]
    pub fn try_send(&self, item: T) -> Result<(), Refused<T>> {
        each!(self, queue => queue.try_send(item))
    }

    /// Sends an item; `strategy` says what happens when the queue is full. With
    /// [`EndCommunications`](RetryingStrategies::EndCommunications) that is
    /// [`Refused::Full`], upon which the caller ends the connection.
    ///
    /// # Errors
    /// [`Refused`], which hands the item back.
    ///
    /// # Cancel safety
    /// A future that is dropped before it is ready has sent nothing. Its place in the queue is lost,
    /// and so is the item.
    pub async fn send(&self, item: T, strategy: RetryingStrategies) -> Result<(), Refused<T>> {
        match self.try_send(item) {
            // boxed: the common case does not carry the machinery of waiting around
            Err(Refused::Full(item)) => Box::pin(self.send_when_full(item, strategy)).await,
            done => done,
        }
    }

    /// What [`send`](Self::send) does once the queue was found to be full.
    #[cold]
    pub(in crate::processor) async fn send_when_full(
        &self,
        item: T,
        strategy: RetryingStrategies,
    ) -> Result<(), Refused<T>> {
        match strategy {
            RetryingStrategies::WaitForRoom => {
                each!(self, queue => queue.send_in_turn(item).await)
            }
            RetryingStrategies::DoNotRetry | RetryingStrategies::EndCommunications => {
                Err(Refused::Full(item))
            }
            retrying => retry::send(retrying, item, |item| self.try_send(item)).await,
        }
    }

    /// Refuses every further item, of all senders; the receiver still gets those that were accepted.
    pub fn close(&self) {
        each!(self, queue => queue.close());
    }

    /// What the queue has carried so far.
    pub fn stats(&self) -> QueueStats {
        each!(self, queue => queue.stats())
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Way::Tokio(sender) => Way::Tokio(sender.clone()),
            #[cfg(feature = "mutiny")]
            Way::Awaitable(sender) => Way::Awaitable(sender.clone()),
        })
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stats = self.stats();
        f.debug_struct("Sender").field("stats", &stats).finish()
    }
}
