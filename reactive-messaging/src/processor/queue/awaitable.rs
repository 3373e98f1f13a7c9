//! Makes a queue that knows no tasks one that can be awaited: wakers, closing, waiting for room.
//!
//! The rule of both directions: whoever goes to sleep says so, then looks once more; whoever changes
//! something, does so first and looks for sleepers then. A fence between the two steps, on either
//! side, makes sure that at least one of them sees the other.

use std::{
    collections::VecDeque,
    marker::PhantomData,
    sync::Arc,
    task::{Context, Poll, Waker, ready},
};

use tokio::task::coop::poll_proceed;

use super::{
    room::SendInTurn,
    sender::Refused,
    stats::{Apart, Counters, QueueStats},
    sync::{AtomicU8, AtomicUsize, Mutex, Ordering, fence, lock},
};
use crate::dialog::waiters::{Waiters, wake_all};

/// A bounded queue of many producers and many consumers, first in, first out.
pub(super) trait RawQueue<T>: Send + Sync {
    /// Appends an item, or hands it back when there is no room.
    fn push(&self, item: T) -> Result<(), T>;

    /// Moves up to `limit` items behind `batch`, and says how many.
    ///
    /// It may miss an item behind one whose `push` has not returned yet.
    fn pop_into(&self, batch: &mut VecDeque<T>, limit: usize) -> usize;
}

/// No further item is accepted.
pub(super) const CLOSED: usize = 0b01;
/// Someone waits for room.
pub(super) const AWAITED: usize = 0b10;
/// One item in the count above the flags.
const ITEM: usize = 0b100;

/// The receiver has to be woken for an item.
const ASLEEP: u8 = 1;
/// The receiver looks for items by itself.
const AWAKE: u8 = 0;
/// Nobody takes items any more.
const GONE: u8 = 2;

/// What is taken from the queue at once, at most.
const BATCH: usize = 64;

pub(super) struct Awaitable<T, Q: ?Sized = dyn RawQueue<T>> {
    /// Flags, and the number of items, wrapping, that senders have announced. They announce before they
    /// push, so that the receiver of a closed queue knows how many are still to come.
    pub(super) senders: Apart<AtomicUsize>,
    receiver: Apart<Parking>,
    /// Whoever waits for room. `AWAITED` is set exactly while it is not empty, and under its lock.
    pub(super) room: Mutex<Waiters>,
    counters: Counters,
    capacity: usize,
    item: PhantomData<fn(T) -> T>,
    queue: Q,
}

/// Where the receiver sleeps.
#[derive(Default)]
struct Parking {
    state: AtomicU8,
    /// Items that the receiver has taken, in steps of `ITEM`.
    taken: AtomicUsize,
    waker: Mutex<Option<Waker>>,
}

pub(super) fn open<T: 'static>(
    queue: impl RawQueue<T> + 'static,
    capacity: usize,
) -> (Sender<T>, Receiver<T>) {
    let queue: Arc<Awaitable<T>> = Arc::new(Awaitable {
        senders: Apart::default(),
        receiver: Apart::default(),
        room: Mutex::default(),
        counters: Counters::default(),
        capacity,
        item: PhantomData,
        queue,
    });
    // what the receiver holds counts as taken: no more than a quarter beyond the capacity
    let limit = capacity.div_ceil(4).min(BATCH);
    let receiver = Receiver {
        queue: queue.clone(),
        batch: VecDeque::with_capacity(limit),
        limit,
        taken: 0,
    };
    (Sender(Arc::new(Sending(queue))), receiver)
}

impl<T> Awaitable<T> {
    /// Appends an item unless one of the flags in `refusing` is set.
    #[inline]
    pub(super) fn push(&self, item: T, refusing: usize) -> Result<(), Refused<T>> {
        // relaxed: closing changes the same variable, and comes before or after this
        let before = self.senders.0.fetch_add(ITEM, Ordering::Relaxed);
        if before & refusing != 0 {
            self.retract();
            return Err(match before & CLOSED {
                0 => Refused::Full(item),
                _ => Refused::Closed(item),
            });
        }
        if let Err(item) = self.queue.push(item) {
            self.retract();
            return Err(Refused::Full(item));
        }
        let taken = self.receiver.0.taken.load(Ordering::Relaxed);
        let ahead = (before & !(ITEM - 1)).wrapping_sub(taken) as isize;
        let depth = ahead.max(0) as usize / ITEM + 1;
        self.counters.saw_depth(depth.min(self.capacity));
        self.call_receiver();
        Ok(())
    }

    /// An item that was announced does not come.
    #[cold]
    fn retract(&self) {
        let before = self.senders.0.fetch_sub(ITEM, Ordering::Relaxed);
        if before & CLOSED != 0 {
            // the receiver may have counted on it
            self.call_receiver();
        }
    }

    /// Something has changed that a sleeping receiver has to look at.
    #[inline]
    fn call_receiver(&self) {
        fence(Ordering::SeqCst);
        let state = self.receiver.0.state.load(Ordering::Relaxed);
        if state != AWAKE {
            self.wake_receiver(state);
        }
    }

    #[cold]
    fn wake_receiver(&self, state: u8) {
        let parking = &self.receiver.0;
        if state == GONE {
            self.discard();
        } else if parking
            .state
            .compare_exchange(ASLEEP, AWAKE, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
        {
            let waker = lock(&parking.waker).take();
            wake_all(waker);
        }
    }

    /// Drops what is in the queue.
    fn discard(&self) {
        let mut items = VecDeque::new();
        while self.queue.pop_into(&mut items, BATCH) > 0 {
            self.counters.discarded(items.len());
            items.clear();
        }
    }

    fn close(&self) {
        let before = self.senders.0.fetch_or(CLOSED, Ordering::Relaxed);
        if before & CLOSED == 0 {
            self.call_receiver();
            self.wake_waiters();
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.senders.0.load(Ordering::Relaxed) & CLOSED != 0
    }

    fn stats(&self) -> QueueStats {
        let taken = self.receiver.0.taken.load(Ordering::Relaxed);
        let announced = self.senders.0.load(Ordering::Relaxed) & !(ITEM - 1);
        let depth = (announced.wrapping_sub(taken) as isize).max(0) as usize / ITEM;
        let gone = self.receiver.0.state.load(Ordering::Relaxed) == GONE;
        let depth = if gone { 0 } else { depth.min(self.capacity) };
        self.counters.snapshot(depth)
    }
}

/// Closes the queue when the last sender is dropped.
struct Sending<T>(Arc<Awaitable<T>>);

impl<T> Drop for Sending<T> {
    fn drop(&mut self) {
        self.0.close();
    }
}

pub(super) struct Sender<T>(Arc<Sending<T>>);

impl<T> Sender<T> {
    #[inline]
    pub(super) fn try_send(&self, item: T) -> Result<(), Refused<T>> {
        let queue = &self.0.0;
        let sent = queue.push(item, CLOSED | AWAITED);
        if let Err(Refused::Full(_)) = sent {
            queue.counters.was_full();
        }
        sent
    }

    pub(super) async fn send_in_turn(&self, item: T) -> Result<(), Refused<T>> {
        SendInTurn::new(&self.0.0, item).await
    }

    pub(super) fn close(&self) {
        self.0.0.close();
    }

    pub(super) fn stats(&self) -> QueueStats {
        self.0.0.stats()
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

pub(super) struct Receiver<T> {
    queue: Arc<Awaitable<T>>,
    /// Taken from the queue at once, so that a fence and a look at the waiters serve many items.
    batch: VecDeque<T>,
    limit: usize,
    /// As in `Parking`.
    taken: usize,
}

impl<T> Receiver<T> {
    #[inline]
    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let coop = ready!(poll_proceed(cx));
        if self.batch.is_empty() {
            ready!(self.poll_take(cx));
        }
        coop.made_progress();
        let item = self.batch.pop_front();
        if item.is_some() {
            self.queue.counters.processed_one();
        }
        Poll::Ready(item)
    }

    /// Fills the batch; ready without an item when there will not be any more.
    fn poll_take(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.take() {
            return Poll::Ready(());
        }
        let parking = &self.queue.receiver.0;
        lock(&parking.waker).replace(cx.waker().clone());
        parking.state.store(ASLEEP, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        if self.take() {
            let parking = &self.queue.receiver.0;
            parking.state.store(AWAKE, Ordering::Relaxed);
            return Poll::Ready(());
        }
        match self.ended() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }

    /// Takes what is there, and lets those have the room that wait for it.
    fn take(&mut self) -> bool {
        let queue = &self.queue;
        let taken = queue.queue.pop_into(&mut self.batch, self.limit);
        if taken == 0 {
            return false;
        }
        self.taken = self.taken.wrapping_add(taken.wrapping_mul(ITEM));
        queue.receiver.0.taken.store(self.taken, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        if queue.senders.0.load(Ordering::Relaxed) & AWAITED != 0 {
            queue.wake_next();
        }
        true
    }

    /// Whether the queue is closed, and every item was taken that a sender had announced before.
    fn ended(&self) -> bool {
        let senders = self.queue.senders.0.load(Ordering::Relaxed);
        senders & CLOSED != 0 && senders & !(ITEM - 1) == self.taken
    }

    #[cfg(feature = "mutiny")]
    pub(super) fn stats(&self) -> QueueStats {
        self.queue.stats()
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let queue = &self.queue;
        queue.senders.0.fetch_or(CLOSED, Ordering::Relaxed);
        let parking = &queue.receiver.0;
        parking.state.store(GONE, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        // what is pushed from now on, its sender drops
        queue.counters.discarded(self.batch.len());
        queue.discard();
        queue.wake_waiters();
        drop(lock(&parking.waker).take());
    }
}
