//! S: shutting down.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, future, stream};
use reactive_messaging::{Client, ConstConfig, DisconnectReason, Incoming, Peer, Server};
use tests::{
    Answer, Ask, Events, Raw, WireKind, answer, connect, echo, echo_server, settle, soon, until,
};
use tokio::time::{Instant, sleep};

const CONFIG: ConstConfig = ConstConfig::default();

#[tokio::test]
async fn s1_requests_that_were_read_before_the_shutdown_are_answered() {
    let release = Arc::new(tokio::sync::Notify::new());
    let (events, released) = (Events::default(), release.clone());
    let server = Server::bind("127.0.0.1:0")
        .serve(move |asks: Incoming<Ask>, _peer: Peer<Answer>| {
            let released = released.clone();
            asks.then(move |ask| {
                let released = released.clone();
                async move {
                    if ask == Ask::Hello {
                        released.notified().await;
                    }
                    answer(ask)
                }
            })
        })
        .on_event(events.listener())
        .await
        .unwrap();
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let mut asks = vec![Ask::Hello];
    asks.extend((0..100).map(Ask::Number));
    let bytes = WireKind::Ron.frames(&asks);
    raw.write(&bytes).await;
    until(|| server.stats().totals.bytes_received == bytes.len() as u64).await;

    let shutdown = tokio::spawn(async move { (server.shutdown().await, server) });
    // input behind the order to drain is not answered
    sleep(Duration::from_millis(50)).await;
    raw.ask(&Ask::Text("late".into())).await;
    sleep(Duration::from_millis(50)).await;
    release.notify_one();
    let mut answers = vec![Answer::World];
    answers.extend((0..100).map(Answer::Number));
    assert_eq!(raw.rest().await, answers);
    drop(raw);
    let (report, _server) = soon(shutdown).await.unwrap();
    assert_eq!(
        (
            report.connections,
            report.aborted,
            report.messages_undelivered
        ),
        (1, 0, 0)
    );
    events.assert_paired(1);
    let (_, reason, stats) = &events.left()[0];
    assert!(matches!(reason, DisconnectReason::Shutdown), "{reason:?}");
    assert_eq!((stats.messages_received, stats.messages_sent), (101, 101));
}

#[tokio::test(start_paused = true)]
async fn s2_a_handler_that_never_ends_is_aborted_and_the_undelivered_are_counted() {
    const ACCEPTED: usize = 200;
    let events = Events::default();
    let server = Server::bind("memory://")
        .serve(|_asks: Incoming<Ask>, peer: Peer<Answer>| async move {
            for _ in 0..ACCEPTED {
                peer.send(Answer::Text("x".repeat(1_000))).await.unwrap();
            }
            future::pending::<()>().await;
        })
        .on_event(events.listener())
        .await
        .unwrap();
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    settle().await;
    let began = Instant::now();
    let report = soon(server.shutdown()).await;
    assert_eq!(began.elapsed().as_secs(), 10);
    assert_eq!((report.connections, report.aborted), (1, 1));
    assert_eq!(report.duration.as_secs(), 10);
    let reason = events.left_by(1).await;
    assert!(
        matches!(reason, DisconnectReason::DrainTimeout),
        "{reason:?}"
    );
    events.assert_paired(1);

    // what the remote can read in whole was delivered, and all else was counted
    let mut delivered = 0;
    while let Ok(Some(Answer::Text(_))) = raw.next().await {
        delivered += 1;
    }
    assert_eq!(report.messages_undelivered, (ACCEPTED - delivered) as u64);
    assert_eq!(events.left()[0].2.messages_sent, ACCEPTED as u64);
}

/// The same for what a stream yielded.
#[tokio::test(start_paused = true)]
async fn s2_undelivered_items_of_a_stream_are_counted_to_the_last() {
    let server = Server::bind("memory://")
        .serve(|_asks: Incoming<Ask>, _peer: Peer<Answer>| {
            stream::repeat_with(|| Answer::Text("x".repeat(1_000)))
        })
        .await
        .unwrap();
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    settle().await;
    let report = soon(server.shutdown()).await;
    let accepted = server.stats().totals.messages_sent;
    let mut delivered = 0;
    while let Ok(Some(Answer::Text(_))) = raw.next().await {
        delivered += 1;
    }
    assert!(delivered > 0);
    assert_eq!(report.messages_undelivered, accepted - delivered);
    assert_eq!(
        server.stats().totals.messages_undelivered,
        accepted - delivered
    );
}

#[tokio::test]
async fn s4_an_error_with_unread_input_behind_it_is_read_and_no_reset() {
    let server = Server::bind("127.0.0.1:0")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| {
            asks.map(|_| Err::<Answer, _>("no, thanks"))
        })
        .on_error(reactive_messaging::OnError::Close)
        .await
        .unwrap();
    for _ in 0..20 {
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.write(&WireKind::Ron.frames(&vec![Ask::Hello; 20_000]))
            .await;
        assert_eq!(raw.rest().await, [Answer::Error("no, thanks".into())]);
    }
    soon(server.shutdown()).await;
}

#[tokio::test(start_paused = true)]
async fn s5_shutdown_is_idempotent_and_leaves_no_task() {
    let (server, events) = echo_server("memory://", WireKind::Ron, CONFIG).await;
    let metrics = tokio::runtime::Handle::current().metrics();
    let raw = connect(&server.address()).await;
    settle().await;
    let both = future::join(server.shutdown(), server.shutdown());
    let (first, second) = soon(both).await;
    assert_eq!(first, second);
    soon(server.closed()).await;
    drop(server);
    settle().await;
    events.assert_paired(1);
    assert_eq!(metrics.num_alive_tasks(), 0);
    drop(raw);
}

#[tokio::test(start_paused = true)]
async fn s5_dropping_the_handle_while_it_drains_leaves_no_task() {
    let server = Server::bind("memory://")
        .serve(|_asks: Incoming<Ask>, _peer: Peer<Answer>| stream::pending::<Answer>())
        .await
        .unwrap();
    let metrics = tokio::runtime::Handle::current().metrics();
    let raw = connect(&server.address()).await;
    settle().await;
    let shutdown = tokio::time::timeout(Duration::from_secs(1), server.shutdown()).await;
    assert!(shutdown.is_err());
    drop(server);
    settle().await;
    assert_eq!(metrics.num_alive_tasks(), 0);
    drop(raw);
}

#[tokio::test(start_paused = true)]
async fn s6_a_pushing_handler_ends_at_draining() {
    let events = Events::default();
    let server = Server::bind("memory://")
        .serve(|_asks: Incoming<Ask>, peer: Peer<Answer>| {
            let ticks = stream::unfold(0, |n| async move {
                sleep(Duration::from_millis(100)).await;
                Some((Answer::Number(n), n + 1))
            });
            ticks.take_until(async move { peer.draining().await })
        })
        .on_event(events.listener())
        .await
        .unwrap();
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    sleep(Duration::from_millis(1_050)).await;
    let began = Instant::now();
    let reader = tokio::spawn(async move {
        let rest = raw.rest().await;
        drop(raw);
        rest.len()
    });
    let report = soon(server.shutdown()).await;
    assert!(
        began.elapsed() < Duration::from_millis(500),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(
        (
            report.connections,
            report.aborted,
            report.messages_undelivered
        ),
        (1, 0, 0)
    );
    assert_eq!(soon(reader).await.unwrap(), 10);
    events.assert_paired(1);
}

#[tokio::test(start_paused = true)]
async fn a_signal_drains_as_a_shutdown_does() {
    let (signal, signalled) = tokio::sync::oneshot::channel::<()>();
    let events = Events::default();
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .with_graceful_shutdown(async move { drop(signalled.await) })
        .on_event(events.listener())
        .await
        .unwrap();
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.ask(&Ask::Hello).await;
    raw.answer().await;
    signal.send(()).unwrap();
    let reader = tokio::spawn(async move { raw.rest().await.len() });
    soon(server.closed()).await;
    assert_eq!(soon(reader).await.unwrap(), 0);
    assert_eq!(soon(server.shutdown()).await.connections, 1);
    events.assert_paired(1);
}

/// A handler that is always ready uses up every turn; the clock is looked at all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s2_a_handler_that_never_pauses_is_aborted_at_the_drain_timeout() {
    let server = Server::bind("memory://")
        .serve(|_asks: Incoming<Ask>, _peer: Peer<Answer>| stream::repeat_with(|| ()))
        .config(ConstConfig {
            drain_timeout: Duration::from_millis(100),
            ..ConstConfig::default()
        })
        .await
        .unwrap();
    let client = Client::connect(server.address())
        .run(
            |mut answers: Incoming<Answer>, _peer: Peer<Ask>| async move {
                while answers.next().await.is_some() {}
            },
        )
        .await
        .unwrap();
    while server.stats().connections == 0 {
        tokio::task::yield_now().await;
    }
    let report = soon(server.shutdown()).await;
    assert_eq!((report.connections, report.aborted), (1, 1));
    soon(client.closed()).await;
}
