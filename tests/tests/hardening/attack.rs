//! What no case with an id names, found by reading the loop.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};

use futures::{StreamExt, future::join, stream};
use reactive_messaging::{
    Client, ConstConfig, DisconnectReason, Incoming, Peer, ProtocolEvent, ReactiveProtocol,
    Reconnect, Ron, SendError, Server, serve_connection, testing,
};
use tests::{
    Answer, Ask, Counted, Event, Events, Raw, WireKind, connect, echo, echo_server, settle, soon,
    until, watched, within,
};
use tokio::{io::AsyncReadExt, io::AsyncWriteExt, io::duplex, time::Instant};

const CONFIG: ConstConfig = ConstConfig::default();

#[test]
fn idle_timeout_closes_once_and_does_not_spin() {
    watched(Duration::from_secs(5), || async {
        let (local, remote) = duplex(1024);
        let config = ConstConfig {
            idle_timeout: Some(Duration::from_secs(1)),
            ..CONFIG
        };
        let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
        let reason = soon(dialog.config(config).into_future()).await;
        assert!(
            matches!(reason, Ok(DisconnectReason::IdleTimeout)),
            "{reason:?}"
        );
        drop(remote);
    });
}

#[test]
fn idle_timeout_shorter_than_the_linger_keeps_the_first_reason() {
    watched(Duration::from_secs(5), || async {
        let (local, remote) = duplex(1024);
        let config = ConstConfig {
            idle_timeout: Some(Duration::from_secs(1)),
            ..CONFIG
        };
        let dialog = serve_connection(local, |_asks: Incoming<Ask>, _peer: Peer<Answer>| {
            stream::iter([Answer::World])
        });
        let reason = soon(dialog.config(config).into_future()).await;
        assert!(
            matches!(reason, Ok(DisconnectReason::HandlerEnded)),
            "{reason:?}"
        );
        drop(remote);
    });
}

/// A sender waits for room while, in one turn of the driver, all output leaves and an order arrives.
#[tokio::test(start_paused = true)]
async fn b6_a_waiter_is_woken_when_room_and_a_drain_come_in_one_turn() {
    const SOCKET: usize = 1024 * 1024;
    let (local, mut remote) = duplex(SOCKET);
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = sent.clone();
    let dialog = serve_connection(local, move |mut asks: Incoming<Ask>, peer: Peer<Answer>| {
        let sent = counter.clone();
        async move {
            let receive = async { while asks.next().await.is_some() {} };
            let send = async {
                for _ in 0..2_000 {
                    peer.send(Answer::Text("x".repeat(1_000))).await?;
                    sent.fetch_add(1, Relaxed);
                }
                Ok::<_, SendError<Answer>>(())
            };
            join(receive, send).await.1
        }
    });
    let dialog = tokio::spawn(dialog.into_future());
    settle().await;
    assert!(sent.load(Relaxed) < 2_000, "the outbox must be full");

    let mut received = vec![0; SOCKET];
    remote.read_exact(&mut received).await.unwrap();
    remote
        .write_all(&WireKind::Ron.frame(&Ask::Quit))
        .await
        .unwrap();
    let rest = tokio::spawn(async move {
        remote.read_to_end(&mut received).await.unwrap();
        received.iter().filter(|byte| **byte == b'\n').count()
    });
    let reason = within(Duration::from_secs(60), dialog).await.unwrap();
    assert!(
        matches!(reason, Ok(DisconnectReason::ClosingReceived)),
        "{reason:?}"
    );
    assert_eq!(soon(rest).await.unwrap(), 2_000);
}

/// The server says a closing message and closes; a busy client has read both ahead.
#[tokio::test(start_paused = true)]
async fn a_closing_message_with_fin_behind_it_is_no_reason_to_reconnect() {
    let server = Server::bind("memory://")
        .serve(|_asks: Incoming<Ask>, _peer: Peer<Answer>| {
            stream::iter([Answer::World, Answer::Bye])
        })
        .await
        .unwrap();
    let events = Events::default();
    let client = Client::connect(server.address())
        .run(|answers: Incoming<Answer>, _peer: Peer<Ask>| answers.then(|_| settle()))
        .reconnect(Reconnect::default())
        .on_event(events.listener())
        .await
        .unwrap();
    let reason = soon(client.closed()).await;
    assert!(
        matches!(reason, DisconnectReason::ClosingReceived),
        "{reason:?}"
    );
    events.assert_paired(1);
}

/// The same, with everything in one segment by construction.
#[tokio::test(start_paused = true)]
async fn a_closing_message_outranks_the_end_of_the_input() {
    let (local, mut remote) = duplex(1024);
    let asks = WireKind::Ron.frames(&[Ask::Hello, Ask::Quit]);
    remote.write_all(&asks).await.unwrap();
    drop(remote);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| {
        asks.then(|_| settle())
    });
    let reason = soon(dialog.into_future()).await;
    assert!(
        matches!(reason, Ok(DisconnectReason::ClosingReceived)),
        "{reason:?}"
    );
}

/// A handler that returns by its own choice has ended the dialog, whether or not FIN was read ahead.
#[tokio::test(start_paused = true)]
async fn a_handler_that_returns_stays_ended_although_fin_was_read_ahead() {
    let (local, mut remote) = duplex(1024);
    remote
        .write_all(&WireKind::Ron.frame(&Ask::Hello))
        .await
        .unwrap();
    drop(remote);
    let dialog = serve_connection(
        local,
        |mut asks: Incoming<Ask>, _peer: Peer<Answer>| async move {
            asks.next().await;
            settle().await;
        },
    );
    let reason = soon(dialog.into_future()).await;
    assert!(
        matches!(reason, Ok(DisconnectReason::HandlerEnded)),
        "{reason:?}"
    );
}

/// A handler that floods must not keep a sender from its turn.
#[tokio::test(start_paused = true)]
async fn a_sender_is_served_beside_a_flooding_handler() {
    for outbound_bytes in [256 * 1024, 80 * 1024, 64 * 1024, 8 * 1024] {
        let (local, mut remote) = duplex(4 * 1024);
        let config = ConstConfig {
            outbound_bytes,
            max_frame_len: 4 * 1024,
            ..CONFIG
        };
        let peers = Arc::new(std::sync::Mutex::new(None));
        let slot = peers.clone();
        let dialog = serve_connection(local, move |_asks: Incoming<Ask>, peer: Peer<Answer>| {
            *slot.lock().unwrap() = Some(peer);
            stream::repeat_with(|| Answer::Number(1))
        });
        let dialog = tokio::spawn(dialog.config(config).into_future());
        settle().await;
        let reader = tokio::spawn(async move {
            let mut read = 0;
            let mut buffer = vec![0; 1024];
            while let Ok(count @ 1..) = remote.read(&mut buffer).await {
                read += count;
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            read
        });
        let peer: Peer<Answer> = peers.lock().unwrap().take().unwrap();
        let sent = tokio::time::timeout(
            Duration::from_secs(2),
            peer.send(Answer::Text("x".repeat(2_000))),
        );
        assert!(
            matches!(sent.await, Ok(Ok(()))),
            "starved at {outbound_bytes}"
        );
        peer.abort();
        soon(dialog).await.unwrap().unwrap();
        soon(reader).await.unwrap();
    }
}

/// Errors of items are told to the remote, however full the output is.
#[tokio::test(start_paused = true)]
async fn no_error_of_an_item_is_lost_in_a_small_outbox() {
    let (local, remote) = duplex(16);
    let config = ConstConfig {
        outbound_bytes: 128,
        max_frame_len: 100,
        ..CONFIG
    };
    let dialog = serve_connection(local, |_asks: Incoming<Ask>, _peer: Peer<Answer>| {
        stream::iter((0..100).map(|n| Err::<Answer, _>(format!("failure {n}"))))
    });
    let dialog = tokio::spawn(dialog.config(config).into_future());
    settle().await;
    let mut raw = Raw::new(remote, WireKind::Ron);
    let told = raw.rest().await;
    assert_eq!(told.len(), 100, "{:?}", told.last());
    drop(raw);
    soon(dialog).await.unwrap().unwrap();
}

/// The remote did not read, sends what is no message, and then reads: it is told of the error.
#[tokio::test(start_paused = true)]
async fn s4_a_full_outbox_does_not_swallow_the_error_message() {
    let (local, remote) = duplex(1024);
    let config = ConstConfig {
        outbound_bytes: 2_048,
        max_frame_len: 100,
        ..CONFIG
    };
    let dialog = serve_connection(
        local,
        |mut asks: Incoming<Ask>, peer: Peer<Answer>| async move {
            while peer.try_send(Answer::Number(1)).is_ok() {}
            while peer.try_send(Answer::World).is_ok() {}
            tokio::task::yield_now().await;
            while peer.try_send(Answer::Number(1)).is_ok() {}
            while peer.try_send(Answer::World).is_ok() {}
            while asks.next().await.is_some() {}
        },
    );
    let dialog = tokio::spawn(dialog.config(config).into_future());
    settle().await;
    let mut raw = Raw::new(remote, WireKind::Ron);
    raw.write(b"nonsense\n").await;
    settle().await;
    let told = raw.rest().await;
    assert!(
        matches!(told.last(), Some(Answer::Error(_))),
        "{:?}",
        told.last()
    );
    drop(raw);
    let reason = soon(dialog).await.unwrap();
    assert!(
        matches!(reason, Ok(DisconnectReason::Decode(_))),
        "{reason:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn h4_a_callback_that_never_ends_does_not_keep_a_shutdown_from_ending() {
    for hangs_at_arrival in [true, false] {
        let server = Server::bind("memory://")
            .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
            .on_event(move |event| async move {
                let hangs = match event {
                    ProtocolEvent::PeerArrived { .. } => hangs_at_arrival,
                    ProtocolEvent::PeerLeft { .. } => !hangs_at_arrival,
                    ProtocolEvent::LocalServiceTermination => false,
                };
                if hangs {
                    std::future::pending::<()>().await;
                }
            })
            .await
            .unwrap();
        let remote = connect(&server.address()).await;
        settle().await;
        let shutdown = tokio::time::timeout(Duration::from_secs(60), server.shutdown()).await;
        assert!(shutdown.is_ok(), "hangs at arrival: {hangs_at_arrival}");
        drop(remote);
    }
}

#[tokio::test(start_paused = true)]
async fn s5_every_shutdown_gets_the_same_report() {
    let (server, events) = echo_server("memory://", WireKind::Ron, CONFIG).await;
    let remote = connect(&server.address()).await;
    settle().await;
    let first = soon(server.shutdown()).await;
    assert_eq!(first.connections, 1);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let second = soon(server.shutdown()).await;
    assert_eq!(first, second);
    events.assert_paired(1);
    drop(remote);
}

/// A blank line is no message.
#[tokio::test(start_paused = true)]
async fn t1_blank_lines_do_not_satisfy_first_frame_timeout() {
    let (local, mut remote) = duplex(1024);
    let config = ConstConfig {
        first_frame_timeout: Some(Duration::from_secs(3)),
        ..CONFIG
    };
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
    let dialog = tokio::spawn(dialog.config(config).into_future());
    let began = Instant::now();
    remote.write_all(b"\n\r\n\n").await.unwrap();
    let reason = tokio::time::timeout(Duration::from_secs(10), dialog).await;
    let reason = reason.expect("it goes on without a message").unwrap();
    assert!(
        matches!(reason, Ok(DisconnectReason::FirstFrameTimeout)),
        "{reason:?}"
    );
    assert!(began.elapsed() < Duration::from_secs(6));
}

#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Explosive(u32);

impl ReactiveProtocol for Explosive {
    type Wire = Ron;
    const MAX_FRAME_LEN: Option<usize> = Some(16);

    fn error_message(_text: String) -> Option<Self> {
        panic!("no error can be told")
    }
}

/// The error message is user code, wherever it is made.
#[tokio::test(start_paused = true)]
async fn h1_a_panicking_error_message_still_pairs_the_events() {
    for drops_incoming in [false, true] {
        let events = Events::default();
        let server = Server::bind("memory://")
            .serve(
                move |messages: Incoming<Explosive>, _peer: Peer<Explosive>| {
                    let messages = (!drops_incoming).then_some(messages);
                    async move {
                        match messages {
                            Some(mut messages) => while messages.next().await.is_some() {},
                            None => std::future::pending().await,
                        }
                    }
                },
            )
            .on_event(events.listener())
            .await
            .unwrap();
        let mut remote = connect(&server.address()).await;
        settle().await;
        remote.write_all(&[b'x'; 1000]).await.unwrap();
        settle().await;
        drop(remote);
        tokio::time::sleep(Duration::from_secs(60)).await;
        soon(server.shutdown()).await;
        events.assert_paired(1);
    }
}

/// Nobody reads any more: a handler under test must not hang.
#[tokio::test(start_paused = true)]
async fn c6_a_testing_peer_whose_stream_was_dropped_is_closed() {
    let (peer, sent) = testing::peer::<Answer>();
    drop(sent);
    let flood = async {
        loop {
            if let Err(error) = peer.send(Answer::Text("x".repeat(1_000))).await {
                return error;
            }
        }
    };
    let refused = tokio::time::timeout(Duration::from_secs(10), flood).await;
    assert!(matches!(refused, Ok(SendError::Closed(_))), "{refused:?}");
}

/// Little room for complete frames is no reason to read a long one byte by byte.
#[tokio::test(start_paused = true)]
async fn b4_a_tiny_inbound_limit_does_not_read_byte_by_byte() {
    let (local, remote) = duplex(64 * 1024);
    let config = ConstConfig {
        inbound_bytes: 1,
        ..CONFIG
    };
    let counted = Counted::new(local);
    let counts = counted.counts.clone();
    let dialog = serve_connection(counted, |asks: Incoming<Ask>, _peer: Peer<Answer>| {
        echo(asks)
    });
    let dialog = tokio::spawn(dialog.config(config).into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    let text = "x".repeat(40_000);
    raw.ask(&Ask::Text(text.clone())).await;
    assert_eq!(raw.answer().await, Answer::Text(text));
    drop(raw);
    soon(dialog).await.unwrap().unwrap();
    let reads = counts.reads.load(Relaxed);
    assert!(reads < 1_000, "{reads} reads for one frame");
}

/// An idle dialog is not polled, a blocked one neither.
#[tokio::test(start_paused = true)]
async fn an_idle_or_blocked_dialog_does_not_spin() {
    let (local, remote) = duplex(1024);
    let counted = Counted::new(local);
    let counts = counted.counts.clone();
    let dialog = serve_connection(counted, |asks: Incoming<Ask>, _peer: Peer<Answer>| {
        asks.flat_map(|_| stream::repeat_with(|| Answer::Number(7)))
    });
    let dialog = tokio::spawn(dialog.into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert!(counts.reads.load(Relaxed) <= 2, "{counts:?}");
    raw.ask(&Ask::Hello).await;
    settle().await;
    let before = counts.reads.load(Relaxed);
    tokio::time::sleep(Duration::from_secs(59)).await;
    assert!(counts.reads.load(Relaxed) - before <= 2, "{counts:?}");
    let reason = soon(dialog).await;
    assert!(
        matches!(reason, Ok(Ok(DisconnectReason::WriteTimeout))),
        "{reason:?}"
    );
    drop(raw);
}

/// `PeerLeft` of an abort that races other ends comes once, with one of their reasons.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c7_close_abort_send_and_eof_race_to_one_end() {
    let (server, events) = echo_server("127.0.0.1:0", WireKind::Ron, CONFIG).await;
    const ROUNDS: usize = 200;
    for round in 0..ROUNDS {
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.ask(&Ask::Number(1)).await;
        assert_eq!(raw.answer().await, Answer::Number(1));
        let peer = server.peers().into_iter().next().expect("a peer");
        let (other, third) = (peer.clone(), peer.clone());
        let close = tokio::spawn(async move {
            match round % 3 {
                0 => other.close(),
                1 => other.abort(),
                _ => drop(other.flush_and_close(Duration::from_millis(1)).await),
            }
        });
        let send = tokio::spawn(async move { while third.send(Answer::World).await.is_ok() {} });
        drop(raw);
        soon(peer.closed()).await;
        soon(close).await.unwrap();
        soon(send).await.unwrap();
        until(|| server.stats().connections == 0).await;
    }
    soon(server.shutdown()).await;
    events.assert_paired(ROUNDS);
    let all = events.all();
    assert!(
        all.iter()
            .all(|e| !matches!(e, Event::Left(_, DisconnectReason::HandlerPanicked(_), _)))
    );
}

/// Takes whatever is written, at once, and never has anything to read.
struct Sink(Arc<AtomicUsize>);

impl tokio::io::AsyncRead for Sink {
    fn poll_read(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        _buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Poll::Pending
    }
}

impl tokio::io::AsyncWrite for Sink {
    fn poll_write(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.0.fetch_add(bytes.len(), Relaxed);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Rule 8: what is written counts against a turn as what is read does.
#[tokio::test(start_paused = true)]
async fn r4_a_turn_of_long_messages_ends_after_its_bytes() {
    let written = Arc::new(AtomicUsize::new(0));
    let dialog = serve_connection(
        Sink(written.clone()),
        |_asks: Incoming<Ask>, _peer: Peer<Answer>| {
            stream::iter((0..1_000).map(|_| Answer::Text("x".repeat(10_000))))
        },
    );
    let mut dialog = dialog.into_future();
    let mut most = 0;
    std::future::poll_fn(|cx| {
        let before = written.load(Relaxed);
        let polled = dialog.as_mut().poll(cx).map(drop);
        most = most.max(written.load(Relaxed) - before);
        polled
    })
    .await;
    assert!(written.load(Relaxed) >= 10_000_000);
    assert!(most <= 1024 * 1024, "{most} bytes in one turn");
}
