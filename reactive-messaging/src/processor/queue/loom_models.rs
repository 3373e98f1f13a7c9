//! Every interleaving of senders and receiver over a stand-in queue, within loom's bounds. A lost
//! wake-up shows as a deadlock.
//!
//! The stand-in orders no more than a lock-free queue does: a slot's item is released and acquired,
//! nothing else. With a lock in it, the models would pass without the fences that they are about.

use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::Waker,
};

use loom::{
    future::block_on,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use super::{
    awaitable::{self, RawQueue, Receiver, Sender},
    sender::Refused,
};

/// Explores what so many preemptions can do: three where there are two threads. With three threads, more
/// than two take too long; with two of them that wait and are woken, more than one.
fn model(preemptions: usize, check: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(check);
}

/// Slots of a ring with Vyukov's stamps: the item of position `p` may be written at stamp `2p`, read at
/// `2p + 1`.
struct Ring {
    tail: AtomicUsize,
    head: AtomicUsize,
    slots: Vec<Slot>,
}

struct Slot {
    stamp: AtomicUsize,
    item: AtomicUsize,
}

impl Ring {
    fn new(capacity: usize) -> Self {
        let slot = |position| Slot {
            stamp: AtomicUsize::new(2 * position),
            item: AtomicUsize::new(0),
        };
        Self {
            tail: AtomicUsize::new(0),
            head: AtomicUsize::new(0),
            slots: (0..capacity).map(slot).collect(),
        }
    }

    /// Takes the next position of `end` whose slot has come as far as `step`.
    fn claim(&self, end: &AtomicUsize, step: usize) -> Option<(usize, &Slot)> {
        let mut position = end.load(Ordering::Relaxed);
        loop {
            let slot = &self.slots[position % self.slots.len()];
            if slot.stamp.load(Ordering::Acquire) < 2 * position + step {
                return None;
            }
            match end.compare_exchange(position, position + 1, Ordering::Relaxed, Ordering::Relaxed)
            {
                Ok(_) => return Some((position, slot)),
                Err(current) => position = current,
            }
        }
    }
}

impl RawQueue<usize> for Ring {
    fn push(&self, item: usize) -> Result<(), usize> {
        let (position, slot) = self.claim(&self.tail, 0).ok_or(item)?;
        slot.item.store(item, Ordering::Relaxed);
        slot.stamp.store(2 * position + 1, Ordering::Release);
        Ok(())
    }

    fn pop_into(&self, batch: &mut VecDeque<usize>, limit: usize) -> usize {
        for popped in 0..limit {
            let Some((position, slot)) = self.claim(&self.head, 1) else {
                return popped;
            };
            batch.push_back(slot.item.load(Ordering::Relaxed));
            let free = 2 * (position + self.slots.len());
            slot.stamp.store(free, Ordering::Release);
        }
        limit
    }
}

fn open(capacity: usize) -> (Sender<usize>, Receiver<usize>) {
    awaitable::open(Ring::new(capacity), capacity)
}

async fn next(receiver: &mut Receiver<usize>) -> Option<usize> {
    poll_fn(|cx| receiver.poll_recv(cx)).await
}

async fn all(mut receiver: Receiver<usize>) -> Vec<usize> {
    let mut items = Vec::new();
    while let Some(item) = next(&mut receiver).await {
        items.push(item);
    }
    items
}

/// Polls once; loom's own `block_on` cannot stop at `Pending`.
fn poll_once<F: Future>(future: Pin<&mut F>) -> Option<F::Output> {
    let mut cx = std::task::Context::from_waker(Waker::noop());
    match future.poll(&mut cx) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}

#[test]
fn loom_b7_an_item_wakes_a_receiver_that_falls_asleep() {
    model(3, || {
        let (sender, mut receiver) = open(1);
        let other = sender.clone();
        let sending = thread::spawn(move || sender.try_send(7));
        assert_eq!(block_on(next(&mut receiver)), Some(7));
        assert_eq!(sending.join().expect("the sender"), Ok(()));
        drop(other);
    });
}

#[test]
fn loom_b7_items_of_two_senders_all_arrive() {
    model(2, || {
        let (sender, receiver) = open(2);
        let other = sender.clone();
        let sending = thread::spawn(move || sender.try_send(1));
        let others = thread::spawn(move || other.try_send(2));
        let mut items = block_on(all(receiver));
        items.sort_unstable();
        assert_eq!(items, [1, 2]);
        assert_eq!(sending.join().expect("a sender"), Ok(()));
        assert_eq!(others.join().expect("a sender"), Ok(()));
    });
}

#[test]
fn loom_b6_room_wakes_a_sender_that_falls_asleep() {
    model(3, || {
        let (sender, mut receiver) = open(1);
        assert_eq!(sender.try_send(0), Ok(()));
        let waiting = sender.clone();
        let waiting = thread::spawn(move || block_on(waiting.send_in_turn(1)));
        // once only: nobody else makes room again
        assert_eq!(block_on(next(&mut receiver)), Some(0));
        assert_eq!(waiting.join().expect("the sender"), Ok(()));
        assert_eq!(block_on(next(&mut receiver)), Some(1));
        drop(sender);
    });
}

#[test]
fn loom_b6_senders_to_a_queue_that_wait_for_room_are_all_served() {
    model(1, || {
        let (sender, receiver) = open(1);
        assert_eq!(sender.try_send(0), Ok(()));
        let senders: Vec<_> = [1, 2]
            .map(|item| {
                let sender = sender.clone();
                thread::spawn(move || block_on(sender.send_in_turn(item)))
            })
            .into();
        drop(sender);
        let mut items = block_on(all(receiver));
        items.sort_unstable();
        assert_eq!(items, [0, 1, 2]);
        for sender in senders {
            assert_eq!(sender.join().expect("a sender"), Ok(()));
        }
    });
}

#[test]
fn loom_b1_a_cancelled_sender_to_a_queue_passes_its_turn_on_and_sends_nothing() {
    model(2, || {
        let (sender, mut receiver) = open(1);
        assert_eq!(sender.try_send(0), Ok(()));
        let cancelled = sender.clone();
        let mut cancelled = Box::pin(async move { cancelled.send_in_turn(1).await });
        assert!(poll_once(cancelled.as_mut()).is_none());
        let waiting = sender.clone();
        let waiting = thread::spawn(move || block_on(waiting.send_in_turn(2)));
        let cancelling = thread::spawn(move || drop(cancelled));
        assert_eq!(block_on(next(&mut receiver)), Some(0));
        assert_eq!(block_on(next(&mut receiver)), Some(2));
        assert_eq!(waiting.join().expect("the sender"), Ok(()));
        cancelling.join().expect("the canceller");
        drop(sender);
    });
}

#[test]
fn loom_c7_an_item_that_races_the_close_is_refused_or_arrives() {
    model(2, || {
        let (sender, receiver) = open(1);
        let closer = sender.clone();
        let sending = thread::spawn(move || sender.try_send(7));
        let closing = thread::spawn(move || closer.close());
        let items = block_on(all(receiver));
        match sending.join().expect("the sender") {
            Ok(()) => assert_eq!(items, [7]),
            Err(refused) => {
                assert_eq!(refused, Refused::Closed(7));
                assert!(items.is_empty());
            }
        }
        closing.join().expect("the closer");
    });
}

#[test]
fn loom_c7_a_refused_item_does_not_keep_a_closed_queue_open() {
    model(2, || {
        let (sender, receiver) = open(1);
        assert_eq!(sender.try_send(0), Ok(()));
        let closer = sender.clone();
        let sending = thread::spawn(move || sender.try_send(1).is_ok());
        let closing = thread::spawn(move || closer.close());
        let items = block_on(all(receiver));
        let sent = sending.join().expect("the sender");
        assert_eq!(items.len(), 1 + usize::from(sent));
        closing.join().expect("the closer");
    });
}

#[test]
fn loom_c7_a_sender_that_waits_for_room_learns_of_the_close() {
    model(3, || {
        let (sender, receiver) = open(1);
        assert_eq!(sender.try_send(0), Ok(()));
        let waiting = sender.clone();
        let waiting = thread::spawn(move || block_on(waiting.send_in_turn(1)));
        sender.close();
        let sent = waiting.join().expect("the sender");
        assert_eq!(sent, Err(Refused::Closed(1)));
        assert_eq!(block_on(all(receiver)), [0]);
    });
}

#[test]
fn loom_c7_a_sender_that_waits_for_room_learns_of_a_dropped_receiver() {
    model(3, || {
        let (sender, receiver) = open(1);
        assert_eq!(sender.try_send(0), Ok(()));
        let waiting = sender.clone();
        let waiting = thread::spawn(move || block_on(waiting.send_in_turn(1)));
        drop(receiver);
        let sent = waiting.join().expect("the sender");
        assert_eq!(sent, Err(Refused::Closed(1)));
        assert_eq!(sender.stats().discarded, 1);
    });
}

#[test]
fn loom_c7_an_item_that_races_the_drop_of_the_receiver_is_refused_or_dropped() {
    model(2, || {
        let (sender, receiver) = open(2);
        let others = sender.clone();
        let (counting, sending) = (sender.clone(), Arc::new(sender));
        let sending = thread::spawn(move || sending.try_send(1).is_ok());
        let others = thread::spawn(move || others.try_send(2).is_ok());
        drop(receiver);
        let accepted = [sending.join(), others.join()].map(|sent| sent.expect("a sender"));
        let accepted = accepted.into_iter().filter(|&accepted| accepted).count();
        // nothing lingers in the queue
        assert_eq!(counting.stats().discarded, accepted as u64);
    });
}

#[test]
fn loom_c7_the_last_sender_that_is_dropped_ends_the_stream() {
    model(2, || {
        let (sender, receiver) = open(1);
        let other = sender.clone();
        let sending = thread::spawn(move || {
            let sent = sender.try_send(1);
            drop(sender);
            sent
        });
        let dropping = thread::spawn(move || drop(other));
        assert_eq!(block_on(all(receiver)), [1]);
        assert_eq!(sending.join().expect("a sender"), Ok(()));
        dropping.join().expect("the other sender");
    });
}

#[test]
fn loom_b7_a_receiver_that_moves_to_another_task_is_woken_there() {
    model(3, || {
        let (sender, mut receiver) = open(1);
        let first = poll_once(pin!(next(&mut receiver)));
        assert_eq!(first, None);
        let sending = thread::spawn(move || sender.try_send(7));
        assert_eq!(block_on(next(&mut receiver)), Some(7));
        assert_eq!(sending.join().expect("the sender"), Ok(()));
    });
}
