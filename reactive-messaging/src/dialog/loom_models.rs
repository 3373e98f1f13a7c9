//! Every interleaving of the dialog's threads, within loom's bounds: no wake-up is lost, nothing that
//! was accepted vanishes. A lost wake-up shows as a deadlock.

use std::{
    future::poll_fn,
    task::{Context, Poll},
};

use loom::{future::block_on, sync::Arc, thread};

use super::{
    control::{Ending, Order},
    inbox::{End, Inbox, Taken},
    orders::Left,
    outbox::{Outbox, Refused},
    output::Output,
    waiters::wake_all,
};
use crate::error::{DisconnectReason, FrameError};

/// Explores what up to three preemptions can do; without a bound it takes hours.
fn model(check: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(check);
}

/// Room for one frame of one byte.
const TINY: usize = 1;

/// What a driver does with its outbox until `done` says that it has seen enough.
async fn drive(outbox: &Outbox, done: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut collected = Vec::new();
    poll_fn(|cx: &mut Context<'_>| {
        outbox.driver_awake();
        loop {
            if outbox.wants_attention() {
                let mut output = Output::default();
                outbox.collect(&mut output, 0);
                collected.append(&mut output.bytes);
            }
            if done(&collected) {
                return Poll::Ready(());
            }
            if outbox.driver_asleep(cx.waker(), 0, TINY) {
                return Poll::Pending;
            }
        }
    })
    .await;
    collected
}

async fn send_in_turn(outbox: &Outbox, frame: u8) -> Result<(), Refused> {
    let mut ticket = None;
    poll_fn(|cx| outbox.poll_push(&[frame], TINY, None, &mut ticket, cx.waker())).await
}

#[test]
fn loom_b7_a_frame_wakes_a_driver_that_falls_asleep() {
    model(|| {
        let outbox = Arc::new(Outbox::default());
        let sender = outbox.clone();
        let sender = thread::spawn(move || sender.push(&[7], TINY, None));
        let collected = block_on(drive(&outbox, |collected| !collected.is_empty()));
        assert_eq!(collected, [7]);
        assert_eq!(sender.join().expect("the sender"), Ok(()));
    });
}

#[test]
fn loom_b6_senders_that_wait_for_room_are_all_served() {
    model(|| {
        let outbox = Arc::new(Outbox::default());
        assert_eq!(outbox.push(&[0], TINY, None), Ok(()));
        let senders: Vec<_> = [1, 2]
            .map(|frame| {
                let outbox = outbox.clone();
                thread::spawn(move || block_on(send_in_turn(&outbox, frame)))
            })
            .into();
        let mut collected = block_on(drive(&outbox, |collected| collected.len() == 3));
        collected.sort_unstable();
        assert_eq!(collected, [0, 1, 2]);
        for sender in senders {
            assert_eq!(sender.join().expect("a sender"), Ok(()));
        }
    });
}

#[test]
fn loom_b1_a_cancelled_sender_passes_its_turn_on_and_sends_nothing() {
    model(|| {
        let outbox = Arc::new(Outbox::default());
        assert_eq!(outbox.push(&[0], TINY, None), Ok(()));
        let mut cancelled = None;
        let waker = std::task::Waker::noop();
        assert!(
            outbox
                .poll_push(&[1], TINY, None, &mut cancelled, waker)
                .is_pending()
        );

        let sender = outbox.clone();
        let sender = thread::spawn(move || block_on(send_in_turn(&sender, 2)));
        let canceller = outbox.clone();
        let canceller = thread::spawn(move || canceller.cancel(cancelled.expect("it waits"), TINY));
        let collected = block_on(drive(&outbox, |collected| collected.len() == 2));
        assert_eq!(collected, [0, 2]);
        assert_eq!(sender.join().expect("the sender"), Ok(()));
        canceller.join().expect("the canceller");
    });
}

#[test]
fn loom_b7_frames_wake_a_reader_and_room_wakes_the_driver() {
    model(|| {
        let inbox = Arc::new(Inbox::default());
        let outbox = Arc::new(Outbox::default());
        let (reading, woken) = (inbox.clone(), outbox.clone());
        let reader = thread::spawn(move || {
            block_on(async {
                let mut taken = Vec::new();
                loop {
                    let next = poll_fn(|cx| {
                        let (next, resume) = reading.poll_take(cx);
                        if resume {
                            woken.wake_driver();
                        }
                        next
                    });
                    match next.await {
                        Taken::Chunk(chunk) => taken.extend(chunk),
                        Taken::End(_) => break taken,
                    }
                }
            })
        });
        let mut frames = [1, 2].iter();
        block_on(poll_fn(|cx| {
            outbox.driver_awake();
            loop {
                while inbox.room(TINY) > 0 {
                    let Some(frame) = frames.next() else {
                        wake_all(inbox.finish(End::Finished));
                        return Poll::Ready(());
                    };
                    wake_all(inbox.push(&[*frame]).expect("the reader is there"));
                }
                if outbox.driver_asleep(cx.waker(), 0, TINY) {
                    return Poll::Pending;
                }
            }
        }));
        assert_eq!(reader.join().expect("the reader"), [1, 2]);
    });
}

#[test]
fn loom_c7_a_frame_that_races_the_end_is_refused_or_accounted_for() {
    model(|| {
        let outbox = Arc::new(Outbox::default());
        let sender = outbox.clone();
        let sender = thread::spawn(move || sender.push(&[7], TINY, None));
        let waiter = outbox.clone();
        let waiter = thread::spawn(move || {
            let mut ticket = None;
            block_on(poll_fn(|cx| waiter.poll_over(&mut ticket, cx.waker())))
        });
        let first = outbox.close(DisconnectReason::RemoteClosed);
        let second = outbox.close(DisconnectReason::Aborted);
        let sent = sender.join().expect("the sender");
        assert_eq!(sent.is_ok(), first.bytes == [7]);
        assert_eq!(second.len(), 0);
        let reason = waiter.join().expect("the waiter");
        assert!(matches!(reason, DisconnectReason::RemoteClosed));
    });
}

#[test]
fn loom_c7_an_order_wakes_the_driver_and_whoever_waits_for_a_drain() {
    model(|| {
        let outbox = Arc::new(Outbox::default());
        let draining = outbox.clone();
        let draining = thread::spawn(move || {
            let mut ticket = None;
            block_on(poll_fn(|cx| {
                draining.poll_ordered(Ending::Drain, &mut ticket, cx.waker())
            }));
        });
        let ordering = outbox.clone();
        let ordering = thread::spawn(move || {
            ordering.order(Order::new(Ending::Drain, DisconnectReason::Shutdown));
        });
        block_on(poll_fn(|cx| {
            outbox.driver_awake();
            loop {
                if outbox.wants_attention() && outbox.collect(&mut Output::default(), 0).0.is_some()
                {
                    return Poll::Ready(());
                }
                if outbox.driver_asleep(cx.waker(), 0, TINY) {
                    return Poll::Pending;
                }
            }
        }));
        draining.join().expect("the waiter");
        ordering.join().expect("the order");
    });
}

#[test]
fn loom_b6_a_sender_is_woken_by_partial_writes_and_by_a_driver_that_yields() {
    model(|| {
        let outbox = Arc::new(Outbox::default());
        let sender = outbox.clone();
        let sender = thread::spawn(move || {
            let mut ticket = None;
            block_on(poll_fn(|cx| {
                sender.poll_push(&[3, 4], 3, None, &mut ticket, cx.waker())
            }))
        });
        let mut unwritten = 0;
        block_on(poll_fn(|cx| {
            outbox.driver_awake();
            loop {
                if outbox.wants_attention() {
                    let mut output = Output::default();
                    outbox.collect(&mut output, unwritten);
                    if output.bytes == [3, 4] {
                        return Poll::Ready(());
                    }
                }
                // what the handler says, and the socket takes bit by bit
                match unwritten {
                    0 => unwritten = 3,
                    _ => unwritten -= 1,
                }
                if unwritten == 2 {
                    outbox.driver_yields(unwritten, 3);
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                if unwritten == 0 && outbox.driver_asleep(cx.waker(), unwritten, 3) {
                    return Poll::Pending;
                }
            }
        }));
        assert_eq!(sender.join().expect("the sender"), Ok(()));
    });
}

#[test]
fn loom_c7_a_sender_that_waits_for_room_learns_of_the_end() {
    model(|| {
        let outbox = Arc::new(Outbox::default());
        assert_eq!(outbox.push(&[0], TINY, None), Ok(()));
        let sender = outbox.clone();
        let sender = thread::spawn(move || block_on(send_in_turn(&sender, 1)));
        outbox.order(Order::new(Ending::Close, DisconnectReason::LocalClosed));
        assert_eq!(outbox.close(DisconnectReason::LocalClosed).bytes, [0]);
        assert_eq!(sender.join().expect("the sender"), Err(Refused::Closed));
    });
}

#[test]
fn loom_b7_an_error_behind_a_dropped_incoming_wakes_the_driver() {
    model(|| {
        let inbox = Arc::new(Inbox::default());
        let outbox = Arc::new(Outbox::default());
        let (dropped, woken) = (inbox.clone(), outbox.clone());
        let reader = thread::spawn(move || {
            let (_, resume) = dropped.detach(&[]);
            if resume {
                woken.wake_driver();
            }
        });
        let error = FrameError::TooLong { max: 1 };
        wake_all(inbox.finish(End::Unframed(error.clone())));
        let found = block_on(poll_fn(|cx| {
            outbox.driver_awake();
            loop {
                if let Some(error) = inbox.abandoned_error() {
                    return Poll::Ready(error);
                }
                if outbox.driver_asleep(cx.waker(), 0, TINY) {
                    return Poll::Pending;
                }
            }
        }));
        assert_eq!(found, error);
        reader.join().expect("the reader");
    });
}

#[test]
fn loom_c7_an_advance_that_races_the_end_of_its_handler_is_obeyed_or_refused() {
    for reason in [
        DisconnectReason::HandlerEnded,
        DisconnectReason::LocalClosed,
    ] {
        model(move || {
            let outbox = Arc::new(Outbox::default());
            let leaving = outbox.clone();
            let leaving = thread::spawn(move || leaving.advance(Box::new(7)));
            let sealed = outbox.seal(&reason);
            let accepted = leaving.join().expect("the advance").is_ok();
            let (_, is_left) = outbox.collect(&mut Output::default(), 0);
            match sealed {
                // a handler that merely ended had left its stage
                Err(Left) => assert!(accepted && is_left),
                Ok(forsaken) => {
                    assert_eq!(accepted, forsaken.is_some());
                    assert!(!is_left);
                }
            }
        });
    }
}

#[test]
fn loom_p3_two_advances_are_one_that_wakes_the_driver() {
    model(|| {
        let outbox = Arc::new(Outbox::default());
        let leaving: Vec<_> = [1, 2]
            .map(|successor: u8| {
                let outbox = outbox.clone();
                thread::spawn(move || outbox.advance(Box::new(successor)).is_ok())
            })
            .into();
        block_on(poll_fn(|cx| {
            outbox.driver_awake();
            loop {
                if outbox.wants_attention() && outbox.collect(&mut Output::default(), 0).1 {
                    return Poll::Ready(());
                }
                if outbox.driver_asleep(cx.waker(), 0, TINY) {
                    return Poll::Pending;
                }
            }
        }));
        let accepted = leaving.into_iter().map(|l| l.join().expect("an advance"));
        assert_eq!(accepted.filter(|accepted| *accepted).count(), 1);
        assert_eq!(outbox.push(&[7], TINY, None), Err(Refused::Closed));
        assert!(outbox.take_successor().is_some());
    });
}

/// What races the hand-over is refused, and handed back.
#[test]
fn loom_p4_a_stage_that_was_handed_over_takes_nothing_more() {
    model(|| {
        let outbox = Arc::new(Outbox::default());
        assert!(outbox.advance(Box::new(1)).is_ok());
        let late = outbox.clone();
        let late = thread::spawn(move || {
            assert_eq!(late.push(&[7], TINY, None), Err(Refused::Closed));
            assert!(late.advance(Box::new(2)).is_err());
        });
        assert!(outbox.take_successor().is_some());
        assert_eq!(outbox.close(DisconnectReason::Advanced).len(), 0);
        late.join().expect("who comes late");
    });
}

/// A reader elsewhere decodes all of its chunk, or only a part of it before it is dropped.
#[test]
fn loom_p3_what_a_stage_did_not_decode_is_recalled_once() {
    for decodes in [1, 2] {
        model(move || {
            let inbox = Arc::new(Inbox::of_stage());
            let outbox = Arc::new(Outbox::default());
            wake_all(inbox.push(&[1, 2]).expect("nobody left"));
            let (reading, woken) = (inbox.clone(), outbox.clone());
            let reader = thread::spawn(move || {
                let waker = std::task::Waker::noop();
                let (taken, resume) = reading.poll_take(&mut Context::from_waker(waker));
                if resume {
                    woken.wake_driver();
                }
                let Poll::Ready(Taken::Chunk(mut chunk)) = taken else {
                    return Vec::new();
                };
                let rest = chunk.split_off(decodes);
                let resume = match rest.is_empty() {
                    // it is at work on its last message from now on, and asks for no other
                    true => reading.all_decoded(),
                    false => reading.detach(&rest).1,
                };
                if resume {
                    woken.wake_driver();
                }
                chunk
            });
            let recalled = block_on(poll_fn(|cx| {
                outbox.driver_awake();
                loop {
                    if let (Poll::Ready(recalled), _) = inbox.poll_recall() {
                        return Poll::Ready(recalled);
                    }
                    if outbox.driver_asleep(cx.waker(), 0, TINY) {
                        return Poll::Pending;
                    }
                }
            }));
            let mut all = reader.join().expect("the reader");
            all.extend(recalled);
            assert_eq!(all, [1, 2]);
        });
    }
}
