//! Tokio's bounded channel, which its senders can close, too.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use futures::task::AtomicWaker;
use tokio::sync::mpsc::{self, error::TrySendError};

use super::{
    sender::Refused,
    stats::{Counters, QueueStats},
};

pub(super) fn open<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = mpsc::channel(capacity);
    let shared = Arc::new(Shared::default());
    let sender = Sender {
        items: sender,
        shared: shared.clone(),
    };
    let receiver = Receiver {
        items: receiver,
        shared,
        closed: false,
    };
    (sender, receiver)
}

#[derive(Default)]
struct Shared {
    /// A sender wants the receiver to close the channel.
    closed: AtomicBool,
    receiver: AtomicWaker,
    counters: Counters,
}

pub(super) struct Sender<T> {
    items: mpsc::Sender<T>,
    shared: Arc<Shared>,
}

impl<T> Sender<T> {
    #[inline]
    pub(super) fn try_send(&self, item: T) -> Result<(), Refused<T>> {
        if self.shared.closed.load(Ordering::Acquire) {
            return Err(Refused::Closed(item));
        }
        match self.items.try_send(item) {
            Ok(()) => {
                self.shared.counters.saw_depth(self.depth());
                Ok(())
            }
            Err(TrySendError::Closed(item)) => Err(Refused::Closed(item)),
            Err(TrySendError::Full(item)) => {
                self.shared.counters.was_full();
                Err(Refused::Full(item))
            }
        }
    }

    pub(super) async fn send_in_turn(&self, item: T) -> Result<(), Refused<T>> {
        if self.shared.closed.load(Ordering::Acquire) {
            return Err(Refused::Closed(item));
        }
        let sent = self.items.send(item).await;
        sent.map_err(|refused| Refused::Closed(refused.0))
    }

    pub(super) fn close(&self) {
        self.shared.closed.store(true, Ordering::Release);
        self.shared.receiver.wake();
    }

    pub(super) fn stats(&self) -> QueueStats {
        self.shared.counters.snapshot(self.depth())
    }

    fn depth(&self) -> usize {
        self.items.max_capacity() - self.items.capacity()
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self {
            items: self.items.clone(),
            shared: self.shared.clone(),
        }
    }
}

pub(super) struct Receiver<T> {
    items: mpsc::Receiver<T>,
    shared: Arc<Shared>,
    closed: bool,
}

impl<T> Receiver<T> {
    #[inline]
    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.close_if_told();
        let mut next = self.items.poll_recv(cx);
        if next.is_pending() {
            self.shared.receiver.register(cx.waker());
            if self.close_if_told() {
                next = self.items.poll_recv(cx);
            }
        }
        if let Poll::Ready(Some(_)) = next {
            self.shared.counters.processed_one();
        }
        next
    }

    /// Closes the channel if a sender wants that; says whether it was open.
    #[inline]
    fn close_if_told(&mut self) -> bool {
        let close = !self.closed && self.shared.closed.load(Ordering::Acquire);
        if close {
            self.closed = true;
            self.items.close();
        }
        close
    }

    pub(super) fn stats(&self) -> QueueStats {
        self.shared.counters.snapshot(self.items.len())
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.items.close();
        let mut discarded = 0;
        while self.items.try_recv().is_ok() {
            discarded += 1;
        }
        self.shared.counters.discarded(discarded);
    }
}
