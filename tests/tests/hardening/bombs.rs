//! H1: panics whose payload panics in turn when it is dropped, and futures that do.

use std::{
    future::pending,
    panic::panic_any,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use futures::StreamExt;
use reactive_messaging::{
    ConstConfig, DisconnectReason, Incoming, Input, Inputs, Peer, ProtocolEvent, Server,
};
use tests::{Answer, Ask, Events, Raw, WireKind, answer, connect, echo, settle, soon, until};

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic_any(Bomb);
        }
    }
}

fn boom(ask: Ask) -> Answer {
    match ask {
        Ask::Hello => panic_any(Bomb),
        other => answer(other),
    }
}

/// Its only connection ends for a panic, and its events are paired.
async fn assert_left_by_panic(server: &Server<Answer>, events: &Events) {
    let reason = events.left_by(1).await;
    assert!(
        matches!(reason, DisconnectReason::HandlerPanicked(_)),
        "{reason:?}"
    );
    soon(server.shutdown()).await;
    events.assert_paired(1);
}

fn internal_error() -> Answer {
    Answer::Error("internal error".into())
}

#[tokio::test(start_paused = true)]
async fn h1_a_bomb_in_a_handler_is_a_panic_like_others() {
    let events = Events::default();
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| asks.map(boom))
        .on_event(events.listener())
        .await
        .expect("a server");
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.ask(&Ask::Hello).await;
    assert_eq!(raw.rest().await, [internal_error()]);
    drop(raw);
    assert_left_by_panic(&server, &events).await;
}

#[tokio::test(start_paused = true)]
async fn h1_a_bomb_in_a_shared_handler_ends_the_service() {
    let events = Events::default();
    let server = Server::bind("memory://")
        .serve_shared(|inputs: Inputs<Ask, Answer>| {
            inputs.map(|(peer, input)| match input {
                Input::Message(ask) => Some((peer, boom(ask))),
                Input::Arrived | Input::Left(_) => None,
            })
        })
        .on_event(events.listener())
        .await
        .expect("a server");
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.ask(&Ask::Hello).await;
    assert_eq!(raw.rest().await, [internal_error()]);
    drop(raw);
    soon(server.closed()).await;
    events.assert_paired(1);
    assert_eq!(server.processors()[0].panics, 1);
}

#[tokio::test(start_paused = true)]
async fn h1_a_bomb_in_the_signal_ends_the_service() {
    let events = Events::default();
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .on_event(events.listener())
        .with_graceful_shutdown(async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            panic_any(Bomb)
        })
        .await
        .expect("a server");
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    assert_eq!(raw.rest().await, []);
    drop(raw);
    soon(server.closed()).await;
    let report = server.shutdown().await;
    assert_eq!((report.connections, report.aborted), (1, 0));
    assert_eq!(server.stats().panics, 1);
    events.assert_paired(1);
}

/// The callback of its arrival is a bomb: it leaves all the same.
#[tokio::test(start_paused = true)]
async fn h1_a_bomb_in_a_callback_pairs_the_events() {
    let events = Events::default();
    let listener = events.listener();
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .on_event(move |event| {
            let is_arrival = matches!(event, ProtocolEvent::PeerArrived { .. });
            drop(listener(event));
            async move {
                if is_arrival {
                    panic_any(Bomb);
                }
            }
        })
        .await
        .expect("a server");
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    assert_eq!(raw.rest().await, []);
    drop(raw);
    assert_left_by_panic(&server, &events).await;
}

/// A callback that does not end is dropped where it stands, once the service has waited long enough.
#[tokio::test(start_paused = true)]
async fn h1_a_callback_that_panics_when_it_is_dropped_pairs_the_events() {
    let (events, waits) = (Events::default(), Arc::new(AtomicBool::new(false)));
    let (listener, waiting) = (events.listener(), waits.clone());
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .config(ConstConfig {
            drain_timeout: Duration::from_secs(1),
            ..ConstConfig::default()
        })
        .on_event(move |event| {
            let is_arrival = matches!(event, ProtocolEvent::PeerArrived { .. });
            drop(listener(event));
            let waiting = waiting.clone();
            async move {
                if is_arrival {
                    let _bomb = Bomb;
                    waiting.store(true, Relaxed);
                    pending::<()>().await;
                }
            }
        })
        .await
        .expect("a server");
    let raw = connect(&server.address()).await;
    until(|| waits.load(Relaxed)).await;
    let report = soon(server.shutdown()).await;
    assert_eq!((report.connections, report.aborted), (1, 1));
    settle().await;
    drop(raw);
    events.assert_paired(1);
    assert_eq!(server.stats().totals.panics, 1);
}
