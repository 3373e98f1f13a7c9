//! When all is answered that was in a queue in front of some moment.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use tokio::sync::oneshot;

use crate::dialog::Flights;

/// How far a shared handler has come, for those who wait at barriers.
///
/// A barrier that the handler has reached is passed once
/// 1. the handler waits, or asks for further inputs in a later poll: it has yielded by then what it made
///    of the inputs in front of the barrier, apart from its futures,
/// 2. and all futures have landed that it had begun when it reached the barrier.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(super) flights: Arc<Flights>,
    /// The poll of the handler that is going on, or was the last one. Only the processor writes it.
    poll: AtomicU64,
    /// Whether someone waits.
    awaited: AtomicBool,
    waiting: Mutex<Vec<Waiting>>,
}

/// Tells whoever waits at it once it is passed; or dropped, with the queue.
#[derive(Debug)]
pub(super) struct Barrier(oneshot::Sender<()>);

#[derive(Debug)]
struct Waiting {
    barrier: Barrier,
    /// The epoch of the futures to wait for.
    epoch: u64,
    /// The poll in which the handler reached it.
    poll: u64,
    answered: bool,
}

impl Barrier {
    /// A barrier, and what resolves when it is passed. An error means that it never will be.
    pub(super) fn new() -> (Self, oneshot::Receiver<()>) {
        let (passed, wait) = oneshot::channel();
        (Self(passed), wait)
    }
}

impl Progress {
    /// The handler has taken all inputs in front of `barrier`.
    #[cold]
    pub(super) fn reached(&self, barrier: Barrier) {
        let epoch = self.flights.next_epoch();
        let poll = self.poll.load(Ordering::Relaxed);
        self.waiting().push(Waiting {
            barrier,
            epoch,
            poll,
            answered: false,
        });
        self.awaited.store(true, Ordering::Relaxed);
    }

    /// The handler asks for an input.
    #[inline]
    pub(super) fn inputs_polled(&self) {
        if self.awaited.load(Ordering::Relaxed) {
            let poll = self.poll.load(Ordering::Relaxed);
            self.answered(|waiting| waiting.poll < poll);
        }
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
            self.answered(|_| true);
            self.let_pass();
        }
    }

    #[cold]
    fn answered(&self, is_answered: impl Fn(&Waiting) -> bool) {
        for waiting in &mut *self.waiting() {
            waiting.answered |= is_answered(waiting);
        }
    }

    #[cold]
    fn let_pass(&self) {
        let mut waiting = self.waiting();
        let passed =
            |waiting: &mut Waiting| waiting.answered && self.flights.all_landed(waiting.epoch);
        let passed: Vec<_> = waiting.extract_if(.., passed).collect();
        self.awaited.store(!waiting.is_empty(), Ordering::Relaxed);
        drop(waiting);
        for Waiting { barrier, .. } in passed {
            // who has gone waits no more
            let _ = barrier.0.send(());
        }
    }

    /// The handler is gone: what it has not answered it never will.
    pub(super) fn over(&self) {
        self.waiting().clear();
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(all(test, not(reactive_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_barrier_is_passed_when_the_handler_waits() {
        let progress = Progress::default();
        let (barrier, mut wait) = Barrier::new();
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
        let (barrier, mut wait) = Barrier::new();
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
        let (barrier, mut wait) = Barrier::new();
        progress.reached(barrier);
        progress.over();
        assert_eq!(wait.try_recv(), Err(oneshot::error::TryRecvError::Closed));
    }
}
