//! P5: a stage that panics ends its connection, and no other one.

use std::sync::{Arc, Mutex};

use futures::StreamExt;
use reactive_messaging::{ConnectionEvent, Incoming, LocalServiceTermination, Peer, Server, Stage};
use tests::{
    Answer, Ask, At, Plan, Raw, WireKind, bind_stages, brief, connect, echo, leaving, settle, soon,
    until,
};

/// Keeps why connections ended.
fn ends() -> (
    Arc<Mutex<Vec<String>>>,
    impl Fn(ConnectionEvent) -> std::future::Ready<()> + Send + Sync + 'static,
) {
    let ends = Arc::new(Mutex::new(Vec::new()));
    let kept = ends.clone();
    let listener = move |event| {
        if let ConnectionEvent::Disconnected { reason, .. } = event {
            kept.lock().unwrap().push(brief(&reason));
        }
        std::future::ready(())
    };
    (ends, listener)
}

#[tokio::test]
async fn p5_a_panic_in_a_stage_ends_its_connection_alone() {
    for in_fn in [true, false] {
        let later = move |_, asks: Incoming<Ask>, peer: Peer<Answer, At>| {
            assert!(!in_fn, "in the fn");
            echo(asks.inspect(move |ask| {
                assert!(*ask != Ask::Hello, "in the stream");
                let _ = &peer;
            }))
        };
        let (ends, listener) = ends();
        let server = bind_stages("127.0.0.1:0", Plan::default(), leaving, later)
            .on_connection_event(listener)
            .await
            .expect("a server");
        let mut other = Raw::new(connect(&server.address()).await, WireKind::Ron);
        other.ask(&Ask::Number(1)).await;
        assert_eq!(other.answer().await, Answer::Number(1));
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.write(&WireKind::Ron.frames(&[Ask::Text("go".into()), Ask::Hello]))
            .await;
        let rest = raw.rest().await;
        assert!(
            matches!(&rest[..], [Answer::Text(_), Answer::Error(_)]),
            "{rest:?}"
        );
        drop(raw);
        until(|| !ends.lock().unwrap().is_empty()).await;
        assert_eq!(*ends.lock().unwrap(), ["HandlerPanicked"]);
        other.ask(&Ask::Number(2)).await;
        assert_eq!(other.answer().await, Answer::Number(2));
        drop(other);
        soon(server.shutdown()).await;
        assert_eq!(server.stats().totals.panics, 1);
        assert_eq!(ends.lock().unwrap().len(), 2);
    }
}

/// A value on its way to the next stage that panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

enum State {
    First,
    Second(Bomb),
}

#[derive(Debug, PartialEq)]
struct Over;

impl From<LocalServiceTermination> for Over {
    fn from(_: LocalServiceTermination) -> Self {
        Self
    }
}

/// The value is dropped with its stage, after which something worse happened; or by the dispatcher.
#[tokio::test(start_paused = true)]
async fn p5_a_successor_that_panics_when_it_is_dropped() {
    for (fails, expected) in [
        ("fails", "HandlerFailed"),
        ("aborts", "Aborted"),
        ("advances twice", "HandlerPanicked"),
        ("is dispatched", "HandlerPanicked"),
    ] {
        let first = move |mut asks: Incoming<Ask>, peer: Peer<Answer, State>| async move {
            asks.next().await;
            let advanced = peer.advance(State::Second(Bomb));
            assert!(advanced.is_ok());
            match fails {
                "fails" => Err("no"),
                "aborts" => {
                    peer.abort();
                    Ok(())
                }
                "advances twice" => {
                    drop(peer.advance(State::Second(Bomb)));
                    Ok(())
                }
                _ => Ok(()),
            }
        };
        let (ends, listener) = ends();
        let server = Server::bind("memory://")
            .serve_stages(
                || State::First,
                move |state, stage: Stage<State, Over>| async move {
                    match state {
                        State::First => stage.run(first).await,
                        State::Second(bomb) => {
                            drop(bomb);
                            stage.end().await
                        }
                    }
                },
            )
            .on_connection_event(listener)
            .await
            .expect("a server");
        for n in 1..=2 {
            let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
            raw.ask(&Ask::Hello).await;
            while let Ok(Some(_)) = raw.next::<Answer>().await {}
            drop(raw);
            until(|| ends.lock().unwrap().len() == n).await;
        }
        settle().await;
        assert_eq!(*ends.lock().unwrap(), [expected; 2], "{fails}");
        assert_eq!(server.stats().connections, 0);
    }
}
