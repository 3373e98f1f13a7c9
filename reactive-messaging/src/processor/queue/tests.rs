//! Every channel keeps the same promises.

use std::{future::poll_fn, pin::pin, sync::Arc, time::Duration};

use futures::{StreamExt, executor::block_on, future::join_all, poll};
use tokio::{task::yield_now, time::timeout};

use super::{Channel, Receiver, Refused, Sender, Tokio};
#[cfg(feature = "mutiny")]
use super::{Crossbeam, FullSync};
use crate::config::RetryingStrategies::{
    DoNotRetry, EndCommunications, RetryWithBackoffUpTo, RetryYieldingForUpToMillis, WaitForRoom,
};

/// Runs a test over each channel.
macro_rules! for_each_channel {
    ($($test:ident)*) => { $( mod $test {
        use super::*;

        #[test]
        fn tokio() {
            super::$test::<Tokio<2>>();
        }

        #[cfg(feature = "mutiny")]
        #[test]
        fn crossbeam() {
            super::$test::<Crossbeam<2>>();
        }

        #[cfg(feature = "mutiny")]
        #[test]
        fn full_sync() {
            super::$test::<FullSync<2>>();
        }
    } )* };
}

for_each_channel! {
    items_arrive_in_order_and_a_full_queue_hands_them_back
    strategies_that_do_not_wait_hand_the_item_back
    retrying_finds_room
    waiting_is_first_in_first_out_and_cancel_safe
    nobody_overtakes_who_waits
    the_stream_ends_after_what_was_accepted_when_a_sender_closes
    the_stream_ends_when_the_last_sender_is_dropped
    a_sleeping_receiver_learns_of_items_and_of_the_end
    a_dropped_receiver_closes_drops_and_wakes
    a_flood_does_not_starve_other_tasks
}

fn items_arrive_in_order_and_a_full_queue_hands_them_back<C: Channel>() {
    let (sender, receiver) = C::open::<u32>();
    assert_eq!(sender.try_send(1), Ok(()));
    assert_eq!(sender.try_send(2), Ok(()));
    assert_eq!(sender.try_send(3), Err(Refused::Full(3)));
    let stats = sender.stats();
    assert_eq!((stats.depth, stats.max_depth, stats.times_full), (2, 2, 1));
    drop(sender);
    let mut receiver = receiver;
    assert_eq!(block_on(receiver.by_ref().collect::<Vec<_>>()), [1, 2]);
    let stats = receiver.stats();
    assert_eq!((stats.depth, stats.processed, stats.discarded), (0, 2, 0));
}

fn strategies_that_do_not_wait_hand_the_item_back<C: Channel>() {
    let (sender, _receiver) = full::<C>();
    for strategy in [DoNotRetry, EndCommunications] {
        let sent = block_on(sender.send(7, strategy));
        assert_eq!(sent, Err(Refused::Full(7)));
    }
    paused(async {
        for strategy in [RetryWithBackoffUpTo(3), RetryYieldingForUpToMillis(0)] {
            let sent = sender.send(7, strategy).await;
            assert_eq!(sent, Err(Refused::Full(7)));
        }
    });
}

fn retrying_finds_room<C: Channel>() {
    for strategy in [RetryWithBackoffUpTo(50), RetryYieldingForUpToMillis(60_000)] {
        let (sender, mut receiver) = full::<C>();
        paused(async {
            let mut sent = pin!(sender.send(3, strategy));
            assert!(poll!(&mut sent).is_pending());
            assert_eq!(receiver.next().await, Some(1));
            assert_eq!(receiver.next().await, Some(2));
            assert_eq!(sent.await, Ok(()));
            assert_eq!(receiver.next().await, Some(3));
        });
    }
}

fn waiting_is_first_in_first_out_and_cancel_safe<C: Channel>() {
    let (sender, mut receiver) = full::<C>();
    block_on(async {
        let mut first = Box::pin(sender.send(3, WaitForRoom));
        let mut cancelled = Box::pin(sender.send(4, WaitForRoom));
        let mut last = Box::pin(sender.send(5, WaitForRoom));
        assert!(poll!(&mut first).is_pending());
        assert!(poll!(&mut cancelled).is_pending());
        assert!(poll!(&mut last).is_pending());
        assert_eq!(receiver.next().await, Some(1));
        assert!(poll!(&mut last).is_pending(), "the first one's turn");
        assert!(poll!(&mut cancelled).is_pending());
        drop(cancelled);
        assert_eq!(first.await, Ok(()));
        assert_eq!(receiver.next().await, Some(2));
        assert_eq!(last.await, Ok(()));
        drop(sender);
        assert_eq!(receiver.collect::<Vec<_>>().await, [3, 5]);
    });
}

fn nobody_overtakes_who_waits<C: Channel>() {
    let (sender, mut receiver) = full::<C>();
    block_on(async {
        let mut waiting = pin!(sender.send(3, WaitForRoom));
        assert!(poll!(&mut waiting).is_pending());
        assert_eq!(receiver.next().await, Some(1));
        assert_eq!(sender.try_send(9), Err(Refused::Full(9)));
        assert_eq!(waiting.await, Ok(()));
    });
}

fn the_stream_ends_after_what_was_accepted_when_a_sender_closes<C: Channel>() {
    let (sender, mut receiver) = full::<C>();
    block_on(async {
        let mut waiting = pin!(sender.send(3, WaitForRoom));
        assert!(poll!(&mut waiting).is_pending());
        sender.close();
        sender.close();
        assert_eq!(sender.try_send(4), Err(Refused::Closed(4)));
        assert_eq!(receiver.next().await, Some(1));
        assert_eq!(waiting.await, Err(Refused::Closed(3)));
        let sent = sender.send(5, WaitForRoom).await;
        assert_eq!(sent, Err(Refused::Closed(5)));
        assert_eq!(receiver.next().await, Some(2));
        assert_eq!(receiver.next().await, None);
        assert_eq!(receiver.next().await, None);
    });
}

fn the_stream_ends_when_the_last_sender_is_dropped<C: Channel>() {
    let (sender, mut receiver) = full::<C>();
    let other = sender.clone();
    drop(sender);
    block_on(async {
        assert_eq!(receiver.next().await, Some(1));
        assert_eq!(other.try_send(3), Ok(()));
        drop(other);
        assert_eq!(receiver.collect::<Vec<_>>().await, [2, 3]);
    });
}

fn a_sleeping_receiver_learns_of_items_and_of_the_end<C: Channel>() {
    let (sender, mut receiver) = C::open::<u32>();
    threads(async {
        let receiving = tokio::spawn(async move {
            let first = receiver.next().await;
            (first, receiver.next().await)
        });
        yield_now().await;
        assert_eq!(sender.try_send(1), Ok(()));
        yield_now().await;
        sender.close();
        assert_eq!(receiving.await.expect("the receiver"), (Some(1), None));
    });
}

fn a_dropped_receiver_closes_drops_and_wakes<C: Channel>() {
    let (sender, mut receiver) = C::open::<Arc<()>>();
    let item = Arc::new(());
    block_on(async {
        for _ in 0..2 {
            assert!(sender.try_send(item.clone()).is_ok());
        }
        assert!(receiver.next().await.is_some());
        assert!(sender.try_send(item.clone()).is_ok());
        let mut waiting = pin!(sender.send(item.clone(), WaitForRoom));
        assert!(poll!(&mut waiting).is_pending());
        drop(receiver);
        assert!(matches!(waiting.await, Err(Refused::Closed(_))));
        assert!(matches!(
            sender.try_send(item.clone()),
            Err(Refused::Closed(_))
        ));
    });
    assert_eq!(Arc::strong_count(&item), 1);
    let stats = sender.stats();
    assert_eq!((stats.depth, stats.processed, stats.discarded), (0, 1, 2));
}

/// A processor that always finds an item yields all the same.
fn a_flood_does_not_starve_other_tasks<C: Channel>() {
    let (sender, mut receiver) = C::open::<u32>();
    paused(async {
        let mut received = 0;
        let mut flood = pin!(poll_fn(|cx| {
            while received < 10_000 {
                assert_eq!(sender.try_send(received), Ok(()));
                let next = std::task::ready!(receiver.poll_recv(cx));
                assert_eq!(next, Some(received));
                received += 1;
            }
            std::task::Poll::Ready(())
        }));
        assert!(poll!(&mut flood).is_pending());
    });
    assert!((1..=1_000).contains(&sender.stats().processed));
}

/// A queue with two items, 1 and 2, and no room.
fn full<C: Channel>() -> (Sender<u32>, Receiver<u32>) {
    let (sender, receiver) = C::open();
    assert_eq!(sender.try_send(1), Ok(()));
    assert_eq!(sender.try_send(2), Ok(()));
    (sender, receiver)
}

/// Runs it on a clock that jumps to the next timer.
fn paused<T>(run: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build();
    runtime.expect("a runtime of this thread").block_on(run)
}

/// Runs it on some threads, within bounds.
fn threads<T>(run: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(3).enable_time().build();
    let limit = Duration::from_secs(if cfg!(miri) { 1_000 } else { 10 });
    let limited = async { timeout(limit, run).await.expect("it ends in time") };
    runtime.expect("a runtime of threads").block_on(limited)
}

/// What each of the producers sends: its own number, and a count.
type Numbered = (usize, usize);

/// Producers that wait, that retry and that yield; the receiver sleeps now and then.
async fn stress<C: Channel>(producers: usize, each: usize) {
    let (sender, mut receiver) = C::open::<Numbered>();
    let sending: Vec<_> = (0..producers)
        .map(|producer| {
            let sender = sender.clone();
            tokio::spawn(async move {
                for count in 0..each {
                    if producer % 3 == 0 {
                        // no waiting: the direct attempt, again and again
                        let mut item = (producer, count);
                        while let Err(Refused::Full(refused)) = sender.try_send(item) {
                            item = refused;
                            yield_now().await;
                        }
                    } else {
                        let sent = sender.send((producer, count), WaitForRoom).await;
                        assert_eq!(sent, Ok(()));
                    }
                }
            })
        })
        .collect();
    drop(sender);
    let mut next = vec![0; producers];
    while let Some((producer, count)) = receiver.next().await {
        assert_eq!(next[producer], count, "producer {producer}");
        next[producer] += 1;
        if count % 97 == 0 {
            yield_now().await;
        }
    }
    assert_eq!(next, vec![each; producers]);
    assert_eq!(receiver.stats().processed, (producers * each) as u64);
    assert!(join_all(sending).await.iter().all(Result::is_ok));
}

#[test]
fn stress_tokio() {
    threads(stress::<Tokio<8>>(8, EACH));
    threads(stress::<Tokio<256>>(8, EACH));
}

#[cfg(feature = "mutiny")]
#[test]
fn stress_crossbeam() {
    threads(stress::<Crossbeam<1>>(4, EACH / 4));
    threads(stress::<Crossbeam<8>>(8, EACH));
    threads(stress::<Crossbeam<256>>(8, EACH));
}

#[cfg(feature = "mutiny")]
#[test]
fn stress_full_sync() {
    threads(stress::<FullSync<1>>(4, EACH / 4));
    threads(stress::<FullSync<8>>(8, EACH));
    threads(stress::<FullSync<256>>(8, EACH));
}

/// Miri takes its time.
const EACH: usize = if cfg!(miri) { 8 } else { 1_500 };
