//! P3, P4: where one stage ends and the next begins.

use std::{
    io,
    sync::{Arc, Mutex},
};

use futures::{FutureExt, StreamExt, future::BoxFuture};
use reactive_messaging::{
    Address, Client, ConstConfig, DisconnectReason, Incoming, Peer, SendError, Stage,
    transport::{Connection, Connector, Io},
};
use tests::{
    Answer, Ask, At, Counted, Plan, Raw, Tale, Told, WireKind, connect, echoing, leaving,
    serve_stages, settle, soon,
};
use tokio::io::duplex;

/// A late frame of the old stage is one of the new stage, which cannot make anything of it.
#[tokio::test(start_paused = true)]
async fn p3_a_late_frame_of_the_old_stage_ends_the_new_one() {
    for (later, reason) in [
        (WireKind::Json, "later Decode"),
        (WireKind::Postcard, "later Frame"),
        (WireKind::Rkyv, "later Frame"),
    ] {
        let plan = Plan::on(WireKind::Ron, later);
        let (server, tale) = serve_stages("memory://", plan, leaving, echoing).await;
        let mut other = Raw::new(connect(&server.address()).await, WireKind::Ron);
        other.ask(&Ask::Hello).await;
        assert_eq!(other.answer().await, Answer::World);
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.write(&WireKind::Ron.frames(&[Ask::Text("go".into()), Ask::Number(1)]))
            .await;
        assert_eq!(raw.answer().await, Answer::Text("go".into()));
        raw.wire = later;
        let rest = raw.rest().await;
        assert!(matches!(rest[..], [Answer::Error(_)]), "{rest:?}");
        drop(raw);
        let first = "first arrived";
        tale.becomes(&[first, first, "first Advanced", "later arrived", reason])
            .await;
        other.ask(&Ask::Number(2)).await;
        assert_eq!(other.answer().await, Answer::Number(2), "{later:?}");
    }
}

/// The item of the same poll is the last one, whatever the stream would still yield; so is what was
/// sent before.
#[tokio::test(start_paused = true)]
async fn p3_the_item_of_the_same_poll_is_the_last_of_its_stage() {
    let first = |asks: Incoming<Ask>, peer: Peer<Answer, At>| {
        asks.flat_map(move |_| {
            let peer = peer.clone();
            futures::stream::iter(0..).map(move |n| {
                if n == 3 {
                    peer.try_send(Answer::World).expect("room");
                    peer.advance(At(2)).expect("a stage");
                    let refused = peer.try_send(Answer::Bye);
                    assert!(matches!(refused, Err(SendError::Closed(Answer::Bye))));
                }
                Answer::Number(n)
            })
        })
    };
    let plan = Plan::on(WireKind::Ron, WireKind::Json);
    let (server, _) = serve_stages("memory://", plan, first, echoing).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.ask(&Ask::Hello).await;
    raw.write(&WireKind::Json.frame(&Ask::Number(7))).await;
    for number in 0..3 {
        assert_eq!(raw.answer().await, Answer::Number(number));
    }
    assert_eq!(raw.answer().await, Answer::World);
    assert_eq!(raw.answer().await, Answer::Number(3));
    raw.wire = WireKind::Json;
    assert_eq!(raw.answer().await, Answer::Number(7));
}

/// One connection that is there.
struct Once(Mutex<Option<Box<dyn Io>>>);

impl Connector for Once {
    fn connect<'a>(&'a self, _: &'a ConstConfig) -> BoxFuture<'a, io::Result<Connection>> {
        let io = self.0.lock().unwrap().take();
        let address = self.address();
        async move {
            let io = io.ok_or(io::ErrorKind::ConnectionRefused)?;
            Ok(Connection { io, address })
        }
        .boxed()
    }

    fn address(&self) -> Address {
        Address::Memory("once".into())
    }
}

/// However slowly the socket takes it, what stage 1 said is in front of what stage 2 says.
#[tokio::test(start_paused = true)]
async fn p4_what_a_stage_said_is_on_the_wire_before_the_next_one_speaks() {
    const SAID: u32 = 40;
    for (pipe, at_most) in [(64 * 1024, 1), (16, 7), (1, 1), (64 * 1024, usize::MAX)] {
        for (first_wire, later_wire) in [
            (WireKind::Ron, WireKind::Postcard),
            (WireKind::Postcard, WireKind::Fixed),
            (WireKind::Fixed, WireKind::Json),
        ] {
            let (local, remote) = duplex(pipe);
            let mut local = Counted::new(local);
            local.write_at_most = at_most;
            let said = |peer: Peer<Answer, At>, at| async move {
                for number in 0..SAID {
                    peer.send(Answer::Number(number)).await.expect("room");
                }
                Some(At(at)).filter(|at| at.0 < 4)
            };
            let plan = Plan::on(first_wire, later_wire);
            let tale = Tale::default();
            let stages = move |at, stage: Stage<At, Told>| {
                let first = move |_: Incoming<Ask>, peer| said(peer, 2);
                let later = move |n, _: Incoming<Ask>, peer| said(peer, n + 1);
                plan.run(at, stage, first, later)
            };
            let client = Client::with_connector(Once(Mutex::new(Some(Box::new(local)))))
                .run_stages(|| At(1), stages)
                .on_event(tale.listener())
                .await
                .expect("a client");
            settle().await;
            let mut raw = Raw::new(remote, first_wire);
            for stage in 1..=3 {
                for number in 0..SAID {
                    let place = format!("{first_wire:?} {later_wire:?} {pipe} stage {stage}");
                    assert_eq!(raw.answer().await, Answer::Number(number), "{place}");
                }
                raw.wire = later_wire;
            }
            assert_eq!(raw.rest().await, []);
            drop(raw);
            assert!(matches!(
                soon(client.closed()).await,
                DisconnectReason::HandlerEnded
            ));
            let totals = client.stats().totals;
            assert_eq!(totals.messages_sent, 3 * u64::from(SAID));
            assert_eq!(totals.messages_undelivered, 0);
            assert_eq!(tale.told().len(), 7, "{:?}", tale.told());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn p4_the_peer_of_a_stage_that_was_left_is_closed() {
    let peers = Arc::new(Mutex::new(Vec::new()));
    let kept = peers.clone();
    let first = move |asks: Incoming<Ask>, peer: Peer<Answer, At>| {
        kept.lock().unwrap().push(peer.clone());
        leaving(asks, peer)
    };
    let (server, tale) = serve_stages("memory://", Plan::default(), first, echoing).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    settle().await;
    let peer = peers.lock().unwrap()[0].clone();
    let watched = peer.clone();
    let closed = tokio::spawn(async move { (watched.closed().await, watched.draining().await) });
    raw.ask(&Ask::Text("go".into())).await;
    assert_eq!(raw.answer().await, Answer::Text("go".into()));
    let (reason, ()) = soon(closed).await.unwrap();
    assert!(matches!(reason, DisconnectReason::Advanced), "{reason:?}");
    let sent = peer.send(Answer::World).await;
    assert!(matches!(sent, Err(SendError::Closed(Answer::World))));
    let sent = peer.try_send(Answer::Number(5));
    assert!(matches!(sent, Err(SendError::Closed(Answer::Number(5)))));
    assert_eq!(peer.advance(At(9)).expect_err("it was left").0, At(9));
    assert_eq!(peer.pending_bytes(), 0);
    // it has no power over the next stage
    peer.close();
    peer.abort();
    raw.ask(&Ask::Number(3)).await;
    assert_eq!(raw.answer().await, Answer::Number(3));
    assert_eq!(
        tale.told(),
        ["first arrived", "first Advanced", "later arrived"]
    );
}

/// What no stage brought to its remote is counted once, by the stage in which the connection ended.
#[tokio::test(start_paused = true)]
async fn p4_old_bytes_that_were_never_written_are_undelivered() {
    const SAID: usize = 80;
    for (first_wire, later_wire) in [
        (WireKind::Ron, WireKind::Postcard),
        (WireKind::Postcard, WireKind::Json),
    ] {
        let flood = |peer: &Peer<Answer, At>| {
            for _ in 0..SAID {
                peer.try_send(Answer::Text("x".repeat(1_000)))
                    .expect("room");
            }
        };
        let first = move |_: Incoming<Ask>, peer: Peer<Answer, At>| async move {
            flood(&peer);
            At(2)
        };
        let later = move |_, asks, peer: Peer<Answer, At>| {
            flood(&peer);
            echoing(2, asks, peer)
        };
        let plan = Plan::on(first_wire, later_wire);
        let (server, tale) = serve_stages("memory://", plan, first, later).await;
        let mut raw = Raw::new(connect(&server.address()).await, first_wire);
        settle().await;
        let pending = server.peers()[0].pending_bytes();
        assert!((90_000..110_000).contains(&pending), "{pending}");
        server.peers()[0].abort();
        tale.becomes(&[
            "first arrived",
            "first Advanced",
            "later arrived",
            "later Aborted",
        ])
        .await;
        let mut delivered = 0;
        while let Ok(Some(Answer::Text(_))) = raw.next().await {
            delivered += 1;
        }
        let lost = (2 * SAID - delivered) as u64;
        assert_eq!(tale.stats()[0].messages_undelivered, 0);
        assert_eq!(tale.stats()[1].messages_undelivered, lost);
        settle().await;
        assert_eq!(server.stats().totals.messages_undelivered, lost);
        assert_eq!(server.stats().totals.messages_sent, 2 * SAID as u64);
    }
}
