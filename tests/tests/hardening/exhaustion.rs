//! R: too much of something.

use std::{
    future::{IntoFuture, poll_fn},
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use futures::StreamExt;
use reactive_messaging::{
    ConnectionEvent, ConstConfig, DisconnectReason, Incoming, Peer, Server, serve_connection,
};
use tests::{
    Accept, Answer, Ask, Events, FatedListener, Log, Raw, WireKind, answer, connect, echo, on_wire,
    soon, until, watched,
};
use tokio::io::duplex;

#[tokio::test]
async fn r1_one_connection_too_many_is_closed_at_once() {
    let (events, refused) = (Events::default(), Arc::new(Mutex::new(0)));
    let count = refused.clone();
    let server = Server::bind("127.0.0.1:0")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .max_connections(2)
        .on_event(events.listener())
        .on_connection_event(move |event| {
            if matches!(event, ConnectionEvent::Refused { .. }) {
                *count.lock().unwrap() += 1;
            }
            async {}
        })
        .await
        .unwrap();
    let mut two = Vec::new();
    for n in 0..2 {
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.ask(&Ask::Number(n)).await;
        assert_eq!(raw.answer().await, Answer::Number(n));
        two.push(raw);
    }
    let mut third = Raw::new(connect(&server.address()).await, WireKind::Ron);
    assert_eq!(third.rest().await, []);
    until(|| *refused.lock().unwrap() == 1).await;
    assert_eq!(events.arrived().len(), 2);
    assert_eq!(server.stats().connections_refused, 1);
    for raw in &mut two {
        raw.ask(&Ask::Number(9)).await;
        assert_eq!(raw.answer().await, Answer::Number(9));
    }
    two.pop();
    until(|| server.stats().connections == 1).await;
    let mut next = Raw::new(connect(&server.address()).await, WireKind::Ron);
    next.ask(&Ask::Hello).await;
    assert_eq!(next.answer().await, Answer::World);
    drop((two, next));
    soon(server.shutdown()).await;
    events.assert_paired(3);
}

#[tokio::test(start_paused = true)]
async fn r5_ten_thousand_invalid_frames_close_at_the_limit_with_a_bounded_log() {
    for limit in [1, 5] {
        let (log, _guard) = Log::begin();
        let (local, remote) = duplex(64 * 1024);
        let config = ConstConfig {
            max_decode_errors: limit,
            ..ConstConfig::default()
        };
        let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
        let dialog = tokio::spawn(dialog.config(config).into_future());
        let mut raw = Raw::new(remote, WireKind::Ron);
        raw.write(&b"bad\n".repeat(10_000)).await;
        let told = raw.rest().await;
        assert_eq!(told.len(), limit as usize);
        assert!(told.iter().all(|answer| matches!(answer, Answer::Error(_))));
        drop(raw);
        let reason = soon(dialog).await.unwrap().unwrap();
        assert!(matches!(reason, DisconnectReason::Decode(_)), "{reason:?}");
        assert!(log.lines().len() <= limit as usize + 2, "{:?}", log.lines());
    }
}

/// Errors that are not in a row are forgiven, but a remote that mixes them in cannot fill the log.
#[tokio::test(start_paused = true)]
async fn r5_alternating_invalid_frames_do_not_flood_the_log() {
    let (log, _guard) = Log::begin();
    let (local, remote) = duplex(64 * 1024);
    let config = ConstConfig {
        max_decode_errors: 2,
        ..ConstConfig::default()
    };
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
    let dialog = tokio::spawn(dialog.config(config).into_future());
    let (mut reader, mut writer) = tokio::io::split(remote);
    let reading = tokio::spawn(async move {
        drop(tokio::io::copy(&mut reader, &mut tokio::io::sink()).await);
    });
    use tokio::io::AsyncWriteExt;
    soon(writer.write_all(&b"bad\nHello\n".repeat(10_000)))
        .await
        .unwrap();
    soon(writer.shutdown()).await.unwrap();
    soon(dialog).await.unwrap().unwrap();
    soon(reading).await.unwrap();
    assert!(
        log.lines().len() <= 100,
        "{} lines in no time",
        log.lines().len()
    );
}

/// Many connections with one mistake each are as loud as one with many, whatever the mistake is.
#[tokio::test(start_paused = true)]
async fn r5_mistakes_of_many_connections_do_not_flood_the_log() {
    let too_long = [&[b'x'; 257][..], b"\n"].concat();
    for (bad, kind) in [
        (&b"bad\n"[..], "WARN message=undecodable message"),
        (&too_long, "WARN message=invalid frame"),
        (b"Error(\"bad\")\n", "WARN message=handler failed"),
        (b"Quit\n", "ERROR message=handler panicked"),
    ] {
        let (log, _guard) = Log::begin();
        let events = Events::default();
        let server = Server::bind("memory://")
            .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| asks.map(erring))
            .config(ConstConfig {
                max_frame_len: 256,
                ..ConstConfig::default()
            })
            .on_event(events.listener())
            .await
            .unwrap();
        let one_mistake = async || {
            let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
            raw.write(bad).await;
            // an item that fails closes nothing
            raw.finish().await;
            raw.rest().await;
        };
        for _ in 0..100 {
            one_mistake().await;
        }
        assert_eq!(log.count(kind), 10, "{kind}: {:?}", log.lines());
        tokio::time::advance(Duration::from_secs(1)).await;
        one_mistake().await;
        assert_eq!(log.count(kind), 11, "{kind}: {:?}", log.lines());
        let lines = log.lines();
        let last = lines.iter().rfind(|line| line.contains(kind));
        let last = last.expect("the last one is logged");
        assert!(last.contains("suppressed=90"), "{last}");
        soon(server.shutdown()).await;
        events.assert_paired(101);
    }
}

fn erring(ask: Ask) -> Result<Answer, String> {
    match ask {
        Ask::Error(text) => Err(text),
        // as a panic, without a backtrace each
        Ask::Quit => std::panic::resume_unwind(Box::new("as it should")),
        ask => Ok(answer(ask)),
    }
}

/// Descriptors that come free one by one make the listener fail and succeed in turn.
#[tokio::test(start_paused = true)]
async fn r2_a_listener_that_fails_and_succeeds_in_turn_does_not_flood_the_log() {
    let (log, _guard) = Log::begin();
    let flapping = FatedListener::new(|n| match n % 2 {
        0 => Accept::Finished,
        _ => Accept::Exhausted,
    });
    let server = Server::from_listener(flapping)
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .await
        .unwrap();
    let errors = || log.count("ERROR");
    for second in 1..=5 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(errors() <= 11 * second, "{:?}", log.lines());
    }
    assert!(errors() > 10, "{:?}", log.lines());
    let accepted = server.stats().connections_total;
    assert!(
        (100..=600).contains(&accepted),
        "{accepted} accepted in 5 s"
    );
    soon(server.shutdown()).await;
}

/// A listener that has something to say at any time keeps nobody from ending the service.
#[test]
fn r2_a_listener_that_is_always_ready_does_not_keep_the_thread() {
    watched(Duration::from_secs(20), || async {
        let resetting = FatedListener::new(|_| Accept::Fails(io::ErrorKind::ConnectionReset));
        let server = Server::from_listener(resetting)
            .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
            .await
            .unwrap();
        // not `settle`: a paused clock stands still while a task is busy
        tokio::task::yield_now().await;
        soon(server.shutdown()).await;
        assert_eq!(server.stats().connections_total, 0);
    });
}

/// Rubbish costs turns as messages do, so that its answers are written in between, and none is lost
/// to a remote that reads.
#[tokio::test(start_paused = true)]
async fn r5_every_rejected_line_is_answered_to_a_remote_that_reads() {
    const LINES: usize = 20_000;
    let (local, remote) = duplex(64 * 1024);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .config(ConstConfig {
            max_decode_errors: u32::MAX,
            ..ConstConfig::default()
        });
    let dialog = tokio::spawn(dialog.into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    raw.write("x\n".repeat(LINES).as_bytes()).await;
    raw.finish().await;
    let answers = raw.rest().await;
    assert_eq!(answers.len(), LINES);
    assert!(matches!(answers.last(), Some(Answer::Error(_))));
    soon(dialog).await.unwrap().unwrap();
}

/// A handler that answers nothing takes no more messages in one go than one that answers all.
#[tokio::test(start_paused = true)]
async fn r4_a_handler_without_answers_lets_others_have_their_turn() {
    const ASKS: usize = 20_000;
    for wire in [WireKind::Ron, WireKind::Postcard] {
        let (local, remote) = duplex(1024 * 1024);
        let taken = Arc::new(AtomicUsize::new(0));
        let count = taken.clone();
        let dialog = serve_connection(local, move |asks: Incoming<Ask>, _peer: Peer<Answer>| {
            let count = count.clone();
            asks.map(move |_| {
                count.fetch_add(1, Relaxed);
            })
        });
        let mut raw = Raw::new(remote, wire);
        raw.write(&wire.frames(&vec![Ask::Hello; ASKS])).await;
        raw.finish().await;
        let mut dialog = std::pin::pin!(on_wire!(dialog, wire).into_future());
        let (mut before, mut most) = (0, 0);
        let polled = poll_fn(|cx| {
            let polled = dialog.as_mut().poll(cx);
            let now = taken.load(Relaxed);
            most = most.max(now - before);
            before = now;
            polled.map(drop)
        });
        soon(futures::future::join(polled, raw.rest())).await;
        assert_eq!(taken.load(Relaxed), ASKS, "{wire:?}");
        assert!(most <= 1_024, "{wire:?}: {most} messages in one poll");
    }
}
