//! Stages that follow each other behind the end.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::Relaxed},
};

use futures::StreamExt;
use reactive_messaging::{DisconnectReason, Incoming, Peer, Server, Stage};
use tests::{Answer, Ask, At, Raw, WireKind, answer, connect, soon, until};

/// A stage that asks again, whatever it heard, also when it heard nothing.
async fn asking_again() -> (Server, Arc<AtomicU32>) {
    let entered = Arc::new(AtomicU32::new(0));
    let count = entered.clone();
    let server = Server::bind("memory://")
        .serve_stages(
            || At(1),
            move |_, stage: Stage<At>| {
                count.fetch_add(1, Relaxed);
                async move {
                    let again = |mut asks: Incoming<Ask>, peer: Peer<Answer, At>| async move {
                        if let Some(ask) = asks.next().await {
                            let _ = peer.send(answer(ask)).await;
                        }
                        At(1)
                    };
                    stage.run(again).await
                }
            },
        )
        .await
        .expect("a server");
    (server, entered)
}

/// A remote that finishes must not keep a thread busy: the stages end, and all that it sent is answered.
#[tokio::test(start_paused = true)]
async fn c2_stages_that_lead_on_behind_the_end_of_the_input_come_to_an_end() {
    let (server, entered) = asking_again().await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let asks: Vec<_> = (0..100).map(Ask::Number).collect();
    raw.write(&WireKind::Ron.frames(&asks)).await;
    until(|| !server.peers().is_empty()).await;
    let peer = server.peers().remove(0);
    raw.finish().await;
    let answers: Vec<_> = (0..100).map(Answer::Number).collect();
    assert_eq!(raw.rest().await, answers);
    let reason = soon(peer.closed()).await;
    assert!(
        matches!(reason, DisconnectReason::RemoteClosed),
        "{reason:?}"
    );
    // the one in which the input ended, and those behind it
    assert_eq!(entered.load(Relaxed), 100 + 1 + 16);
}

/// Nor must a service that shuts down.
#[tokio::test(start_paused = true)]
async fn s1_stages_that_lead_on_during_a_shutdown_come_to_an_end() {
    let (server, entered) = asking_again().await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.ask(&Ask::Number(1)).await;
    assert_eq!(raw.answer().await, Answer::Number(1));
    let shutdown = tokio::spawn(async move { server.shutdown().await });
    assert_eq!(raw.rest().await, []);
    drop(raw);
    let report = soon(shutdown).await.unwrap();
    assert_eq!((report.connections, report.aborted), (1, 0));
    assert!(report.duration.as_secs() < 1, "{report}");
    assert!(entered.load(Relaxed) < 20);
}
