//! Stages, as whoever counts, watches or reconnects sees them.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{FutureExt, Stream, StreamExt, future::pending};
use reactive_messaging::{
    Client, ConnectionEvent, Incoming, Peer, ProtocolEvent, Reconnect, Server, Stage,
};
use tests::{
    Answer, Ask, At, Plan, Raw, Tale, Told, WireKind, bind_stages, brief, connect, echoing,
    leaving, serve_stages, settle, soon, until,
};
use tokio::time::sleep;

/// All that the stages counted is what the service counts.
#[tokio::test(start_paused = true)]
async fn stats_of_stages_add_up() {
    let later = |_, asks: Incoming<Ask>, peer| leaving(asks, peer);
    let plan = Plan::on(WireKind::Ron, WireKind::Postcard);
    let (server, tale) = serve_stages("memory://", plan, leaving, later).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let of_stage = [Ask::Number(1), Ask::Number(2), Ask::Text("go".into())];
    let mut bytes = WireKind::Ron.frames(&of_stage);
    for _ in 0..4 {
        bytes.extend(WireKind::Postcard.frames(&of_stage));
    }
    let (begin, end) = bytes.split_at(bytes.len() / 2);
    raw.write(begin).await;
    settle().await;
    raw.write(end).await;
    raw.finish().await;
    for stage in 0..5 {
        assert_eq!(raw.answer().await, Answer::Number(1), "{stage}");
        assert_eq!(raw.answer().await, Answer::Number(2), "{stage}");
        assert_eq!(raw.answer().await, Answer::Text("go".into()), "{stage}");
        raw.wire = WireKind::Postcard;
    }
    assert_eq!(raw.rest().await, []);
    drop(raw);
    until(|| server.stats().connections == 0).await;
    let mut sum = reactive_messaging::PeerStats::default();
    for stats in tale.stats() {
        sum += stats;
    }
    let stats = server.stats();
    assert_eq!(stats.totals, sum);
    assert_eq!((sum.messages_received, sum.messages_sent), (15, 15));
    assert_eq!(sum.bytes_received, bytes.len() as u64);
    assert_eq!(stats.connections_total, 1);
    assert_eq!(tale.stats().len(), 6);
}

/// Whatever the stage, it is one connection.
#[tokio::test(start_paused = true)]
async fn a_connection_is_the_same_in_all_its_stages() {
    let later = |_, asks: Incoming<Ask>, peer| leaving(asks, peer);
    let connections = Arc::new(Mutex::new(Vec::new()));
    let kept = connections.clone();
    let tale = Tale::default();
    let server = bind_stages("memory://", Plan::default(), leaving, later)
        .on_event(tale.listener())
        .on_connection_event(move |event| {
            match event {
                ConnectionEvent::Connected { id, .. }
                | ConnectionEvent::Disconnected { id, .. } => kept.lock().unwrap().push(id),
                _ => {}
            }
            std::future::ready(())
        })
        .await
        .expect("a server");
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    settle().await;
    let id = server.peers()[0].id();
    for _ in 0..3 {
        raw.ask(&Ask::Text("go".into())).await;
        raw.answer().await;
        settle().await;
        let peers = server.peers();
        assert_eq!(peers.len(), 1);
        assert_eq!(peers[0].id(), id);
        assert_eq!(server.stats().connections, 1);
    }
    // the peer of the stage that is there closes the connection
    server.peers()[0].close();
    assert_eq!(raw.rest().await, []);
    drop(raw);
    until(|| connections.lock().unwrap().len() == 2).await;
    assert_eq!(*connections.lock().unwrap(), [id, id]);
    assert!(tale.lines().iter().all(|line| line.id == Some(id)));
    assert_eq!(tale.told().last().unwrap(), "later LocalClosed");
}

/// Each generation begins in the first stage.
#[tokio::test(start_paused = true)]
async fn a_client_that_connects_again_begins_again() {
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Answer>, peer: Peer<Ask>| {
            asks.map(move |answer| {
                if answer == Answer::Text("2".into()) {
                    peer.close();
                }
                Ask::Text("go".into())
            })
        })
        .await
        .expect("a server");
    let tale = Tale::default();
    let say = |peer: &Peer<Answer, At>, stage: u32| {
        peer.try_send(Answer::Text(stage.to_string()))
            .expect("room");
    };
    let stages = move |at, stage: Stage<At, Told>| {
        let first = move |asks: Incoming<Ask>, peer: Peer<Answer, At>| {
            say(&peer, 1);
            leaving(asks, peer).filter(|_| std::future::ready(false))
        };
        let later = move |n, asks: Incoming<Ask>, peer: Peer<Answer, At>| {
            say(&peer, n);
            asks.map(|_| ())
        };
        Plan::default().run(at, stage, first, later)
    };
    let client = Client::connect(server.address())
        .run_stages(|| At(1), stages)
        .on_event(tale.listener())
        .reconnect(Reconnect::default())
        .await
        .expect("a client");
    until(|| tale.count("later RemoteClosed") == 3).await;
    let told = tale.told();
    let generation = [
        "first arrived",
        "first Advanced",
        "later arrived",
        "later RemoteClosed",
    ];
    assert_eq!(told[..12], [generation; 3].concat());
    let ids: Vec<_> = tale.lines().iter().step_by(4).map(|line| line.id).collect();
    assert!(ids[0] < ids[1] && ids[1] < ids[2], "{ids:?}");
    assert_eq!(client.peer().id(), tale.lines().last().unwrap().id.unwrap());
    soon(client.shutdown()).await;
}

#[tokio::test(start_paused = true)]
async fn futures_in_flight_are_dropped_and_counted_with_their_stage() {
    let first = |asks: Incoming<Ask>, peer: Peer<Answer, At>| {
        asks.map(move |ask| {
            let peer = peer.clone();
            async move {
                if ask == Ask::Hello {
                    sleep(Duration::from_secs(1)).await;
                    peer.advance(At(2)).expect("a stage");
                }
                pending::<Answer>().await
            }
        })
    };
    let (server, tale) = serve_stages("memory://", Plan::default(), first, echoing).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.write(&WireKind::Ron.frames(&[Ask::Hello, Ask::Number(1)]))
        .await;
    assert_eq!(raw.answer().await, Answer::Number(1));
    assert_eq!(tale.stats()[0].futures_dropped, 1);
    assert_eq!(server.stats().totals.futures_dropped, 1);
}

/// Events of a stage carry a peer that can speak for it.
#[tokio::test(start_paused = true)]
async fn what_an_event_callback_says_is_in_front_of_its_stage() {
    let plan = Plan::on(WireKind::Ron, WireKind::Json);
    let server = bind_stages("memory://", plan, leaving, echoing)
        .on_event(|event| async move {
            if let Told::Later(ProtocolEvent::PeerArrived { peer }) = event {
                peer.send(Answer::World).await.expect("room");
            }
        })
        .await
        .expect("a server");
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let mut bytes = WireKind::Ron.frame(&Ask::Text("go".into()));
    bytes.extend(WireKind::Json.frame(&Ask::Number(1)));
    raw.write(&bytes).await;
    assert_eq!(raw.answer().await, Answer::Text("go".into()));
    raw.wire = WireKind::Json;
    assert_eq!(raw.answer().await, Answer::World);
    assert_eq!(raw.answer().await, Answer::Number(1));
    let peer = server.peers().remove(0);
    drop(raw);
    assert_eq!(brief(&soon(peer.closed()).await), "RemoteClosed");
}

/// Answers nothing, and leaves its stage at `Hello`.
async fn waiting(ask: Ask) -> std::ops::ControlFlow<(), Answer> {
    if ask == Ask::Hello {
        sleep(Duration::from_secs(1)).await;
        return std::ops::ControlFlow::Break(());
    }
    pending().await
}

#[reactive_messaging::reactive_server]
mod in_order {
    use super::*;

    #[stage(First => Second, concurrency = 3)]
    fn first(
        asks: Incoming<Ask>,
    ) -> impl Stream<Item = impl Future<Output = std::ops::ControlFlow<First, Answer>>> {
        asks.map(|ask| waiting(ask).map(|left| left.map_break(|()| First::Second)))
    }

    #[stage(Second)]
    fn second(asks: Incoming<Ask>) -> impl Stream<Item = Answer> {
        tests::echo(asks)
    }
}

#[reactive_messaging::reactive_server]
mod as_they_complete {
    use super::*;

    #[stage(First => Second, concurrency = 3, unordered)]
    fn first(
        asks: Incoming<Ask>,
    ) -> impl Stream<Item = impl Future<Output = std::ops::ControlFlow<First, Answer>>> {
        asks.map(|ask| waiting(ask).map(|left| left.map_break(|()| First::Second)))
    }

    #[stage(Second)]
    fn second(asks: Incoming<Ask>) -> impl Stream<Item = Answer> {
        tests::echo(asks)
    }
}

/// What the remote sent behind the three that are at work belongs to the next stage.
#[tokio::test(start_paused = true)]
async fn concurrent_futures_in_flight_are_dropped_and_counted_with_their_stage() {
    for (server, order) in [
        (
            in_order::bind("memory://").await.expect("a server"),
            [0, 1, 2],
        ),
        (
            as_they_complete::bind("memory://").await.expect("a server"),
            [1, 0, 2],
        ),
    ] {
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        let asks = order.map(|n| match n {
            0 => Ask::Hello,
            n => Ask::Number(n),
        });
        raw.write(&WireKind::Ron.frames(&asks)).await;
        raw.ask(&Ask::Number(9)).await;
        assert_eq!(raw.answer().await, Answer::Number(9));
        assert_eq!(server.stats().totals.futures_dropped, 2);
    }
}
