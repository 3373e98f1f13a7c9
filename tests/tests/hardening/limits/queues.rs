//! What waits within a dialog: `inbound_bytes`, `outbound_bytes`.

use std::time::Duration;

use futures::{StreamExt, stream};
use reactive_messaging::{ConstConfig, Incoming, Peer, SendError, Server};
use tests::{Answer, Ask, WireKind, connect, echo, settle, soon};
use tokio::{io::AsyncWriteExt, sync::mpsc, time::sleep};

use super::dialog::{Begun, CONFIG};

const KIB: usize = 1024;

/// Bytes that are read for a handler that takes one message and no other.
async fn read_ahead(config: ConstConfig, frame: &[u8]) -> usize {
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| {
            asks.then(|_| sleep(Duration::from_secs(1_000_000)))
        })
        .config(config)
        .await
        .unwrap();
    let mut remote = connect(&server.address()).await;
    let flood = async {
        while remote.write_all(frame).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    let flooded = tokio::time::timeout(Duration::from_secs(1), flood).await;
    assert!(flooded.is_err(), "the connection was closed");
    server.peers()[0].stats().bytes_received as usize
}

/// No less than the limit is read, and no more than a read beyond it.
#[tokio::test(start_paused = true)]
async fn b4_inbound_bytes_is_what_is_read_ahead() {
    let frame = WireKind::Ron.frame(&Ask::Text("x".repeat(91)));
    for (config, limit) in [
        (CONFIG, 64 * KIB),
        (with_inbound(20 * KIB), 20 * KIB),
        (with_inbound(1), 1),
    ] {
        let read = read_ahead(config, &frame).await;
        // behind the last whole frame there is the beginning of another one
        assert!(
            (limit..=limit + 4 * KIB + frame.len()).contains(&read),
            "{read} bytes, not {limit}"
        );
    }
}

const fn with_inbound(inbound_bytes: usize) -> ConstConfig {
    ConstConfig {
        inbound_bytes,
        ..CONFIG
    }
}

/// One frame that is longer than the limit is still taken, and no second one.
#[tokio::test(start_paused = true)]
async fn b4_a_frame_longer_than_inbound_bytes_is_taken() {
    let text = "x".repeat(30 * KIB);
    let config = with_inbound(KIB);
    let mut begun = Begun::new(8 * KIB, config, |asks, _peer| echo(asks));
    for _ in 0..3 {
        begun.remote.ask(&Ask::Text(text.clone())).await;
        assert_eq!(begun.remote.answer().await, Answer::Text(text.clone()));
    }
    let frame = WireKind::Ron.frame(&Ask::Text(text));
    let read = read_ahead(config, &frame).await;
    assert!(
        (frame.len()..=frame.len() + 4 * KIB).contains(&read),
        "{read} bytes"
    );
}

/// Messages are accepted as long as their frames fit, to the byte.
#[tokio::test(start_paused = true)]
async fn b1_outbound_bytes_is_what_is_accepted() {
    let frame = |len: usize| Answer::Text("x".repeat(len - br#"Text("")"#.len() - 1));
    let own = ConstConfig {
        max_frame_len: 500,
        outbound_bytes: 1_000,
        ..CONFIG
    };
    for (config, len, fits) in [
        (CONFIG, 1_024, 256),
        (CONFIG, 1_025, 255),
        (own, 500, 2),
        (own, 250, 4),
        (own, 251, 3),
        (own, 143, 6),
    ] {
        let (tell, mut told) = mpsc::unbounded_channel();
        let begun = Begun::new(64, config, move |_asks, peer: Peer<Answer>| {
            // nothing is written while the handler is polled
            let mut accepted = 0;
            let refused = loop {
                match peer.try_send(frame(len)) {
                    Ok(()) => accepted += 1,
                    Err(refused) => break refused,
                }
            };
            let pending = peer.pending_bytes();
            let is_full = matches!(refused, SendError::Full(_));
            tell.send((accepted, is_full, pending)).unwrap();
            stream::pending::<Answer>()
        });
        let told = soon(told.recv()).await.unwrap();
        assert_eq!(told, (fits, true, fits * len), "{len}");
        settle().await;
        drop(begun);
    }
}
