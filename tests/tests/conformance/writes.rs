//! How often the socket is written to.

use std::sync::atomic::Ordering::Relaxed;

use reactive_messaging::{Incoming, Peer, serve_connection};
use tests::{Answer, Ask, Counted, Raw, WireKind, echo, on_wire, soon};
use tokio::io::duplex;

/// W1: one request outstanding, one write a reply.
#[tokio::test(start_paused = true)]
async fn w1_one_write_a_reply() {
    const ROUNDS: u32 = 200;
    for wire in WireKind::ALL {
        let (local, remote) = duplex(64 * 1024);
        let counted = Counted::new(local);
        let counts = counted.counts.clone();
        let dialog = serve_connection(counted, |asks: Incoming<Ask>, _peer: Peer<Answer>| {
            echo(asks)
        });
        let dialog = tokio::spawn(on_wire!(dialog, wire).into_future());
        let mut raw = Raw::new(remote, wire);
        for n in 0..ROUNDS {
            raw.ask(&Ask::Number(n)).await;
            assert_eq!(raw.answer().await, Answer::Number(n));
        }
        drop(raw);
        soon(dialog).await.unwrap().unwrap();
        assert_eq!(counts.writes.load(Relaxed), ROUNDS as usize, "{wire:?}");
        // a read that brings the request, and one that finds nothing more
        let reads = counts.reads.load(Relaxed);
        assert!(reads <= 2 * ROUNDS as usize + 4, "{wire:?}: {reads} reads");
    }
}

/// W2: 256 requests outstanding, far fewer writes than replies.
#[tokio::test(start_paused = true)]
async fn w2_few_writes_a_batch() {
    const ROUNDS: usize = 20;
    for wire in WireKind::ALL {
        let (local, remote) = duplex(64 * 1024);
        let counted = Counted::new(local);
        let counts = counted.counts.clone();
        let dialog = serve_connection(counted, |asks: Incoming<Ask>, _peer: Peer<Answer>| {
            echo(asks)
        });
        let dialog = tokio::spawn(on_wire!(dialog, wire).into_future());
        let mut raw = Raw::new(remote, wire);
        let batch = wire.frames(&vec![Ask::Number(1_000_000); 256]);
        for _ in 0..ROUNDS {
            raw.write(&batch).await;
            for _ in 0..256 {
                assert_eq!(raw.answer().await, Answer::Number(1_000_000));
            }
        }
        drop(raw);
        soon(dialog).await.unwrap().unwrap();
        let writes = counts.writes.load(Relaxed);
        // a few a batch, or one for each KiB, where the early flush begins
        let written = counts.written.load(Relaxed);
        assert!(
            writes <= (ROUNDS * 8).max(written / 1024),
            "{wire:?}: {writes} writes for {} replies",
            ROUNDS * 256
        );
    }
}

/// What is sent through a peer in one go leaves in one write.
#[tokio::test(start_paused = true)]
async fn sends_of_one_poll_share_a_write() {
    let (local, remote) = duplex(64 * 1024);
    let counted = Counted::new(local);
    let counts = counted.counts.clone();
    let dialog = serve_connection(
        counted,
        |_asks: Incoming<Ask>, peer: Peer<Answer>| async move {
            for n in 0..100 {
                peer.send(Answer::Number(n)).await.unwrap();
            }
        },
    );
    let dialog = tokio::spawn(dialog.into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    assert_eq!(raw.rest().await.len(), 100);
    drop(raw);
    soon(dialog).await.unwrap().unwrap();
    assert_eq!(counts.writes.load(Relaxed), 1);
}
