//! How a dialog is asked to end, or its stage to be left, and who learns of that.

use std::task::{Poll, Waker};

use super::{
    control::{Ending, Order},
    outbox::{Driver, Outbox, State},
    segments::Frames,
    successor::Successor,
    sync::{MutexGuard, Ordering, lock},
    waiters::wake_all,
};
use crate::error::DisconnectReason;

/// The stage is being left, and its connection lasts.
#[derive(Debug)]
pub(crate) struct Left;

impl Outbox {
    /// Puts an order in force. A stage that is being left can only be aborted, or drained with its
    /// service.
    pub(crate) fn order(&self, order: Order) {
        let state = lock(&self.state);
        let is_obeyed = order.ending == Ending::Abort || order.is_shutdown();
        if state.closed.is_none() && (state.successor.is_none() || is_obeyed) {
            self.put_in_force(state, order);
        }
    }

    fn put_in_force(&self, mut state: MutexGuard<'_, State>, order: Order) {
        let wakers = state.escalate(order);
        self.attention.store(true, Ordering::Release);
        let driver = state.wake_driver();
        drop(state);
        wake_all(driver.into_iter().chain(wakers));
    }

    pub(crate) fn order_in_force(&self) -> Option<Order> {
        lock(&self.state).order.clone()
    }

    /// Ends the stage behind what was accepted so far, unless it is ending already. A dialog that
    /// drains in order may still advance.
    pub(crate) fn advance(&self, successor: Successor) -> Result<(), Successor> {
        let mut state = lock(&self.state);
        if state.refuses() || !state.order.as_ref().is_none_or(Order::is_shutdown) {
            return Err(successor);
        }
        state.successor = Some(successor);
        self.attention.store(true, Ordering::Release);
        let wakers = [state.ending.take(), state.room.take()];
        let driver = state.wake_driver();
        drop(state);
        wake_all(driver.into_iter().chain(wakers.into_iter().flatten()));
        Ok(())
    }

    /// Whether the stage is being left.
    pub(crate) fn is_left(&self) -> bool {
        lock(&self.state).successor.is_some()
    }

    /// What follows the stage, which stays left. Without it, the stage ends as a dialog does.
    pub(crate) fn take_successor(&self) -> Option<Successor> {
        struct Taken;
        let mut state = lock(&self.state);
        let successor = state.successor.as_mut()?;
        Some(std::mem::replace(successor, Box::new(Taken)))
    }

    /// Refuses every further frame, while the driver still flushes, and hands back what was to follow
    /// the stage.
    ///
    /// # Errors
    /// [`Left`] where the handler has merely ended, and had left the stage before.
    pub(crate) fn seal(&self, reason: &DisconnectReason) -> Result<Option<Successor>, Left> {
        let mut state = lock(&self.state);
        if state.successor.is_some() && matches!(reason, DisconnectReason::HandlerEnded) {
            return Err(Left);
        }
        let successor = state.successor.take();
        if state.closed.is_none() {
            self.put_in_force(state, Order::new(Ending::Close, reason.clone()));
        }
        Ok(successor)
    }

    /// The dialog is over: frames that were never collected come back, all waiters are woken.
    pub(crate) fn close(&self, reason: DisconnectReason) -> Frames {
        let mut state = lock(&self.state);
        if state.closed.is_some() {
            return Frames::default();
        }
        state.closed = Some(reason);
        state.in_flight = 0;
        state.driver = Driver::default();
        let frames = std::mem::take(&mut state.frames);
        let wakers = [state.room.take(), state.ending.take()];
        drop(state);
        wake_all(wakers.into_iter().flatten());
        frames
    }

    /// Why the dialog is over, once it is.
    pub(crate) fn poll_over(
        &self,
        ticket: &mut Option<u64>,
        waker: &Waker,
    ) -> Poll<DisconnectReason> {
        let mut state = lock(&self.state);
        match &state.closed {
            Some(reason) => Poll::Ready(reason.clone()),
            None => {
                state.ending.register(ticket, waker);
                Poll::Pending
            }
        }
    }

    /// Ready once the dialog is to end this way or a harder one, is left, or is over.
    pub(crate) fn poll_ordered(
        &self,
        at_least: Ending,
        ticket: &mut Option<u64>,
        waker: &Waker,
    ) -> Poll<()> {
        let mut state = lock(&self.state);
        let order = state.order.as_ref().map(|order| order.ending);
        if order >= Some(at_least) || state.successor.is_some() || state.closed.is_some() {
            return Poll::Ready(());
        }
        state.ending.register(ticket, waker);
        Poll::Pending
    }

    /// Nobody waits any more for what `poll_over` or `poll_ordered` would tell.
    pub(crate) fn cancel_ending(&self, ticket: u64) {
        lock(&self.state).ending.remove(ticket);
    }

    /// How many wait for what `poll_over` or `poll_ordered` would tell.
    #[cfg(test)]
    pub(crate) fn waiting_for_end(&self) -> usize {
        lock(&self.state).ending.len()
    }
}
