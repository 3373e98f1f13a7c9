//! What a `Peer` can do, and the retrying strategies of its `send`.

use std::time::Duration;

use futures::StreamExt;
use reactive_messaging::{
    ConstConfig, DisconnectReason, Incoming, Peer, RetryingStrategies, SendError, serve_connection,
};
use tests::{Answer, Ask, Raw, WireKind, settle, soon};
use tokio::{
    io::{DuplexStream, duplex},
    sync::mpsc,
    task::JoinHandle,
    time::{Instant, sleep},
};

const CONFIG: ConstConfig = ConstConfig {
    max_frame_len: 100,
    outbound_bytes: 1_000,
    ..ConstConfig::default()
};

async fn start(
    config: ConstConfig,
) -> (
    Peer<Answer>,
    Raw<DuplexStream>,
    JoinHandle<DisconnectReason>,
) {
    let (local, remote) = duplex(64);
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

/// Fills the outbox; returns how many messages it took.
async fn fill(peer: &Peer<Answer>) -> usize {
    let mut accepted = 0;
    for _ in 0..2 {
        while peer.try_send(Answer::World).is_ok() {
            accepted += 1;
        }
        settle().await;
    }
    while peer.try_send(Answer::World).is_ok() {
        accepted += 1;
    }
    accepted
}

#[tokio::test(start_paused = true)]
async fn close_flushes_behind_itself() {
    let (peer, mut raw, dialog) = start(CONFIG).await;
    let accepted = fill(&peer).await;
    assert!(peer.pending_bytes() > 900);
    let began = Instant::now();
    peer.close();
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(raw.rest().await.len(), accepted);
    drop(raw);
    assert!(matches!(
        soon(peer.closed()).await,
        DisconnectReason::LocalClosed
    ));
    assert!(matches!(
        soon(dialog).await.unwrap(),
        DisconnectReason::LocalClosed
    ));
    assert_eq!(
        (peer.pending_bytes(), peer.stats().messages_undelivered),
        (0, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn flush_and_close_waits_or_aborts() {
    for reads in [true, false] {
        let (peer, mut raw, dialog) = start(CONFIG).await;
        let accepted = fill(&peer).await;
        let began = Instant::now();
        let reader = tokio::spawn(async move {
            if reads {
                raw.rest().await.len()
            } else {
                sleep(Duration::from_secs(3_600)).await;
                0
            }
        });
        let reason = peer.flush_and_close(Duration::from_secs(3)).await;
        if reads {
            assert!(
                matches!(reason, DisconnectReason::LocalClosed),
                "{reason:?}"
            );
            assert!(began.elapsed() < Duration::from_secs(1));
            assert_eq!(soon(reader).await.unwrap(), accepted);
        } else {
            assert!(matches!(reason, DisconnectReason::Aborted), "{reason:?}");
            assert_eq!(began.elapsed().as_secs(), 3);
            assert!(peer.stats().messages_undelivered > 100);
            reader.abort();
        }
        soon(dialog).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn abort_discards_and_counts() {
    let (peer, mut raw, dialog) = start(CONFIG).await;
    let accepted = fill(&peer).await;
    peer.abort();
    assert!(matches!(
        soon(peer.closed()).await,
        DisconnectReason::Aborted
    ));
    assert!(matches!(
        soon(dialog).await.unwrap(),
        DisconnectReason::Aborted
    ));
    let mut delivered = 0;
    while let Ok(Some(Answer::World)) = raw.next().await {
        delivered += 1;
    }
    assert_eq!(
        peer.stats().messages_undelivered as usize,
        accepted - delivered
    );
    assert_eq!(peer.stats().messages_sent as usize, accepted);
}

#[tokio::test(start_paused = true)]
async fn closed_and_draining_wake_all_who_wait() {
    let (peer, raw, dialog) = start(CONFIG).await;
    let mut waiting = Vec::new();
    for n in 0..10 {
        let peer = peer.clone();
        waiting.push(tokio::spawn(async move {
            if n % 2 == 0 {
                drop(peer.closed().await)
            } else {
                peer.draining().await
            }
        }));
    }
    settle().await;
    waiting.remove(0).abort();
    waiting.remove(0).abort();
    assert!(waiting.iter().all(|waiting| !waiting.is_finished()));
    peer.close();
    settle().await;
    assert_eq!(
        waiting
            .iter()
            .filter(|waiting| waiting.is_finished())
            .count(),
        4
    );
    drop(raw);
    for waiting in waiting {
        soon(waiting).await.unwrap();
    }
    soon(dialog).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn every_retrying_strategy_does_what_it_says() {
    let with = |retrying_strategy| ConstConfig {
        retrying_strategy,
        ..CONFIG
    };

    let (peer, _raw, _dialog) = start(with(RetryingStrategies::DoNotRetry)).await;
    fill(&peer).await;
    let refused = soon(peer.send(Answer::Number(1))).await;
    assert!(matches!(refused, Err(SendError::Full(Answer::Number(1)))));

    let (peer, _raw, dialog) = start(with(RetryingStrategies::EndCommunications)).await;
    fill(&peer).await;
    let refused = soon(peer.send(Answer::Number(1))).await;
    assert!(matches!(refused, Err(SendError::Full(Answer::Number(1)))));
    assert!(matches!(
        soon(dialog).await.unwrap(),
        DisconnectReason::OutboxFull
    ));

    for (strategy, gives_up_within) in [
        (
            RetryingStrategies::RetryWithBackoffUpTo(8),
            Duration::from_millis(600),
        ),
        (RetryingStrategies::WaitForRoom, Duration::MAX),
    ] {
        let (peer, mut raw, _dialog) = start(with(strategy)).await;
        let accepted = fill(&peer).await;
        let began = Instant::now();
        let sent =
            tokio::time::timeout(Duration::from_secs(30), peer.send(Answer::Number(1))).await;
        match sent {
            Ok(Err(SendError::Full(Answer::Number(1)))) => {
                assert!(began.elapsed() <= gives_up_within)
            }
            Ok(other) => panic!("{strategy:?}: {other:?}"),
            Err(_) => assert_eq!(gives_up_within, Duration::MAX, "{strategy:?}"),
        }
        // with a remote that begins to read in time, it is accepted, once
        let reader = tokio::spawn(async move {
            sleep(Duration::from_millis(2)).await;
            raw.rest().await
        });
        assert!(
            matches!(soon(peer.send(Answer::Number(2))).await, Ok(())),
            "{strategy:?}"
        );
        peer.close();
        let told = soon(reader).await.unwrap();
        assert_eq!(told.len(), accepted + 1);
        assert_eq!(told.last(), Some(&Answer::Number(2)));
    }
}

/// Yielding takes real time.
#[tokio::test]
async fn yielding_gives_up_after_its_time() {
    let strategy = RetryingStrategies::RetryYieldingForUpToMillis(50);
    let (peer, _raw, _dialog) = start(ConstConfig {
        retrying_strategy: strategy,
        ..CONFIG
    })
    .await;
    fill(&peer).await;
    let began = Instant::now();
    let refused = soon(peer.send(Answer::Number(1))).await;
    assert!(matches!(refused, Err(SendError::Full(Answer::Number(1)))));
    assert!(began.elapsed() >= Duration::from_millis(50));
}
