//! B: full queues, slow sides, order.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use futures::{FutureExt, StreamExt, stream};
use reactive_messaging::{
    ConstConfig, DisconnectReason, Incoming, Peer, SendError, Server, serve_connection,
};
use tests::{Answer, Ask, Raw, WireKind, answer, connect, echo, settle, soon, until, within};
use tokio::{io::AsyncReadExt, io::AsyncWriteExt, io::duplex, sync::mpsc};

const SMALL: ConstConfig = ConstConfig {
    max_frame_len: 1_000,
    outbound_bytes: 4 * 1024,
    inbound_bytes: 4 * 1024,
    ..ConstConfig::default()
};

/// A dialog whose handler only drains its input, its peer, and the other end.
async fn silent(
    config: ConstConfig,
    socket: usize,
) -> (
    Peer<Answer>,
    Raw<tokio::io::DuplexStream>,
    tokio::task::JoinHandle<DisconnectReason>,
) {
    let (local, remote) = duplex(socket);
    let (tell, mut told) = mpsc::unbounded_channel();
    let dialog = serve_connection(local, move |asks: Incoming<Ask>, peer: Peer<Answer>| {
        tell.send(peer).unwrap();
        asks.map(|_| ())
    });
    let dialog = dialog.config(config).into_future();
    let dialog = tokio::spawn(async { dialog.await.unwrap() });
    let peer = soon(told.recv()).await.unwrap();
    (peer, Raw::new(remote, WireKind::Ron), dialog)
}

#[tokio::test(start_paused = true)]
async fn b1_a_full_outbox_hands_back_and_a_cancelled_send_neither_loses_nor_duplicates() {
    let (peer, mut raw, dialog) = silent(SMALL, 64).await;
    let mut expected = Vec::new();
    let mut next = 0..;
    // until it is full, with the driver at work in between
    loop {
        let message = Answer::Number(next.next().unwrap());
        match peer.try_send(message.clone()) {
            Ok(()) => expected.push(message),
            Err(SendError::Full(back)) => {
                assert_eq!(back, message);
                settle().await;
                if peer.try_send(message.clone()).is_err() {
                    break;
                }
                expected.push(message);
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(peer.pending_bytes() <= SMALL.outbound_bytes);
    // senders that give up in every stage of their waiting, beside some that stay
    let mut sends = Vec::new();
    for n in 0..60_u64 {
        let peer = peer.clone();
        let message = Answer::Text(format!("waiter {n}"));
        sends.push(tokio::spawn(async move {
            let patience = match n % 3 {
                0 => Duration::from_secs(3_600),
                1 => Duration::from_millis(n),
                _ => Duration::ZERO,
            };
            let sent = tokio::time::timeout(patience, peer.send(message.clone())).await;
            sent.is_ok_and(|sent| sent.is_ok()).then_some(message)
        }));
        tokio::task::yield_now().await;
    }
    let reader = tokio::spawn(async move {
        let mut received = Vec::new();
        for _ in 0..20 {
            received.push(raw.answer().await);
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        received.extend(raw.rest().await);
        received
    });
    for send in sends {
        expected.extend(soon(send).await.unwrap());
    }
    peer.close();
    let received = soon(reader).await.unwrap();
    assert_eq!(received, expected);
    soon(dialog).await.unwrap();
}

/// Both sides send as fast as they can, and read nothing.
#[tokio::test]
async fn b2_two_sides_that_flood_and_do_not_read_do_not_deadlock() {
    let config = ConstConfig {
        write_timeout: Some(Duration::from_millis(300)),
        ..ConstConfig::default()
    };
    let (ours, theirs) = duplex(4 * 1024);
    let flood = |_asks: Incoming<Ask>, peer: Peer<Ask>| async move {
        while peer.send(Ask::Text("x".repeat(100))).await.is_ok() {}
    };
    let hold = move |asks: Incoming<Ask>, peer: Peer<Ask>| {
        let flood = flood(Incoming::from_stream(stream::empty()), peer);
        async move {
            // held, and never polled
            let _asks = asks;
            flood.await;
        }
    };
    let one = serve_connection(ours, hold).config(config).into_future();
    let other = serve_connection(theirs, hold).config(config).into_future();
    let (one, other) = soon(futures::future::join(
        tokio::spawn(one),
        tokio::spawn(other),
    ))
    .await;
    let reasons = [one.unwrap().unwrap(), other.unwrap().unwrap()];
    assert!(
        reasons
            .iter()
            .any(|reason| matches!(reason, DisconnectReason::WriteTimeout)),
        "{reasons:?}"
    );
}

/// Both sides flood and read: progress in both directions.
#[tokio::test]
async fn b2_two_sides_that_flood_and_read_make_progress() {
    const MESSAGES: u32 = 50_000;
    let (ours, theirs) = duplex(4 * 1024);
    let side = |received: Arc<AtomicU32>| {
        move |asks: Incoming<Ask>, peer: Peer<Ask>| {
            let received = received.clone();
            async move {
                let send = async {
                    for n in 0..MESSAGES {
                        peer.send(Ask::Number(n)).await.unwrap();
                    }
                };
                let receive = asks
                    .take(MESSAGES as usize)
                    .enumerate()
                    .for_each(|(n, ask)| {
                        assert_eq!(ask, Ask::Number(n as u32));
                        received.fetch_add(1, Relaxed);
                        futures::future::ready(())
                    });
                futures::future::join(send, receive).await;
            }
        }
    };
    let (first, second) = (Arc::default(), Arc::default());
    let one = serve_connection(ours, side(Arc::clone(&first)))
        .config(SMALL)
        .into_future();
    let other = serve_connection(theirs, side(Arc::clone(&second)))
        .config(SMALL)
        .into_future();
    let (one, other) = soon(futures::future::join(
        tokio::spawn(one),
        tokio::spawn(other),
    ))
    .await;
    one.unwrap().unwrap();
    other.unwrap().unwrap();
    assert_eq!(
        (first.load(Relaxed), second.load(Relaxed)),
        (MESSAGES, MESSAGES)
    );
}

/// Whatever its style, a handler that awaits room in its own outbox gets it.
#[tokio::test(start_paused = true)]
async fn b3_a_handler_that_awaits_room_in_its_own_full_outbox_goes_on() {
    const EACH: usize = 500;
    for style in 0..3 {
        let (local, remote) = duplex(256);
        let dialog = match style {
            0 => serve_connection(local, |asks: Incoming<Ask>, peer: Peer<Answer>| {
                asks.then(move |_| {
                    let peer = peer.clone();
                    async move {
                        for n in 0..EACH {
                            peer.send(Answer::Number(n as u32)).await.unwrap();
                        }
                        Answer::World
                    }
                })
            })
            .config(SMALL)
            .into_future(),
            1 => serve_connection(local, |asks: Incoming<Ask>, peer: Peer<Answer>| {
                asks.map(move |_| {
                    let peer = peer.clone();
                    async move {
                        for n in 0..EACH {
                            peer.send(Answer::Number(n as u32)).await.unwrap();
                        }
                        Answer::World
                    }
                })
            })
            .config(SMALL)
            .into_future(),
            _ => serve_connection(
                local,
                |mut asks: Incoming<Ask>, peer: Peer<Answer>| async move {
                    while asks.next().await.is_some() {
                        for n in 0..EACH {
                            peer.send(Answer::Number(n as u32)).await.unwrap();
                        }
                        peer.send(Answer::World).await.unwrap();
                    }
                },
            )
            .config(SMALL)
            .into_future(),
        };
        let dialog = tokio::spawn(dialog);
        let mut raw = Raw::new(remote, WireKind::Ron);
        raw.write(b"Hello\nHello\n").await;
        raw.finish().await;
        settle().await;
        let received = raw.rest().await;
        assert_eq!(received.len(), 2 * (EACH + 1), "style {style}");
        assert_eq!(received[EACH], Answer::World);
        soon(dialog).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn b4_a_slow_handler_pauses_reading() {
    const STEP: usize = 64 * 1024;
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let handled = Arc::new(AtomicUsize::new(0));
    let (gated, count) = (gate.clone(), handled.clone());
    let server = Server::bind("127.0.0.1:0")
        .serve(move |asks: Incoming<Ask>, _peer: Peer<Answer>| {
            let (gate, count) = (gated.clone(), count.clone());
            asks.then(move |_| {
                let (gate, count) = (gate.clone(), count.clone());
                async move {
                    gate.acquire().await.unwrap().forget();
                    count.fetch_add(1, Relaxed);
                }
            })
        })
        .await
        .unwrap();
    let mut io = connect(&server.address()).await;
    let frames = WireKind::Ron.frames(&vec![Ask::Text("x".repeat(1_000)); 64]);
    // more than the buffers of two sockets hold
    let mut written = 0;
    while let Ok(count) = tokio::time::timeout(
        Duration::from_millis(500),
        io.write(&frames[written % frames.len()..]),
    )
    .await
    {
        written += count.unwrap();
        assert!(written < 256 * 1024 * 1024, "nothing holds the remote back");
    }
    let read = server.stats().totals.bytes_received as usize;
    assert!(
        read <= 3 * STEP,
        "{read} bytes read ahead of a handler that took none"
    );

    gate.add_permits(100_000_000);
    until(|| server.stats().totals.bytes_received as usize == written).await;
    let messages = written / (frames.len() / 64);
    until(|| handled.load(Relaxed) == messages).await;
    drop(io);
    soon(server.shutdown()).await;
}

#[tokio::test(start_paused = true)]
async fn b5_what_was_sent_before_an_item_is_on_the_wire_before_it() {
    let (local, remote) = duplex(512);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, peer: Peer<Answer>| {
        let mut n = 0;
        asks.then(move |_| {
            let peer = peer.clone();
            n += 3;
            async move {
                peer.send(Answer::Number(n)).await.unwrap();
                if n % 2 == 0 {
                    tokio::task::yield_now().await;
                }
                peer.try_send(Answer::Number(n + 1)).unwrap();
                Answer::Number(n + 2)
            }
        })
    });
    let dialog = tokio::spawn(dialog.into_future());
    let (mut reader, mut writer) = tokio::io::split(remote);
    let writing = tokio::spawn(async move {
        writer
            .write_all(&WireKind::Ron.frames(&vec![Ask::Hello; 3_000]))
            .await
            .unwrap();
        writer.shutdown().await.unwrap();
    });
    let mut bytes = Vec::new();
    soon(reader.read_to_end(&mut bytes)).await.unwrap();
    let expected = WireKind::Ron.frames(&(3..9_003).map(Answer::Number).collect::<Vec<_>>());
    assert!(bytes == expected);
    soon(writing).await.unwrap();
    soon(dialog).await.unwrap().unwrap();
}

/// And of a closing item: what was sent in the same poll comes before it, and nothing behind it.
#[tokio::test(start_paused = true)]
async fn b5_nothing_comes_behind_a_closing_item() {
    let (local, remote) = duplex(512);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, peer: Peer<Answer>| {
        asks.map(move |ask| {
            peer.try_send(Answer::Number(1)).unwrap();
            answer(ask)
        })
    });
    let dialog = tokio::spawn(dialog.into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    raw.write(b"Hello\nQuit\nHello\n").await;
    use Answer::{Bye, Number, World};
    assert_eq!(raw.rest().await, [Number(1), World, Number(1), Bye]);
    drop(raw);
    let reason = soon(dialog).await.unwrap().unwrap();
    assert!(
        matches!(reason, DisconnectReason::ClosingReceived),
        "{reason:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn b6_waiters_are_served_first_in_first_out_and_a_cancelled_one_passes_on() {
    let (peer, mut raw, dialog) = silent(SMALL, 64).await;
    while peer.try_send(Answer::World).is_ok() {}
    settle().await;
    while peer.try_send(Answer::World).is_ok() {}
    let mut tasks = Vec::new();
    for n in 0..50 {
        let peer = peer.clone();
        // long and short ones: a short one must not overtake
        let text = if n % 2 == 0 {
            "x".repeat(900)
        } else {
            String::new()
        };
        let message = Answer::Text(format!("{n}:{text}"));
        tasks.push(tokio::spawn(
            async move { peer.send(message).await.is_ok() },
        ));
        tokio::task::yield_now().await;
    }
    assert!(matches!(
        peer.try_send(Answer::World),
        Err(SendError::Full(_))
    ));
    for n in [0, 7, 8, 9, 49] {
        tasks[n].abort();
    }
    let reader = tokio::spawn(async move {
        let mut order = Vec::new();
        for answer in raw.rest().await {
            if let Answer::Text(text) = answer {
                order.push(text.split(':').next().unwrap().parse::<usize>().unwrap());
            }
        }
        order
    });
    for task in tasks {
        if let Ok(sent) = soon(task).await {
            assert!(sent);
        }
    }
    peer.close();
    let order = soon(reader).await.unwrap();
    let expected: Vec<_> = (0..50).filter(|n| ![0, 7, 8, 9, 49].contains(n)).collect();
    assert_eq!(order, expected);
    soon(dialog).await.unwrap();
}

/// Sends requests one by one and in bursts, and waits for each reply: a lost wake-up would hang.
async fn assert_no_lost_wake_up(
    name: &str,
    remote: tokio::io::DuplexStream,
    dialog: impl Future<Output = Result<DisconnectReason, reactive_messaging::config::ConfigError>>
    + Send
    + 'static,
) {
    const ROUNDS: u32 = 200;
    let dialog = tokio::spawn(dialog);
    let mut raw = Raw::new(remote, WireKind::Ron);
    let mut next = 0;
    for round in 0..ROUNDS {
        let burst = 1 + round % 7;
        let asks: Vec<_> = (next..next + burst).map(Ask::Number).collect();
        raw.write(&WireKind::Ron.frames(&asks)).await;
        let mut got = Vec::new();
        for _ in 0..burst {
            match within(Duration::from_secs(10), raw.next::<Answer>()).await {
                Ok(Some(Answer::Number(n))) => got.push(n),
                other => panic!("{name}: {other:?}"),
            }
        }
        got.sort_unstable();
        assert_eq!(got, (next..next + burst).collect::<Vec<_>>(), "{name}");
        next += burst;
        if round % 3 == 0 {
            settle().await;
        }
    }
    raw.finish().await;
    assert_eq!(raw.rest().await, [], "{name}");
    drop(raw);
    let reason = soon(dialog).await.unwrap();
    assert!(
        matches!(reason, Ok(DisconnectReason::RemoteClosed)),
        "{name}: {reason:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn b7_select_all() {
    let (local, remote) = duplex(128);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| {
        let quiet = futures::future::pending::<Answer>().into_stream();
        // the quiet one must not keep the dialog open
        let done = Arc::new(tokio::sync::Notify::new());
        let end = done.clone();
        let asks = echo(asks)
            .chain(stream::once(async move { done.notify_one() }).filter_map(|()| async { None }));
        stream::select_all([
            asks.boxed(),
            quiet
                .take_until(async move { end.notified().await })
                .boxed(),
        ])
    });
    assert_no_lost_wake_up("select_all", remote, dialog.config(SMALL).into_future()).await;
}

#[tokio::test(start_paused = true)]
async fn b7_flatten_unordered() {
    let (local, remote) = duplex(128);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| {
        asks.map(|ask| {
            stream::once(async move {
                tokio::task::yield_now().await;
                answer(ask)
            })
            .boxed()
        })
        .flatten_unordered(3)
    });
    assert_no_lost_wake_up(
        "flatten_unordered",
        remote,
        dialog.config(SMALL).into_future(),
    )
    .await;
}

/// `Incoming` itself within a nested executor, next to senders that wait for room.
#[tokio::test(start_paused = true)]
async fn b7_futures_unordered() {
    let (local, remote) = duplex(128);
    let dialog = serve_connection(
        local,
        |mut asks: Incoming<Ask>, peer: Peer<Answer>| async move {
            let (sender, mut receiver) = mpsc::channel::<Answer>(1);
            let tasks = stream::FuturesUnordered::new();
            tasks.push(
                async move {
                    while let Some(ask) = asks.next().await {
                        sender.send(answer(ask)).await.unwrap();
                    }
                }
                .boxed(),
            );
            tasks.push(
                async move {
                    while let Some(answer) = receiver.recv().await {
                        peer.send(answer).await.unwrap();
                    }
                }
                .boxed(),
            );
            tasks.for_each(|()| futures::future::ready(())).await;
        },
    );
    let config = ConstConfig {
        outbound_bytes: 64,
        max_frame_len: 60,
        ..SMALL
    };
    assert_no_lost_wake_up(
        "FuturesUnordered",
        remote,
        dialog.config(config).into_future(),
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn b7_buffered() {
    for ordered in [true, false] {
        let (local, remote) = duplex(128);
        let dialog = serve_connection(local, move |asks: Incoming<Ask>, _peer: Peer<Answer>| {
            let futures = asks.map(|ask| async move {
                if matches!(ask, Ask::Number(n) if n % 3 == 0) {
                    tokio::time::sleep(Duration::from_micros(100)).await;
                }
                answer(ask)
            });
            if ordered {
                futures.buffered(4).boxed()
            } else {
                futures.buffer_unordered(4).boxed()
            }
        });
        assert_no_lost_wake_up("buffered", remote, dialog.config(SMALL).into_future()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn b7_incoming_polled_from_another_task() {
    let (local, remote) = duplex(128);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| {
        let (sender, receiver) = mpsc::channel::<Answer>(2);
        tokio::spawn(async move {
            let mut answers = echo(asks);
            while let Some(answer) = answers.next().await {
                sender.send(answer).await.unwrap();
            }
        });
        stream::unfold(receiver, |mut receiver| async move {
            let answer = receiver.recv().await?;
            Some((answer, receiver))
        })
    });
    let config = ConstConfig {
        inbound_bytes: 16,
        ..SMALL
    };
    assert_no_lost_wake_up("another task", remote, dialog.config(config).into_future()).await;
}

/// The same across threads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b7_incoming_and_peer_in_other_tasks_across_threads() {
    for inbound_bytes in [1, 16, 4 * 1024] {
        let (local, remote) = duplex(128);
        let dialog = serve_connection(
            local,
            |mut asks: Incoming<Ask>, peer: Peer<Answer>| async move {
                let (sender, mut receiver) = mpsc::channel::<Answer>(2);
                let receiving = tokio::spawn(async move {
                    while let Some(ask) = asks.next().await {
                        sender.send(answer(ask)).await.unwrap();
                    }
                });
                let sending = tokio::spawn(async move {
                    while let Some(answer) = receiver.recv().await {
                        peer.send(answer).await.unwrap();
                    }
                });
                receiving.await.unwrap();
                sending.await.unwrap();
            },
        );
        let config = ConstConfig {
            inbound_bytes,
            outbound_bytes: 64,
            max_frame_len: 60,
            ..SMALL
        };
        assert_no_lost_wake_up("threads", remote, dialog.config(config).into_future()).await;
    }
}
