//! What is counted of frames that are not looked into, and sides that have no messages.

use futures::{StreamExt, stream};
use reactive_messaging::{
    DecodeError, DisconnectReason, Incoming, NoMessages, Peer, serve_connection,
};
use tests::{Answer, Ask, Raw, WireKind, on_wire, settle, soon};
use tokio::{
    io::{AsyncWriteExt, duplex},
    sync::mpsc,
};

#[tokio::test(start_paused = true)]
async fn messages_that_an_abort_discards_are_counted() {
    for wire in WireKind::ALL {
        let frame = wire.frame(&Answer::World).len();
        let (local, remote) = duplex(3 * frame);
        let (tell, mut told) = mpsc::unbounded_channel();
        let dialog = serve_connection(local, move |_: Incoming<Ask>, peer: Peer<Answer>| {
            tell.send(peer).expect("the test listens");
            stream::pending::<()>()
        });
        let dialog = tokio::spawn(on_wire!(dialog, wire).into_future());
        let peer: Peer<Answer> = soon(told.recv()).await.expect("a peer");
        // some in the output, of which three are written, and some in the outbox
        for _ in 0..2 {
            for _ in 0..10 {
                peer.try_send(Answer::World).expect("room");
            }
            settle().await;
        }
        peer.abort();
        let reason = soon(dialog).await.expect("no panic");
        assert!(
            matches!(reason, Ok(DisconnectReason::Aborted)),
            "{reason:?}"
        );
        let stats = peer.stats();
        assert_eq!(stats.bytes_sent, 3 * frame as u64, "{wire:?}");
        assert_eq!(stats.messages_undelivered, 17, "{wire:?}");
        drop(remote);
    }
}

#[tokio::test(start_paused = true)]
async fn frames_that_nobody_reads_are_counted() {
    for wire in WireKind::ALL {
        let (local, mut remote) = duplex(64 * 1024);
        let (tell, mut told) = mpsc::unbounded_channel();
        let dialog = serve_connection(local, move |mut asks: Incoming<Ask>, peer: Peer<Answer>| {
            tell.send(peer.clone()).expect("the test listens");
            async move {
                asks.next().await;
                drop(asks);
                peer.draining().await;
            }
        });
        let dialog = tokio::spawn(on_wire!(dialog, wire).into_future());
        let peer: Peer<Answer> = soon(told.recv()).await.expect("a peer");
        // those that were read ahead, and those that come behind
        let asks = wire.frames(&vec![Ask::Number(1); 10]);
        for _ in 0..2 {
            soon(remote.write_all(&asks)).await.expect("connected");
            settle().await;
        }
        peer.close();
        drop(remote);
        soon(dialog)
            .await
            .expect("no panic")
            .expect("a valid config");
        let stats = peer.stats();
        let counts = (stats.messages_received, stats.frames_discarded);
        assert_eq!(counts, (1, 19), "{wire:?}");
    }
}

/// A side that never says anything has a form on every wire.
#[tokio::test(start_paused = true)]
async fn a_side_without_messages_is_on_every_wire() {
    for wire in WireKind::ALL {
        let (local, remote) = duplex(1024);
        let pushing = |nothing: Incoming<NoMessages>, _peer: Peer<Answer>| {
            stream::iter([Answer::World]).chain(nothing.map(|never| match never {}))
        };
        let pushing = on_wire!(serve_connection(local, pushing), wire);
        let pushing = tokio::spawn(pushing.into_future());
        let mut raw = Raw::new(remote, wire);
        assert_eq!(raw.answer().await, Answer::World);
        // whatever is received is an error
        raw.ask(&Ask::Hello).await;
        assert!(
            matches!(raw.rest().await[..], [Answer::Error(_)]),
            "{wire:?}"
        );
        drop(raw);
        let reason = soon(pushing).await.expect("no panic");
        let is_typed = matches!(
            reason,
            Ok(DisconnectReason::Decode(DecodeError::Malformed { .. }))
        );
        assert!(is_typed, "{wire:?}: {reason:?}");

        let (local, remote) = duplex(1024);
        let hearing = |asks: Incoming<Ask>, _peer: Peer<NoMessages>| asks.take(1).map(drop);
        let hearing = on_wire!(serve_connection(local, hearing), wire);
        let hearing = tokio::spawn(hearing.into_future());
        let mut raw = Raw::new(remote, wire);
        raw.ask(&Ask::Number(1)).await;
        assert!(raw.rest().await.is_empty(), "{wire:?}");
        drop(raw);
        let reason = soon(hearing).await.expect("no panic");
        assert!(
            matches!(reason, Ok(DisconnectReason::HandlerEnded)),
            "{reason:?}"
        );
    }
}
