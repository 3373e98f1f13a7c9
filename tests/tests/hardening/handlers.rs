//! H: handlers and callbacks that misbehave.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{StreamExt, future, stream};
use reactive_messaging::{
    Bind, DisconnectReason, Handler, Incoming, OnError, Peer, ProtocolEvent, ReactiveProtocol, Ron,
    SendError, Server, serve_connection,
};
use serde::{Serialize, Serializer};
use tests::{
    Answer, Ask, Counted, Event, Events, Raw, WireKind, answer, connect, settle, soon, until,
};
use tokio::io::duplex;

/// One connection says `Hello` and makes `bind`'s handler panic; a witness goes on.
async fn assert_panic_is_contained<H>(bind: Bind<H>, told: &[Answer])
where
    H: Handler<Remote = Ask, Local = Answer>,
{
    let events = Events::default();
    let server = bind.on_event(events.listener()).await.unwrap();
    let mut witness = Raw::new(connect(&server.address()).await, WireKind::Ron);
    witness.ask(&Ask::Number(1)).await;
    assert_eq!(witness.answer().await, Answer::Number(1));

    let mut victim = Raw::new(connect(&server.address()).await, WireKind::Ron);
    victim.write(b"Number(1)\nHello\nNumber(2)\n").await;
    assert_eq!(victim.rest().await, told);
    drop(victim);
    let reason = events.left_by(1).await;
    assert!(
        matches!(&reason, DisconnectReason::HandlerPanicked(detail) if detail.to_string() == "boom"),
        "{reason:?}"
    );
    witness.ask(&Ask::Number(2)).await;
    assert_eq!(witness.answer().await, Answer::Number(2));
    drop(witness);
    soon(server.shutdown()).await;
    events.assert_paired(2);
    assert_eq!(server.stats().totals.panics, 1);
}

fn boom(ask: Ask) -> Answer {
    match ask {
        Ask::Hello => panic!("boom"),
        other => answer(other),
    }
}

fn told(before: bool) -> Vec<Answer> {
    let error = Answer::Error("internal error".into());
    if before {
        vec![Answer::Number(1), error]
    } else {
        vec![error]
    }
}

#[tokio::test]
async fn h1_panic_in_the_stream() {
    let bind = Server::bind("127.0.0.1:0");
    let bind = bind.serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| asks.map(boom));
    assert_panic_is_contained(bind, &told(true)).await;
}

#[tokio::test]
async fn h1_panic_in_a_future_of_the_stream() {
    let bind = Server::bind("127.0.0.1:0");
    let bind = bind.serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| {
        asks.map(|ask| async {
            tokio::task::yield_now().await;
            boom(ask)
        })
    });
    assert_panic_is_contained(bind, &told(true)).await;
}

#[tokio::test]
async fn h1_panic_in_a_loop() {
    let bind = Server::bind("127.0.0.1:0");
    let bind = bind.serve(|mut asks: Incoming<Ask>, peer: Peer<Answer>| async move {
        while let Some(ask) = asks.next().await {
            peer.send(boom(ask)).await?;
        }
        Ok::<_, SendError<Answer>>(())
    });
    assert_panic_is_contained(bind, &told(true)).await;
}

/// The closure itself panics for the second connection, before it has a future.
#[tokio::test]
async fn h1_panic_in_the_handler_fn() {
    let count = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let bind = Server::bind("127.0.0.1:0");
    let bind = bind.serve(move |asks: Incoming<Ask>, _peer: Peer<Answer>| {
        if count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 1 {
            panic!("boom");
        }
        asks.map(answer)
    });
    assert_panic_is_contained(bind, &told(false)).await;
}

struct DropBomb;

impl Drop for DropBomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("boom");
        }
    }
}

#[tokio::test]
async fn h1_panic_in_a_drop_of_the_handler() {
    let count = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let bind = Server::bind("127.0.0.1:0");
    let bind = bind.serve(move |asks: Incoming<Ask>, _peer: Peer<Answer>| {
        let is_victim = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 1;
        let bomb = is_victim.then(|| DropBomb);
        asks.take_while(move |ask| {
            let _ = &bomb;
            future::ready(*ask != Ask::Hello)
        })
        .map(answer)
    });
    // it had ended in order: nothing more is said
    assert_panic_is_contained(bind, &[Answer::Number(1)]).await;
}

#[tokio::test]
async fn h1_panic_in_an_event_callback() {
    for (at_arrival, in_future) in [(true, true), (true, false), (false, true), (false, false)] {
        let events: Arc<Mutex<Vec<String>>> = Arc::default();
        let (record, victim) = (events.clone(), Arc::new(Mutex::new(None)));
        let server = Server::bind("127.0.0.1:0")
            .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| asks.map(answer))
            .on_event(move |event| {
                let (text, id, is_arrival) = match event {
                    ProtocolEvent::PeerArrived { peer } => {
                        ("arrived".into(), Some(peer.id()), true)
                    }
                    ProtocolEvent::PeerLeft { peer, reason, .. } => {
                        (format!("left {reason}"), Some(peer.id()), false)
                    }
                    ProtocolEvent::LocalServiceTermination => ("terminated".into(), None, false),
                };
                record.lock().unwrap().push(text);
                let first = *victim.lock().unwrap().get_or_insert(id);
                let panics = id.is_some() && first == id && is_arrival == at_arrival;
                if panics && !in_future {
                    panic!("boom");
                }
                async move {
                    if panics {
                        panic!("boom");
                    }
                }
            })
            .await
            .unwrap();
        let mut victim = Raw::new(connect(&server.address()).await, WireKind::Ron);
        if at_arrival {
            assert!(matches!(victim.next::<Answer>().await, Ok(None)));
        }
        drop(victim);
        until(|| events.lock().unwrap().len() == 2).await;
        let mut witness = Raw::new(connect(&server.address()).await, WireKind::Ron);
        witness.ask(&Ask::Number(2)).await;
        assert_eq!(witness.answer().await, Answer::Number(2));
        drop(witness);
        soon(server.shutdown()).await;
        assert_eq!(server.stats().totals.panics, 1);
        let left = if at_arrival {
            "left handler panicked"
        } else {
            "left remote closed the connection"
        };
        let events = events.lock().unwrap().clone();
        assert_eq!(events[..3], ["arrived", left, "arrived"]);
        assert!(events[3].starts_with("left "));
        assert_eq!(events[4..], ["terminated"]);
    }
}

#[tokio::test(start_paused = true)]
async fn h2_a_panic_under_a_user_lock_poisons_that_lock_alone() {
    let shared = Arc::new(Mutex::new(0));
    let (events, state) = (Events::default(), shared.clone());
    let server = Server::bind("memory://")
        .serve(move |asks: Incoming<Ask>, peer: Peer<Answer>| {
            let state = state.clone();
            asks.map(move |ask| {
                let _guard = state
                    .lock()
                    .unwrap_or_else(|poisoned| poisoned.into_inner());
                peer.try_send(Answer::World).unwrap();
                boom(ask)
            })
        })
        .on_event(events.listener())
        .await
        .unwrap();
    let mut victim = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let mut witness = Raw::new(connect(&server.address()).await, WireKind::Ron);
    victim.ask(&Ask::Hello).await;
    assert_eq!(
        victim.rest().await,
        [Answer::World, Answer::Error("internal error".into())]
    );
    assert!(shared.is_poisoned());
    witness.ask(&Ask::Number(1)).await;
    assert_eq!(
        [witness.answer().await, witness.answer().await],
        [Answer::World, Answer::Number(1)]
    );
    assert_eq!(server.peers().len(), 2);
    drop((victim, witness));
    soon(server.shutdown()).await;
    events.assert_paired(2);
}

#[tokio::test]
async fn h4_a_slow_event_callback_delays_its_own_connection_only() {
    let server = Server::bind("127.0.0.1:0")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| asks.map(answer))
        .on_event({
            let first = Arc::new(std::sync::atomic::AtomicBool::new(true));
            move |event| {
                let arrived = matches!(event, ProtocolEvent::PeerArrived { .. });
                let is_first = arrived && first.swap(false, std::sync::atomic::Ordering::Relaxed);
                async move {
                    if is_first {
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
            }
        })
        .await
        .unwrap();
    let mut slow = Raw::new(connect(&server.address()).await, WireKind::Ron);
    slow.ask(&Ask::Number(0)).await;
    until(|| server.stats().connections == 1).await;
    let began = std::time::Instant::now();
    for n in 1..=32 {
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.ask(&Ask::Number(n)).await;
        assert_eq!(raw.answer().await, Answer::Number(n));
    }
    assert!(
        began.elapsed() < Duration::from_millis(900),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(slow.answer().await, Answer::Number(0));
    assert!(began.elapsed() > Duration::from_millis(500));
    drop(slow);
    soon(server.shutdown()).await;
}

/// A million replies for one request; the remote leaves in the middle.
#[tokio::test(start_paused = true)]
async fn h5_a_million_replies_notice_the_end_of_the_remote() {
    const MILLION: u32 = 1_000_000;
    for leaves in [false, true] {
        let (local, remote) = duplex(64 * 1024);
        let counted = Counted::new(local);
        let produced = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let count = produced.clone();
        let dialog = serve_connection(counted, move |asks: Incoming<Ask>, _peer: Peer<Answer>| {
            let count = count.clone();
            asks.flat_map(move |_| {
                let count = count.clone();
                stream::iter(0..MILLION).map(move |n| {
                    count.store(n + 1, std::sync::atomic::Ordering::Relaxed);
                    Answer::Number(n)
                })
            })
        });
        let dialog = tokio::spawn(dialog.into_future());
        let mut raw = Raw::new(remote, WireKind::Ron);
        raw.ask(&Ask::Hello).await;
        settle().await;
        let ahead = produced.load(std::sync::atomic::Ordering::Relaxed);
        assert!(ahead < 30_000, "{ahead} produced while nobody reads");
        if leaves {
            for n in 0..1_000 {
                assert_eq!(raw.answer().await, Answer::Number(n));
            }
            drop(raw);
            let reason = soon(dialog).await.unwrap().unwrap();
            assert!(matches!(reason, DisconnectReason::Io(_)), "{reason:?}");
            assert!(produced.load(std::sync::atomic::Ordering::Relaxed) < 60_000);
        } else {
            raw.finish().await;
            use tokio::io::AsyncReadExt;
            let mut newlines = 0;
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(count @ 1..) = soon(raw.io.read(&mut buffer)).await {
                newlines += buffer[..count].iter().filter(|b| **b == b'\n').count();
            }
            assert_eq!(newlines, MILLION as usize);
            let reason = soon(dialog).await.unwrap().unwrap();
            assert!(
                matches!(reason, DisconnectReason::RemoteClosed),
                "{reason:?}"
            );
        }
    }
}

/// Serializes itself half, and panics.
pub(super) struct HalfPanics;

impl Serialize for HalfPanics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeTuple;
        let mut tuple = serializer.serialize_tuple(2)?;
        tuple.serialize_element("half a message")?;
        panic!("boom");
    }
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Fragile {
    Fine(u32),
    Broken(HalfPanics),
}

impl<'de> serde::Deserialize<'de> for Fragile {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u32::deserialize(deserializer).map(Self::Fine)
    }
}

impl ReactiveProtocol for Fragile {
    type Wire = Ron;

    fn error_message(_text: String) -> Option<Self> {
        Some(Self::Fine(999))
    }
}

#[tokio::test(start_paused = true)]
async fn h6_a_panicking_serialize_leaves_no_half_frame() {
    use tokio::io::AsyncReadExt;
    for through_peer in [false, true] {
        let (local, mut remote) = duplex(1024);
        let dialog = serve_connection(local, move |_asks: Incoming<Ask>, peer: Peer<Fragile>| {
            stream::iter([1, 2, 3]).map(move |n| match (n, through_peer) {
                (2, true) => {
                    let _ = peer.try_send(Fragile::Broken(HalfPanics));
                    Fragile::Fine(2)
                }
                (2, false) => Fragile::Broken(HalfPanics),
                (n, _) => Fragile::Fine(n),
            })
        });
        let dialog = tokio::spawn(dialog.into_future());
        let mut bytes = Vec::new();
        soon(remote.read_to_end(&mut bytes)).await.unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "1\n999\n");
        drop(remote);
        let reason = soon(dialog).await.unwrap().unwrap();
        assert!(
            matches!(reason, DisconnectReason::HandlerPanicked(_)),
            "{reason:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn on_error_replies_closes_or_ignores() {
    for (on_error, told) in [
        (
            OnError::Reply,
            vec![
                Answer::Number(1),
                Answer::Error("no".into()),
                Answer::Number(2),
            ],
        ),
        (
            OnError::Close,
            vec![Answer::Number(1), Answer::Error("no".into())],
        ),
        (OnError::Ignore, vec![Answer::Number(1), Answer::Number(2)]),
    ] {
        let events = Events::default();
        let server = Server::bind("memory://")
            .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| {
                asks.map(|ask| match ask {
                    Ask::Hello => Err("no"),
                    other => Ok(answer(other)),
                })
            })
            .on_error(on_error)
            .on_event(events.listener())
            .await
            .unwrap();
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.write(b"Number(1)\nHello\nNumber(2)\n").await;
        raw.finish().await;
        assert_eq!(raw.rest().await, told, "{on_error:?}");
        let reason = events.left_by(1).await;
        match on_error {
            OnError::Close => assert!(matches!(reason, DisconnectReason::HandlerFailed(_))),
            _ => assert!(matches!(reason, DisconnectReason::RemoteClosed)),
        }
        soon(server.shutdown()).await;
        events.assert_paired(1);
        assert!(matches!(events.all()[0], Event::Arrived(_)));
    }
}
