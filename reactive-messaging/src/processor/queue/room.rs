//! Senders that wait for room, first in, first out. No lock is taken while nobody waits.

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
};

use super::{
    awaitable::{AWAITED, Awaitable, CLOSED},
    sender::Refused,
    sync::{Ordering, fence, lock},
};
use crate::dialog::waiters::wake_all;

impl<T> Awaitable<T> {
    /// Takes a place in the line, or keeps it; says whether it is the first.
    fn line_up(&self, ticket: &mut Option<u64>, waker: &Waker) -> bool {
        let mut room = lock(&self.room);
        room.register(ticket, waker);
        self.senders.0.fetch_or(AWAITED, Ordering::Relaxed);
        room.is_turn(*ticket)
    }

    /// Gives a place in the line up, and wakes whoever is the first then: there may be room.
    fn leave_line(&self, ticket: u64) {
        let mut room = lock(&self.room);
        room.remove(ticket);
        let next = room.first();
        if next.is_none() {
            self.senders.0.fetch_and(!AWAITED, Ordering::Relaxed);
        }
        drop(room);
        wake_all(next);
    }

    /// There is room: wakes whoever waits longest for it.
    #[cold]
    pub(super) fn wake_next(&self) {
        let next = lock(&self.room).first();
        wake_all(next);
    }

    /// There will not be room any more.
    #[cold]
    pub(super) fn wake_waiters(&self) {
        let mut room = lock(&self.room);
        let waiters = room.take();
        self.senders.0.fetch_and(!AWAITED, Ordering::Relaxed);
        drop(room);
        wake_all(waiters);
    }
}

/// Waits for room, first in, first out, and fills it.
pub(super) struct SendInTurn<'a, T> {
    queue: &'a Awaitable<T>,
    item: Option<T>,
    ticket: Option<u64>,
}

impl<'a, T> SendInTurn<'a, T> {
    pub(super) fn new(queue: &'a Awaitable<T>, item: T) -> Self {
        Self {
            queue,
            item: Some(item),
            ticket: None,
        }
    }

    fn leave_line(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.queue.leave_line(ticket);
        }
    }
}

/// The item is moved out, never pinned.
impl<T> Unpin for SendInTurn<'_, T> {}

impl<T> Future for SendInTurn<'_, T> {
    type Output = Result<(), Refused<T>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let is_first = this.queue.line_up(&mut this.ticket, cx.waker());
        if !is_first && !this.queue.is_closed() {
            return Poll::Pending;
        }
        // it stands in the line: whoever makes room from now on sees that
        fence(Ordering::SeqCst);
        let item = this.item.take().expect("polled until ready");
        let sent = match this.queue.push(item, CLOSED) {
            Err(Refused::Full(item)) => {
                this.item = Some(item);
                return Poll::Pending;
            }
            sent => sent,
        };
        this.leave_line();
        Poll::Ready(sent)
    }
}

impl<T> Drop for SendInTurn<'_, T> {
    fn drop(&mut self) {
        self.leave_line();
    }
}
