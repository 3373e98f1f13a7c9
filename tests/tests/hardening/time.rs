//! T: remotes that take their time.

use std::{
    future::IntoFuture,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};

use reactive_messaging::{ConstConfig, DisconnectReason, Incoming, Peer, Server, serve_connection};
use tests::{Answer, Ask, Events, Raw, WireKind, connect, echo, on_wire, settle, soon};
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex},
    time::{Instant, sleep},
};

const CONFIG: ConstConfig = ConstConfig::default();

#[tokio::test(start_paused = true)]
async fn t1_a_silent_remote_meets_first_frame_timeout_where_there_is_one() {
    for (timeout, sends) in [
        (Some(3), ""),
        (Some(3), "Hel"),
        (Some(3), "Hello\n"),
        (None, ""),
    ] {
        let (local, remote) = duplex(1024);
        let first_frame_timeout = timeout.map(Duration::from_secs);
        let config = ConstConfig {
            first_frame_timeout,
            frame_timeout: None,
            ..CONFIG
        };
        let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
        let dialog = tokio::spawn(dialog.config(config).into_future());
        let mut raw = Raw::new(remote, WireKind::Ron);
        let began = Instant::now();
        raw.write(sends.as_bytes()).await;
        if timeout.is_some() && !sends.ends_with('\n') {
            assert_eq!(raw.rest().await, []);
            assert_eq!(began.elapsed().as_secs(), 3);
            drop(raw);
            let reason = soon(dialog).await.unwrap();
            assert!(
                matches!(reason, Ok(DisconnectReason::FirstFrameTimeout)),
                "{reason:?}"
            );
        } else {
            sleep(Duration::from_secs(3_600)).await;
            assert!(!dialog.is_finished());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn t2_a_byte_now_and_then_meets_the_absolute_deadline() {
    for wire in WireKind::ALL {
        let (local, remote) = duplex(1024);
        let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
        let dialog = tokio::spawn(on_wire!(dialog, wire).into_future());
        let mut raw = Raw::new(remote, wire);
        raw.ask(&Ask::Number(1)).await;
        assert_eq!(raw.answer().await, Answer::Number(1));
        sleep(Duration::from_secs(100)).await;
        let began = Instant::now();
        let long = wire.frame(&Ask::Text("x".repeat(100)));
        for byte in &long[..2] {
            raw.write(&[*byte]).await;
            sleep(Duration::from_secs(9)).await;
        }
        assert_eq!(raw.rest().await, []);
        drop(raw);
        let reason = soon(dialog).await.unwrap();
        assert!(
            matches!(reason, Ok(DisconnectReason::FrameTimeout)),
            "{reason:?}"
        );
        assert!(
            began.elapsed() < Duration::from_secs(21),
            "{:?}",
            began.elapsed()
        );
    }
}

/// The clock of a frame stands still while it is us who do not read.
#[tokio::test(start_paused = true)]
async fn t2_backpressure_does_not_count_against_a_frame() {
    let (local, remote) = duplex(64);
    let config = ConstConfig {
        inbound_bytes: 64,
        write_timeout: None,
        ..CONFIG
    };
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| {
        use futures::StreamExt;
        echo(asks).then(|answer| async {
            sleep(Duration::from_secs(25)).await;
            answer
        })
    });
    let dialog = tokio::spawn(dialog.config(config).into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    let asks = vec![Ask::Text("x".repeat(50)); 10];
    for piece in WireKind::Ron.frames(&asks).chunks(33) {
        use tokio::io::AsyncWriteExt;
        raw.io.write_all(piece).await.unwrap();
    }
    for _ in 0..10 {
        let next = tokio::time::timeout(Duration::from_secs(60), raw.next::<Answer>()).await;
        assert!(matches!(next, Ok(Ok(Some(Answer::Text(_))))), "{next:?}");
    }
    raw.finish().await;
    assert_eq!(raw.rest().await, []);
    drop(raw);
    let reason = soon(dialog).await.unwrap();
    assert!(
        matches!(reason, Ok(DisconnectReason::RemoteClosed)),
        "{reason:?}"
    );
}

#[tokio::test]
async fn t5_a_peer_that_never_reads_meets_write_timeout() {
    let events = Events::default();
    let config = ConstConfig {
        write_timeout: Some(Duration::from_millis(400)),
        ..CONFIG
    };
    let server = Server::bind("127.0.0.1:0")
        .serve(|_asks: Incoming<Ask>, _peer: Peer<Answer>| {
            futures::stream::repeat_with(|| Answer::Text("x".repeat(10_000)))
        })
        .config(config)
        .on_event(events.listener())
        .await
        .unwrap();
    let io = connect(&server.address()).await;
    let reason = events.left_by(1).await;
    assert!(
        matches!(reason, DisconnectReason::WriteTimeout),
        "{reason:?}"
    );
    drop(io);
    soon(server.shutdown()).await;
    events.assert_paired(1);
}

#[tokio::test]
async fn t5_a_shutdown_stays_responsive_beside_a_peer_that_never_reads() {
    let config = ConstConfig {
        drain_timeout: Duration::from_millis(400),
        ..CONFIG
    };
    let server = Server::bind("127.0.0.1:0")
        .serve(|_asks: Incoming<Ask>, _peer: Peer<Answer>| {
            futures::stream::repeat_with(|| Answer::Text("x".repeat(10_000)))
        })
        .config(config)
        .await
        .unwrap();
    let io = connect(&server.address()).await;
    sleep(Duration::from_millis(200)).await;
    let began = Instant::now();
    let report = soon(server.shutdown()).await;
    // the default `drain_timeout` is 10 s, the `write_timeout` 60 s; a loaded machine is slow, too
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    assert_eq!((report.connections, report.aborted), (1, 1));
    assert!(report.messages_undelivered > 0);
    drop(io);
}

/// Progress, however slow, is no stall.
#[tokio::test(start_paused = true)]
async fn t5_a_slow_reader_is_no_stalled_one() {
    let (local, remote) = duplex(512);
    let dialog = serve_connection(local, |_asks: Incoming<Ask>, _peer: Peer<Answer>| {
        futures::stream::iter((0..1_000).map(Answer::Number))
    });
    let dialog = tokio::spawn(dialog.into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    // the handler ends at once; it is `drain_timeout` that counts from then on
    settle().await;
    let mut read = 0;
    while let Ok(Some(Answer::Number(_))) = raw.next().await {
        read += 1;
        if read % 100 == 0 {
            sleep(Duration::from_millis(900)).await;
        }
    }
    assert_eq!(read, 1_000);
    drop(raw);
    let reason = soon(dialog).await.unwrap();
    assert!(
        matches!(reason, Ok(DisconnectReason::HandlerEnded)),
        "{reason:?}"
    );
}

/// What arrived while the process stood still: its timers are told first, its sockets a turn later.
struct Late {
    io: DuplexStream,
    /// The rest of a frame.
    rest: Option<&'static [u8]>,
    at: Instant,
    is_told: Option<Arc<AtomicBool>>,
}

impl AsyncRead for Late {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if Instant::now() >= self.at {
            let is_told = self.is_told.get_or_insert_with(|| {
                let told = Arc::<AtomicBool>::default();
                let teller = told.clone();
                tokio::spawn(async move { teller.store(true, Relaxed) });
                told
            });
            if is_told.load(Relaxed)
                && let Some(rest) = self.rest.take()
            {
                buffer.put_slice(rest);
                return Poll::Ready(Ok(()));
            }
        }
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Late {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// A process that was stopped, or a machine that slept, does not blame its remotes for it.
#[tokio::test(start_paused = true)]
async fn t2_what_arrived_while_the_process_stood_still_counts() {
    let (local, remote) = duplex(1024);
    let io = Late {
        io: local,
        rest: Some(b"(7)\n"),
        at: Instant::now() + Duration::from_secs(10),
        is_told: None,
    };
    let dialog = serve_connection(io, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
    let dialog = tokio::spawn(dialog.into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    raw.write(b"Number").await;
    assert_eq!(raw.answer().await, Answer::Number(7));
    raw.finish().await;
    assert_eq!(raw.rest().await, []);
    let reason = soon(dialog).await.unwrap().unwrap();
    assert!(
        matches!(reason, DisconnectReason::RemoteClosed),
        "{reason:?}"
    );
}
