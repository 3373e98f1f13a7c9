//! Peers of a whole connection, whatever stage that is in.

use std::sync::Arc;

use futures::future::pending;
use reactive_messaging::{
    DisconnectReason, Incoming, LocalServiceTermination, Peer, ProtocolEvent, Server, Stage,
    StageEnd, StageOptions,
};
use tests::{Answer, Ask, Raw, WireKind, connect, leaving, settle, soon, until};
use tokio::sync::Semaphore;

/// That the second stage has begun, or all else.
enum Told {
    SecondArrived,
    Else,
}

impl Told {
    fn of_second(event: ProtocolEvent<Answer>) -> Self {
        match event {
            ProtocolEvent::PeerArrived { .. } => Self::SecondArrived,
            _ => Self::Else,
        }
    }
}

impl From<LocalServiceTermination> for Told {
    fn from(_: LocalServiceTermination) -> Self {
        Self::Else
    }
}

/// Two stages, between which the event callback waits for the semaphore.
async fn two_stages(go_on: Arc<Semaphore>) -> Server {
    Server::bind("memory://")
        .serve_stages(
            || tests::At(1),
            |at, stage: Stage<tests::At, Told>| async move {
                match at {
                    tests::At(1) => stage.run(leaving).await,
                    _ => {
                        let second = StageOptions::new().event(Told::of_second);
                        let waits = |asks: Incoming<Ask>, _: Peer<Answer, tests::At>| async move {
                            let _asks = asks;
                            pending::<()>().await
                        };
                        stage.run_with(&second, waits).await
                    }
                }
            },
        )
        .on_event(move |event| {
            let go_on = go_on.clone();
            async move {
                if let Told::SecondArrived = event {
                    let _ = go_on.acquire().await;
                }
            }
        })
        .await
        .expect("a server")
}

/// Ordered in the first stage, between the two, and in the second one.
#[tokio::test(start_paused = true)]
async fn a_connection_is_closed_in_whatever_stage_it_is() {
    for when in 0..3 {
        for aborts in [false, true] {
            let go_on = Arc::new(Semaphore::new(0));
            let server = two_stages(go_on.clone()).await;
            let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
            until(|| !server.peers().is_empty()).await;
            let peer = server.peers().remove(0);
            if when > 0 {
                raw.ask(&Ask::Text("go".into())).await;
                assert_eq!(raw.answer().await, Answer::Text("go".into()));
                settle().await;
            }
            if when > 1 {
                go_on.add_permits(1);
                settle().await;
            }
            match aborts {
                false => peer.close(),
                true => peer.abort(),
            }
            go_on.add_permits(1);
            drop(raw);
            let reason = soon(peer.closed()).await;
            match aborts {
                false => assert!(
                    matches!(reason, DisconnectReason::LocalClosed),
                    "{when}: {reason:?}"
                ),
                true => assert!(
                    matches!(reason, DisconnectReason::Aborted),
                    "{when}: {reason:?}"
                ),
            }
            until(|| server.stats().connections == 0).await;
        }
    }
}

/// What all stages carried is what the peer of the connection tells, also when it is over.
#[tokio::test(start_paused = true)]
async fn a_connections_peer_counts_all_stages() {
    let server = two_stages(Arc::new(Semaphore::new(1))).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.ask(&Ask::Number(1)).await;
    raw.ask(&Ask::Text("go".into())).await;
    raw.answer().await;
    raw.answer().await;
    settle().await;
    let peer = server.peers().remove(0);
    assert_eq!(peer.stats().messages_sent, 2);
    raw.ask(&Ask::Number(2)).await;
    settle().await;
    let sent = peer.stats().bytes_received;
    peer.abort();
    soon(peer.closed()).await;
    until(|| server.stats().connections == 0).await;
    assert_eq!(peer.stats().bytes_received, sent);
    assert_eq!(peer.stats(), server.stats().totals);
}

/// What a dispatching closure does between two stages is not waited for longer than a stage.
#[tokio::test(start_paused = true)]
async fn a_closure_that_hangs_between_stages_keeps_no_service_from_ending() {
    for shuts_down in [true, false] {
        let server = Server::bind("memory://")
            .serve_stages(
                || tests::At(1),
                |at, stage: Stage<tests::At>| async move {
                    match at {
                        tests::At(1) => stage.run(leaving).await,
                        _ => pending().await,
                    }
                },
            )
            .await
            .expect("a server");
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.ask(&Ask::Text("go".into())).await;
        raw.answer().await;
        settle().await;
        let peer = server.peers().remove(0);
        let began = tokio::time::Instant::now();
        match shuts_down {
            true => {
                let report = soon(server.shutdown()).await;
                assert_eq!((report.connections, report.aborted), (1, 1));
                assert_eq!(began.elapsed().as_secs(), 10);
                let reason = soon(peer.closed()).await;
                assert!(
                    matches!(reason, DisconnectReason::DrainTimeout),
                    "{reason:?}"
                );
            }
            false => {
                drop(server);
                let reason = soon(peer.closed()).await;
                assert!(matches!(reason, DisconnectReason::Aborted), "{reason:?}");
            }
        }
        assert_eq!(raw.rest().await, []);
    }
}

/// A stage that has a limit of its own in time.
#[tokio::test(start_paused = true)]
async fn a_stage_may_be_dropped() {
    let server = Server::bind("memory://")
        .serve_stages(
            || tests::At(1),
            |_, stage: Stage<tests::At>| async move {
                let waits = |asks: Incoming<Ask>, _: Peer<Answer, tests::At>| async move {
                    let _asks = asks;
                    pending::<()>().await
                };
                let limit = std::time::Duration::from_secs(5);
                let ended = tokio::time::timeout(limit, stage.run(waits)).await;
                ended.unwrap_or_else(|_| StageEnd::aborted())
            },
        )
        .await
        .expect("a server");
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    until(|| !server.peers().is_empty()).await;
    let peer = server.peers().remove(0);
    let reason = soon(peer.closed()).await;
    assert!(matches!(reason, DisconnectReason::Aborted), "{reason:?}");
    assert_eq!(raw.rest().await, []);
    soon(server.shutdown()).await;
}
