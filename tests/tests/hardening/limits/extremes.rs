//! Values that are as large, or as small, as their types allow.

use std::time::Duration;

use futures::StreamExt;
use reactive_messaging::{
    Backoff, BindError, Client, ConnectError, ConstConfig, DisconnectReason, Incoming, Peer,
    RetryingStrategies, SendError, Server, serve_connection,
};
use tests::{Answer, Ask, Events, Raw, WireKind, connect, echo, listen, settle, soon};
use tokio::{io::duplex, time::sleep};

use super::dialog::{Begun, CONFIG};

/// As [`Duration::MAX`] is, these are too long to be added to any instant, or to most.
const ENDLESS: [Duration; 3] = [
    Duration::MAX,
    Duration::from_secs(i64::MAX as u64),
    Duration::from_secs(1 << 40),
];

fn endless(time: Duration) -> ConstConfig {
    ConstConfig {
        inbound_bytes: usize::MAX,
        outbound_bytes: usize::MAX,
        prealloc_step: usize::MAX,
        max_connections: Some(usize::MAX),
        accept_backoff: Backoff::new(time, time),
        first_frame_timeout: Some(time),
        frame_timeout: Some(time),
        idle_timeout: Some(time),
        write_timeout: Some(time),
        half_closed_timeout: Some(time),
        drain_timeout: time,
        linger_close: time,
        linger_bytes: usize::MAX,
        connect_timeout: time,
        ..CONFIG
    }
}

/// A dialog whose every deadline runs at one time or another, and none is ever met.
#[tokio::test(start_paused = true)]
async fn no_time_is_too_long() {
    for time in ENDLESS {
        let mut begun = Begun::new(64, endless(time), |asks: Incoming<Ask>, peer| {
            asks.then(move |ask| {
                let peer: Peer<Answer> = peer.clone();
                async move {
                    if ask == Ask::Hello {
                        while peer.try_send(Answer::World).is_ok() && peer.pending_bytes() < 10_000
                        {
                        }
                    }
                }
            })
        });
        // silent, then within a frame, then stalled, then half-closed
        assert!(begun.lasts(100_000_000).await, "{time:?}");
        begun.remote.write(b"Hel").await;
        assert!(begun.lasts(200_000_000).await, "{time:?}");
        begun.remote.write(b"lo\nNum").await;
        assert!(begun.lasts(300_000_000).await, "{time:?}");
        begun.remote.write(b"ber(7)\n").await;
        begun.remote.finish().await;
        assert!(begun.lasts(400_000_000).await, "{time:?}");
        let rest = begun.remote.rest().await;
        assert!(rest.len() > 1_000, "{time:?}: {}", rest.len());
        let reason = begun.reason().await;
        assert!(
            matches!(reason, DisconnectReason::RemoteClosed),
            "{time:?}: {reason:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_without_an_end_of_its_patience_ends_all_the_same() {
    for time in ENDLESS {
        let events = Events::default();
        let server = Server::bind("memory://")
            .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
            .config(endless(time))
            .on_event(events.listener())
            .await
            .unwrap();
        let client = Client::connect(server.address())
            .run(listen)
            .config(endless(time))
            .await
            .unwrap();
        client.peer().send(Ask::Hello).await.unwrap();
        settle().await;
        let report = soon(server.shutdown()).await;
        assert_eq!((report.connections, report.aborted), (1, 0), "{time:?}");
        soon(client.closed()).await;
        events.assert_paired(1);
    }
}

#[tokio::test(start_paused = true)]
async fn flush_and_close_with_any_patience() {
    for (patience, is_read) in [(Duration::MAX, true), (Duration::ZERO, false)] {
        let server = Server::bind("memory://")
            .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
            .await
            .unwrap();
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        settle().await;
        let peer = server.peers().remove(0);
        peer.send(Answer::World).await.unwrap();
        let closing = tokio::spawn(async move { peer.flush_and_close(patience).await });
        if is_read {
            sleep(Duration::from_secs(1)).await;
            assert_eq!(raw.rest().await, [Answer::World]);
            drop(raw);
        }
        let reason = soon(closing).await.unwrap();
        let is_expected = match is_read {
            true => matches!(reason, DisconnectReason::LocalClosed),
            false => matches!(reason, DisconnectReason::Aborted),
        };
        assert!(is_expected, "{patience:?}: {reason:?}");
    }
}

/// Retrying without an end of its time, or of its attempts.
#[tokio::test(start_paused = true)]
async fn b1_a_strategy_without_an_end() {
    for retrying_strategy in [
        RetryingStrategies::RetryWithBackoffUpTo(u32::MAX),
        RetryingStrategies::RetryYieldingForUpToMillis(u64::MAX),
    ] {
        let (local, remote) = duplex(64);
        let config = ConstConfig {
            max_frame_len: 50,
            outbound_bytes: 50,
            retrying_strategy,
            ..CONFIG
        };
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let dialog = serve_connection(local, move |asks: Incoming<Ask>, peer: Peer<Answer>| {
            tell.send(peer).unwrap();
            asks.map(|_| ())
        });
        let _dialog = tokio::spawn(dialog.config(config).into_future());
        let peer = soon(told.recv()).await.unwrap();
        while peer.try_send(Answer::World).is_ok() {
            tokio::task::yield_now().await;
        }
        let sender = peer.clone();
        let sent = tokio::spawn(async move { sender.send(Answer::Number(1)).await });
        let mut raw = Raw::new(remote, WireKind::Ron);
        while raw.answer().await != Answer::Number(1) {}
        assert!(matches!(soon(sent).await.unwrap(), Ok(())));
        drop(raw);
        soon(peer.closed()).await;
        let refused = soon(peer.send(Answer::World)).await;
        assert!(matches!(refused, Err(SendError::Closed(Answer::World))));
    }
}

/// What the macros would refuse while compiling is refused before anything starts.
#[tokio::test(start_paused = true)]
async fn a_time_of_zero_is_refused_by_every_builder() {
    let config = ConstConfig {
        drain_timeout: Duration::ZERO,
        ..CONFIG
    };
    let message = "`drain_timeout` (0) must be at least, in ms, (1)";
    let handler = |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks);
    let bound = Server::bind("memory://").serve(handler).config(config);
    match bound.await {
        Err(BindError::InvalidConfig(error)) => assert_eq!(error.to_string(), message),
        other => panic!("{other:?}"),
    }
    let connected = Client::connect("memory://nobody")
        .run(listen)
        .config(config);
    match connected.await {
        Err(ConnectError::InvalidConfig(error)) => assert_eq!(error.to_string(), message),
        other => panic!("{other:?}"),
    }
    let (local, _remote) = duplex(64);
    let served = serve_connection(local, handler).config(config);
    assert_eq!(
        soon(served.into_future()).await.unwrap_err().to_string(),
        message
    );
}
