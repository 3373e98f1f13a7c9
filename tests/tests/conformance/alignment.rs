//! Archives that are aligned where they happen to lie, and nowhere else.

use std::sync::{Arc, Mutex};

use futures::{StreamExt, stream};
use reactive_messaging::{Incoming, Peer, ReactiveProtocol, Rkyv, View, serve_connection};
use tests::{WireKind, settle, soon};
use tokio::{
    io::{AsyncWriteExt, duplex},
    sync::mpsc,
};

/// Its root is aligned to 4 bytes, what it points to is to 8.
#[derive(Debug, PartialEq, ReactiveProtocol, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
#[rkyv(compare(PartialEq), derive(Debug))]
#[protocol(wire = Rkyv)]
enum Loose {
    Numbers(Vec<u64>),
    #[protocol(error)]
    Mistake(String),
}

/// A frame whose numbers are aligned behind its length, and nowhere else.
fn aligned_by_chance(numbers: &Loose) -> Vec<u8> {
    let mut archive = Vec::new();
    numbers.encode(&mut archive).expect("an archive");
    WireKind::Rkyv.around(&[&[0; 4][..], &archive].concat())
}

/// F11: an archive that is aligned where it lies may not be so elsewhere.
#[tokio::test(start_paused = true)]
async fn f11_a_compact_view_is_as_aligned_as_it_was() {
    let (local, mut remote) = duplex(1024);
    let seen: Arc<Mutex<Vec<View<Loose>>>> = Arc::default();
    let slot = seen.clone();
    let dialog = serve_connection(
        local,
        move |views: Incoming<View<Loose>>, _peer: Peer<Loose>| {
            let slot = slot.clone();
            views.map(move |view| slot.lock().expect("no panic").push(view))
        },
    );
    let numbers = Loose::Numbers(vec![7, u64::MAX]);
    soon(remote.write_all(&aligned_by_chance(&numbers)))
        .await
        .expect("connected");
    remote.shutdown().await.expect("connected");
    soon(dialog.into_future()).await.expect("a valid config");
    drop(remote);
    let views = std::mem::take(&mut *seen.lock().expect("no panic"));
    assert_eq!(views.len(), 1, "the test shows nothing");
    for view in views {
        let compact = view.compact();
        drop(view);
        assert_eq!(compact, numbers);
        assert_eq!(compact.compact().to_message().as_ref(), Ok(&numbers));
    }
}

/// What is sent on, the next remote can read, wherever it comes to lie there.
#[tokio::test(start_paused = true)]
async fn f11_a_relayed_view_is_aligned_for_its_reader() {
    let numbers = Loose::Numbers(vec![7, u64::MAX]);
    let (local, mut attacker) = duplex(1024);
    let (relay, reader) = duplex(1024);
    let seen: Arc<Mutex<Vec<Loose>>> = Arc::default();
    let record = seen.clone();
    let reading = serve_connection(reader, move |views: Incoming<Loose>, _peer: Peer<Loose>| {
        let record = record.clone();
        views.map(move |message| record.lock().expect("no panic").push(message))
    });
    let (tell, mut told) = mpsc::unbounded_channel();
    let sending = serve_connection(relay, move |_: Incoming<Loose>, peer: Peer<View<Loose>>| {
        tell.send(peer).expect("the test listens");
        stream::pending::<()>()
    });
    let (reading, _sending) = (
        tokio::spawn(reading.into_future()),
        tokio::spawn(sending.into_future()),
    );
    let peer: Peer<View<Loose>> = soon(told.recv()).await.expect("a peer");
    let relaying = serve_connection(
        local,
        move |views: Incoming<View<Loose>>, _: Peer<Loose>| {
            let peer = peer.clone();
            views.map(move |view| {
                // a frame of 28 bytes in front of it
                let first = View::of(&Loose::Mistake("123456789".into())).expect("an archive");
                peer.try_send(first).expect("room");
                peer.try_send(view).expect("room");
            })
        },
    );
    let bytes = aligned_by_chance(&numbers);
    soon(attacker.write_all(&bytes)).await.expect("connected");
    attacker.shutdown().await.expect("connected");
    soon(relaying.into_future()).await.expect("a valid config");
    settle().await;
    assert!(!reading.is_finished(), "the reader was cut off");
    assert_eq!(seen.lock().expect("no panic").len(), 2);
}
