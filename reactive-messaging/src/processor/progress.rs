//! When all is answered that was in a queue in front of some moment.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio::sync::oneshot;

use crate::dialog::{ConnectionId, Counter, Flights};

/// How far a shared handler has come, for those who wait at barriers.
///
/// The barrier of a connection is passed once
/// 1. the handler waits, or asks for further inputs in a later poll than that in which it reached the
///    barrier: it has yielded by then what it made of the inputs in front of it, apart from its futures,
/// 2. and all futures have landed that it had begun at inputs of this connection. Those for others
///    delay nobody.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(super) flights: Arc<Flights>,
    /// Panics of the handler, and of inputs that were dropped with it.
    pub(super) panics: Counter,
    /// The poll of the handler that is going on, or was the last one. Only the processor writes it.
    poll: AtomicU64,
    /// Whether someone waits.
    awaited: AtomicBool,
    waiting: Mutex<Waiting>,
}

/// Tells whoever waits at it once it is passed; or dropped, with the queue.
#[derive(Debug)]
pub(super) struct Barrier {
    connection: ConnectionId,
    passed: oneshot::Sender<()>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Barriers that were reached, with the poll in which they were, in this order.
    reached: VecDeque<(u64, Barrier)>,
    /// Those behind the replies, which wait for futures.
    in_flight: HashMap<ConnectionId, Barrier>,
    /// Those that wait for nothing any more.
    passed: Vec<Barrier>,
}

impl Barrier {
    /// A barrier behind all inputs of a connection, and what resolves when it is passed. An error means
    /// that it never will be.
    pub(super) fn new(connection: ConnectionId) -> (Self, oneshot::Receiver<()>) {
        let (passed, wait) = oneshot::channel();
        (Self { connection, passed }, wait)
    }
}

impl Progress {
    /// The handler has taken all inputs in front of `barrier`.
    #[cold]
    pub(super) fn reached(&self, barrier: Barrier) {
        let poll = self.poll.load(Ordering::Relaxed);
        self.waiting().reached.push_back((poll, barrier));
        self.awaited.store(true, Ordering::Relaxed);
    }

    /// The handler asks for an input.
    #[inline]
    pub(super) fn inputs_polled(&self) {
        if self.awaited.load(Ordering::Relaxed) {
            self.answered(self.poll.load(Ordering::Relaxed));
        }
    }

    /// The handler has got an input.
    #[inline]
    pub(super) fn input_taken(&self, connection: ConnectionId) {
        self.flights.at(connection);
    }

    /// The handler is going to be polled.
    #[inline]
    pub(super) fn begin_poll(&self) {
        let poll = self.poll.load(Ordering::Relaxed);
        self.poll.store(poll + 1, Ordering::Relaxed);
    }

    /// What the handler yielded was sent.
    #[inline]
    pub(super) fn step_taken(&self) {
        if self.awaited.load(Ordering::Relaxed) {
            self.let_pass();
        }
    }

    /// The handler waits.
    #[inline]
    pub(super) fn pending(&self) {
        if self.awaited.load(Ordering::Relaxed) {
            self.answered(u64::MAX);
            self.let_pass();
        }
    }

    /// Barriers that were reached in front of this poll are behind their replies.
    #[cold]
    fn answered(&self, poll: u64) {
        let mut waiting = self.waiting();
        while waiting.reached.front().is_some_and(|(at, _)| *at < poll)
            && let Some((_, barrier)) = waiting.reached.pop_front()
        {
            match self.flights.have_landed(barrier.connection) {
                true => waiting.passed.push(barrier),
                false => drop(waiting.in_flight.insert(barrier.connection, barrier)),
            }
        }
    }

    #[cold]
    fn let_pass(&self) {
        let landed = self.flights.take_landed();
        let mut waiting = self.waiting();
        for connection in landed {
            if let Some(barrier) = waiting.in_flight.remove(&connection) {
                waiting.passed.push(barrier);
            }
        }
        let passed = std::mem::take(&mut waiting.passed);
        let awaited = !waiting.reached.is_empty() || !waiting.in_flight.is_empty();
        self.awaited.store(awaited, Ordering::Relaxed);
        drop(waiting);
        for barrier in passed {
            // who has gone waits no more
            let _ = barrier.passed.send(());
        }
    }

    /// The connection is over, and waits for nothing.
    pub(super) fn left(&self, connection: ConnectionId) {
        self.flights.forget(connection);
        self.waiting().in_flight.remove(&connection);
    }

    /// The handler is gone: what it has not answered it never will.
    pub(super) fn over(&self) {
        *self.waiting() = Waiting::default();
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(all(test, not(reactive_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_barrier_is_passed_when_the_handler_waits() {
        let progress = Progress::default();
        let (barrier, mut wait) = Barrier::new(ConnectionId::next());
        progress.begin_poll();
        progress.inputs_polled();
        progress.reached(barrier);
        progress.step_taken();
        assert!(wait.try_recv().is_err(), "its reply may still come");
        progress.begin_poll();
        progress.step_taken();
        assert!(wait.try_recv().is_err(), "several replies to one input");
        progress.begin_poll();
        progress.pending();
        assert_eq!(wait.try_recv(), Ok(()));
    }

    #[test]
    fn a_barrier_is_passed_when_the_handler_asks_on() {
        let progress = Progress::default();
        let (barrier, mut wait) = Barrier::new(ConnectionId::next());
        progress.begin_poll();
        progress.reached(barrier);
        progress.inputs_polled();
        progress.step_taken();
        assert!(wait.try_recv().is_err(), "still the same poll");
        progress.begin_poll();
        progress.inputs_polled();
        progress.step_taken();
        assert_eq!(wait.try_recv(), Ok(()));
    }

    #[test]
    fn whoever_waits_learns_of_the_end() {
        let progress = Progress::default();
        let (barrier, mut wait) = Barrier::new(ConnectionId::next());
        progress.reached(barrier);
        progress.over();
        assert_eq!(wait.try_recv(), Err(oneshot::error::TryRecvError::Closed));
    }
}
