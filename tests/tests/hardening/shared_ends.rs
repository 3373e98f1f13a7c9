//! Shared processors: what is at work for one peer delays no other one's end.

use std::time::Duration;

use futures::{Stream, StreamExt, future::pending};
use reactive_messaging::{
    DisconnectReason, Input, Inputs, Peer, Server, queue::Tokio, reactive_server,
};
use tests::{Answer, Ask, Events, Raw, WireKind, answer, connect, settle, soon, until};
use tokio::time::Instant;

type Reply = Option<(Peer<Answer>, Answer)>;

/// What is asked by a text is never answered.
#[reactive_server(shared, concurrency = 16, unordered)]
async fn partly_stuck(
    inputs: Inputs<Ask, Answer>,
) -> impl Stream<Item = impl Future<Output = Reply>> {
    inputs.map(|(peer, input)| async move {
        match input {
            Input::Message(Ask::Text(_)) => pending().await,
            Input::Message(Ask::Quit) => None,
            Input::Message(ask) => Some((peer, answer(ask))),
            Input::Arrived | Input::Left(_) => None,
        }
    })
}

async fn raw(server: &Server<Answer>) -> Raw<Box<dyn reactive_messaging::transport::Io>> {
    Raw::new(connect(&server.address()).await, WireKind::Ron)
}

#[tokio::test(start_paused = true)]
async fn c2_a_future_of_one_peer_delays_no_other_peers_end() {
    let events = Events::default();
    let server = partly_stuck::bind("memory://")
        .on_event(events.listener())
        .await
        .expect("a server");
    let mut stuck = raw(&server).await;
    stuck.ask(&Ask::Text("stuck".into())).await;
    settle().await;
    let began = Instant::now();

    let mut half_closed = raw(&server).await;
    half_closed.ask(&Ask::Number(1)).await;
    half_closed.finish().await;
    assert_eq!(half_closed.rest().await, [Answer::Number(1)]);
    drop(half_closed);
    let reason = events.left_by(1).await;
    assert!(
        matches!(reason, DisconnectReason::RemoteClosed),
        "{reason:?}"
    );

    let mut leaving = raw(&server).await;
    leaving.ask(&Ask::Number(2)).await;
    leaving.ask(&Ask::Quit).await;
    assert_eq!(leaving.rest().await, [Answer::Number(2)]);
    drop(leaving);
    let reason = events.left_by(2).await;
    assert!(
        matches!(reason, DisconnectReason::ClosingReceived),
        "{reason:?}"
    );

    let mut rubbish = raw(&server).await;
    rubbish.write(b"rubbish\n").await;
    assert!(matches!(rubbish.rest().await[..], [Answer::Error(_)]));
    drop(rubbish);
    let reason = events.left_by(3).await;
    assert!(matches!(reason, DisconnectReason::Decode(_)), "{reason:?}");
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
}

/// Connections that ended while a future was at work for another one leave nothing to look through.
#[tokio::test]
async fn r3_connections_that_ended_cost_the_others_nothing() {
    let server = partly_stuck::bind("memory://").await.expect("a server");
    let mut stuck = raw(&server).await;
    stuck.ask(&Ask::Text("stuck".into())).await;
    for _ in 0..500 {
        let mut gone = raw(&server).await;
        gone.ask(&Ask::Number(1)).await;
        gone.finish().await;
        assert_eq!(gone.rest().await, [Answer::Number(1)]);
    }
    until(|| server.stats().connections == 1).await;
    let mut other = raw(&server).await;
    other.ask(&Ask::Number(2)).await;
    assert_eq!(other.answer().await, Answer::Number(2));
}

/// A service with a handler that never ends is over once, not thrice, after `drain_timeout`.
#[tokio::test(start_paused = true)]
async fn s2_a_stuck_shared_handler_is_waited_for_once() {
    let server = Server::bind("memory://")
        .serve_shared(|inputs: Inputs<Ask, Answer>| inputs.then(|_| pending::<()>()))
        .channel(Tokio::<1>)
        .await
        .expect("a server");
    let mut remotes = Vec::new();
    for _ in 0..5 {
        let mut remote = raw(&server).await;
        remote.write(b"Number(1)\nNumber(2)\n").await;
        remotes.push(remote);
    }
    settle().await;
    let began = Instant::now();
    let report = soon(server.shutdown()).await;
    assert_eq!((report.connections, report.aborted), (5, 5));
    assert!(
        began.elapsed() <= Duration::from_secs(13),
        "{:?}",
        began.elapsed()
    );
}

/// A limit that is none at all is a limit, too.
#[tokio::test(start_paused = true)]
async fn s1_a_shared_handler_drains_without_a_limit() {
    const CONFIG: reactive_messaging::ConstConfig = reactive_messaging::ConstConfig {
        drain_timeout: Duration::MAX,
        ..reactive_messaging::ConstConfig::default()
    };
    let events = Events::default();
    // it is still at work when its last connection is over
    let slow = |inputs: Inputs<Ask, Answer>| {
        inputs.then(|(peer, input)| async move {
            match input {
                Input::Message(ask) => Some((peer, answer(ask))),
                Input::Arrived => None,
                Input::Left(_) => {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    None
                }
            }
        })
    };
    let server = Server::bind("memory://")
        .serve_shared(slow)
        .config(CONFIG)
        .on_event(events.listener())
        .await
        .expect("a server");
    let mut remote = raw(&server).await;
    remote.ask(&Ask::Number(1)).await;
    assert_eq!(remote.answer().await, Answer::Number(1));
    let shutdown = tokio::spawn(async move { server.shutdown().await });
    assert_eq!(remote.rest().await, []);
    drop(remote);
    let report = soon(shutdown).await.expect("no panic");
    assert_eq!((report.connections, report.aborted), (1, 0));
    events.assert_paired(1);
}
