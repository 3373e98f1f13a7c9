//! Encoded messages on their way from `Peer`s to the driver, and the orders that go with them.

use std::task::{Poll, Waker};

use bytes::Bytes;

use super::{
    control::{Ending, Order},
    output::Output,
    segments::Frames,
    successor::Successor,
    sync::{AtomicBool, Mutex, Ordering, lock},
    waiters::{Waiters, wake_all},
};
use crate::error::DisconnectReason;

/// Whole frames that senders accepted, bounded in bytes.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(super) state: Mutex<State>,
    /// Whether the driver has to look inside: frames, or an order.
    pub(super) attention: AtomicBool,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) frames: Frames,
    /// Unwritten bytes that the driver holds.
    pub(super) in_flight: usize,
    pub(super) order: Option<Order>,
    /// The stage is to end, and this follows it.
    pub(super) successor: Option<Successor>,
    /// The dialog is over.
    pub(super) closed: Option<DisconnectReason>,
    pub(super) driver: Driver,
    pub(super) room: Waiters,
    /// Whoever waits for an order or for the end.
    pub(super) ending: Waiters,
}

/// Whether the driver has to be woken. It is set asleep only in the critical section that finds
/// nothing to do, the last thing before the driver returns `Pending`.
#[derive(Debug, Default)]
pub(super) struct Driver {
    awake: bool,
    /// Less is pending than when it last offered the room.
    freed: bool,
    /// Something happened that the awake driver may have looked for already.
    notified: bool,
    waker: Option<Waker>,
}

impl State {
    pub(super) fn refuses(&self) -> bool {
        self.successor.is_some() || self.ends()
    }

    /// Whether not even the driver may say more.
    fn ends(&self) -> bool {
        self.closed.is_some()
            || self
                .order
                .as_ref()
                .is_some_and(|o| o.ending > Ending::Drain)
    }

    fn pending(&self) -> usize {
        self.frames.len() + self.in_flight
    }

    /// A frame finds room in an empty outbox even if its framing makes it exceed the limit.
    fn has_room(&self, len: usize, limit: usize) -> bool {
        let pending = self.pending();
        pending == 0 || pending.saturating_add(len) <= limit
    }

    pub(super) fn wake_driver(&mut self) -> Option<Waker> {
        self.driver.notified = true;
        if std::mem::replace(&mut self.driver.awake, true) {
            return None;
        }
        self.driver.waker.clone()
    }

    /// Puts an order in force, and says who waits for such a thing.
    pub(super) fn escalate(&mut self, order: Order) -> Vec<Waker> {
        Order::escalate(&mut self.order, order);
        let mut wakers = self.ending.take();
        if self.refuses() {
            wakers.extend(self.room.take());
        }
        wakers
    }

    /// The driver holds so many `unwritten` bytes: whoever is to have the room that this made.
    fn offer_room(&mut self, unwritten: usize, limit: usize) -> Option<Waker> {
        let freed = std::mem::take(&mut self.driver.freed) || unwritten < self.in_flight;
        self.in_flight = unwritten;
        freed.then(|| self.first_for(limit)).flatten()
    }

    /// Whoever waits longest for room, if there is any.
    fn first_for(&self, limit: usize) -> Option<Waker> {
        (self.pending() < limit)
            .then(|| self.room.first())
            .flatten()
    }
}

/// Why [`Outbox::push`] did not accept a frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Closed,
    Full,
}

impl Outbox {
    /// Appends a frame, and puts the order that goes with it in force, if nobody waits for room and
    /// there is some.
    pub(crate) fn push(
        &self,
        frame: &[u8],
        limit: usize,
        order: Option<Order>,
    ) -> Result<(), Refused> {
        self.push_in_turn(frame, limit, order, None)
    }

    /// Appends a frame as [`push`](Self::push) does, and shares its bytes instead of copying them.
    pub(crate) fn push_shared(
        &self,
        frame: &Bytes,
        limit: usize,
        order: Option<Order>,
    ) -> Result<(), Refused> {
        let share = |frames: &mut Frames| frames.share(frame.clone());
        self.append(frame.len(), share, limit, order, None)
    }

    fn push_in_turn(
        &self,
        frame: &[u8],
        limit: usize,
        order: Option<Order>,
        ticket: Option<u64>,
    ) -> Result<(), Refused> {
        let copy = |frames: &mut Frames| frames.bytes.extend_from_slice(frame);
        self.append(frame.len(), copy, limit, order, ticket)
    }

    #[inline]
    fn append(
        &self,
        len: usize,
        frame: impl FnOnce(&mut Frames),
        limit: usize,
        order: Option<Order>,
        ticket: Option<u64>,
    ) -> Result<(), Refused> {
        let mut state = lock(&self.state);
        if state.refuses() {
            return Err(Refused::Closed);
        }
        if !state.room.is_turn(ticket) || !state.has_room(len, limit) {
            return Err(Refused::Full);
        }
        frame(&mut state.frames);
        self.attention.store(true, Ordering::Release);
        let driver = state.wake_driver();
        if let Some(ticket) = ticket {
            state.room.remove(ticket);
        }
        let ordered = order.map(|order| state.escalate(order));
        let next = state.first_for(limit);
        drop(state);
        wake_all(driver.into_iter().chain(next));
        wake_all(ordered.into_iter().flatten());
        Ok(())
    }

    /// Appends a frame when its turn has come and there is room; else waits, first in, first out.
    pub(crate) fn poll_push(
        &self,
        frame: &[u8],
        limit: usize,
        order: Option<Order>,
        ticket: &mut Option<u64>,
        waker: &Waker,
    ) -> Poll<Result<(), Refused>> {
        // registered first: room that appears behind a refusal then finds the waker
        {
            let mut state = lock(&self.state);
            if !state.refuses() {
                state.room.register(ticket, waker);
            }
        }
        match self.push_in_turn(frame, limit, order, *ticket) {
            Err(Refused::Full) => Poll::Pending,
            done => {
                *ticket = None;
                Poll::Ready(done)
            }
        }
    }

    /// Gives a ticket back; the turn passes on.
    pub(crate) fn cancel(&self, ticket: u64, limit: usize) {
        let mut state = lock(&self.state);
        state.room.remove(ticket);
        let next = state.first_for(limit);
        drop(state);
        wake_all(next);
    }

    /// Appends a frame that does not wait its turn: an error message, also of a stage that is being
    /// left. False when it does not fit.
    pub(crate) fn push_notice(&self, frame: &[u8], limit: usize) -> bool {
        let mut state = lock(&self.state);
        if state.ends() || !state.has_room(frame.len(), limit) {
            return false;
        }
        state.frames.bytes.extend_from_slice(frame);
        self.attention.store(true, Ordering::Release);
        let driver = state.wake_driver();
        drop(state);
        wake_all(driver);
        true
    }

    pub(crate) fn wake_driver(&self) {
        let driver = lock(&self.state).wake_driver();
        wake_all(driver);
    }

    /// Whether there are frames or orders for the driver: one load.
    #[inline]
    pub(crate) fn wants_attention(&self) -> bool {
        self.attention.load(Ordering::Acquire)
    }

    /// Moves all frames behind `output` and tells the order in force, and whether the stage is to be
    /// left. `unwritten` is what the driver holds already.
    pub(crate) fn collect(&self, output: &mut Output, unwritten: usize) -> (Option<Order>, bool) {
        let mut state = lock(&self.state);
        self.attention.store(false, Ordering::Relaxed);
        let moved = state.frames.len();
        output.append(std::mem::take(&mut state.frames));
        state.driver.freed |= unwritten < state.in_flight;
        state.in_flight = unwritten + moved;
        // whatever the driver was notified of, it looks at behind this call: it reads after it collects
        state.driver.notified = false;
        (state.order.clone(), state.successor.is_some())
    }

    /// The driver runs.
    pub(crate) fn driver_awake(&self) {
        let mut state = lock(&self.state);
        state.driver.awake = true;
        state.driver.notified = false;
    }

    /// The driver wants to return `Pending` with so many `unwritten` bytes in its hands. False when
    /// something came up; then it has to go on.
    pub(crate) fn driver_asleep(&self, waker: &Waker, unwritten: usize, limit: usize) -> bool {
        let mut state = lock(&self.state);
        let notified = std::mem::take(&mut state.driver.notified);
        let asleep = !notified && !self.wants_attention();
        if asleep {
            state.driver.awake = false;
            match &mut state.driver.waker {
                Some(driver) => driver.clone_from(waker),
                none => *none = Some(waker.clone()),
            }
        }
        let next = state.offer_room(unwritten, limit);
        drop(state);
        wake_all(next);
        asleep
    }

    /// The driver ends its turn with so many `unwritten` bytes, and will be back.
    pub(crate) fn driver_yields(&self, unwritten: usize, limit: usize) {
        let next = lock(&self.state).offer_room(unwritten, limit);
        wake_all(next);
    }

    pub(crate) fn pending_bytes(&self) -> usize {
        lock(&self.state).pending()
    }
}
