//! Wakers in the order in which they came.

use std::{collections::VecDeque, task::Waker};

/// A first in, first out queue of wakers; lives under its owner's lock.
///
/// Behind a pointer, since hardly ever anyone waits.
#[derive(Debug, Default)]
pub(crate) struct Waiters(Option<Box<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    wakers: VecDeque<(u64, Waker)>,
    next_ticket: u64,
}

impl Waiters {
    /// Queues `waker`, or renews it in its place when `ticket` is queued already.
    pub(crate) fn register(&mut self, ticket: &mut Option<u64>, waker: &Waker) {
        let queue = self.0.get_or_insert_default();
        let queued = ticket.and_then(|ticket| queue.wakers.iter_mut().find(|(t, _)| *t == ticket));
        match queued {
            Some((_, queued)) => queued.clone_from(waker),
            None => {
                *ticket = Some(queue.next_ticket);
                queue.wakers.push_back((queue.next_ticket, waker.clone()));
                queue.next_ticket += 1;
            }
        }
    }

    fn front(&self) -> Option<&(u64, Waker)> {
        self.0.as_ref()?.wakers.front()
    }

    /// Whether it is this ticket's turn: nobody who came earlier waits.
    pub(crate) fn is_turn(&self, ticket: Option<u64>) -> bool {
        match self.front() {
            None => true,
            Some((first, _)) => Some(*first) == ticket,
        }
    }

    pub(crate) fn remove(&mut self, ticket: u64) {
        let Some(queue) = &mut self.0 else {
            return;
        };
        // most often the first
        let at = queue
            .wakers
            .iter()
            .position(|(queued, _)| *queued == ticket);
        at.and_then(|at| queue.wakers.remove(at));
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |queue| queue.wakers.len())
    }

    /// The waker whose turn it is; it stays queued until it is removed.
    pub(crate) fn first(&self) -> Option<Waker> {
        self.front().map(|(_, waker)| waker.clone())
    }

    /// Empties the queue. Tickets stay unique: whoever holds one is not taken for a later one.
    pub(crate) fn take(&mut self) -> Vec<Waker> {
        let wakers = self.0.as_mut().map(|queue| queue.wakers.drain(..));
        wakers
            .into_iter()
            .flatten()
            .map(|(_, waker)| waker)
            .collect()
    }
}

/// Wakes them all; call it without holding a lock.
pub(crate) fn wake_all(wakers: impl IntoIterator<Item = Waker>) {
    wakers.into_iter().for_each(Waker::wake);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b6_a_ticket_keeps_its_place_and_a_removed_one_passes_the_turn_on() {
        let mut waiters = Waiters::default();
        let (mut first, mut second) = (None, None);
        waiters.register(&mut first, Waker::noop());
        waiters.register(&mut second, Waker::noop());
        waiters.register(&mut first, Waker::noop());
        assert!(waiters.is_turn(first) && !waiters.is_turn(second) && !waiters.is_turn(None));

        waiters.remove(first.expect("registered"));
        assert!(waiters.is_turn(second));
        assert_eq!(waiters.take().len(), 1);
        assert!(waiters.is_turn(None));
    }
}
