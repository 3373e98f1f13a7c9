//! P5: a stage that fails, or whose events do, ends its connection and nothing else.

use std::{future::pending, sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt};
use reactive_messaging::{
    ConnectionEvent, ConstConfig, Incoming, Peer, ProtocolEvent, Server, Stage,
};
use tests::{
    Answer, Ask, At, Plan, Raw, Tale, Told, WireKind, bind_stages, brief, connect, echoing,
    leaving, serve_stages, settle, soon, until,
};
use tokio::time::Instant;

fn text(text: &str) -> Ask {
    Ask::Text(text.into())
}

/// The remote is told of what fails behind the wish to leave, like of any other failure.
#[tokio::test(start_paused = true)]
async fn p5_an_error_right_behind_advance_ends_the_connection_and_is_told() {
    let failing = |_: Incoming<Ask>, peer: Peer<Answer, At>| async move {
        peer.advance(At(2)).expect("a stage");
        Err::<(), _>("no way")
    };
    let (server, tale) = serve_stages("memory://", Plan::default(), failing, echoing).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    assert_eq!(raw.rest().await, [Answer::Error("no way".into())]);
    tale.becomes(&["first arrived", "first HandlerFailed"])
        .await;
}

#[tokio::test(start_paused = true)]
async fn p5_a_panic_right_behind_advance_ends_the_connection_and_is_told() {
    let panicking = |_: Incoming<Ask>, peer: Peer<Answer, At>| async move {
        peer.advance(At(2)).expect("a stage");
        panic!("at the last moment");
    };
    let panicking = move |asks, peer| panicking(asks, peer).map(|never: ()| never);
    let (server, tale) = serve_stages("memory://", Plan::default(), panicking, echoing).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    assert!(matches!(raw.rest().await[..], [Answer::Error(_)]));
    tale.becomes(&["first arrived", "first HandlerPanicked"])
        .await;
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[tokio::test(start_paused = true)]
async fn p5_a_handler_that_panics_when_it_is_dropped_at_the_transition() {
    let first = |asks: Incoming<Ask>, peer: Peer<Answer, At>| {
        let bomb = PanicsWhenDropped;
        leaving(asks, peer).inspect(move |_| {
            let _ = &bomb;
        })
    };
    let (server, tale) = serve_stages("memory://", Plan::default(), first, echoing).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.ask(&text("go")).await;
    assert!(matches!(
        raw.rest().await[..],
        [Answer::Text(_), Answer::Error(_)]
    ));
    tale.becomes(&["first arrived", "first HandlerPanicked"])
        .await;
}

/// An error item that is yielded in the same poll as the advance is the stage's last one, and answered.
#[tokio::test(start_paused = true)]
async fn p5_an_error_item_in_the_poll_of_the_advance_is_told() {
    let first = |asks: Incoming<Ask>, peer: Peer<Answer, At>| {
        asks.map(move |_| {
            peer.advance(At(2)).expect("a stage");
            Err::<Answer, _>("the last item")
        })
    };
    let (server, tale) = serve_stages("memory://", Plan::default(), first, echoing).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.ask(&text("go")).await;
    raw.ask(&Ask::Number(1)).await;
    assert_eq!(raw.answer().await, Answer::Error("the last item".into()));
    assert_eq!(raw.answer().await, Answer::Number(1));
    let stats = tale.lines()[1].stats;
    assert_eq!((stats.handler_errors, stats.notices_dropped), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn p5_a_state_that_cannot_be_made() {
    let ends = Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = ends.clone();
    let server = Server::bind("memory://")
        .serve_stages(
            || -> At { panic!("no state") },
            |at, stage: Stage<At, Told>| Plan::default().run(at, stage, leaving, echoing),
        )
        .on_connection_event(move |event| {
            if let ConnectionEvent::Disconnected { reason, .. } = event {
                kept.lock().unwrap().push(brief(&reason));
            }
            std::future::ready(())
        })
        .await
        .expect("a server");
    for n in 1..=3 {
        let _raw = connect(&server.address()).await;
        until(|| ends.lock().unwrap().len() >= n).await;
    }
    assert_eq!(*ends.lock().unwrap(), ["HandlerPanicked"; 3]);
    assert_eq!(server.stats().connections, 0);
}

/// Without the last event of a stage, the connection does not go on.
#[tokio::test(start_paused = true)]
async fn p5_the_callback_of_a_stage_panics() {
    for panics_at in [
        "first arrived",
        "first Advanced",
        "later arrived",
        "later RemoteClosed",
    ] {
        let tale = Tale::default();
        let told = tale.clone();
        let ends = Arc::new(std::sync::Mutex::new(Vec::new()));
        let kept = ends.clone();
        let server = bind_stages("memory://", Plan::default(), leaving, echoing)
            .on_event(move |event| {
                told.keep(event);
                let count = told.count(panics_at);
                let panics = told.told().last().is_some_and(|last| last == panics_at);
                if panics && count == 1 {
                    panic!("in a callback");
                }
                std::future::ready(())
            })
            .on_connection_event(move |event| {
                if let ConnectionEvent::Disconnected { reason, .. } = event {
                    kept.lock().unwrap().push(brief(&reason));
                }
                std::future::ready(())
            })
            .await
            .expect("a server");
        for bad in [true, false] {
            let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
            let _ = tokio::io::AsyncWriteExt::write_all(
                &mut raw.io,
                &WireKind::Ron.frames(&[text("go"), Ask::Number(1)]),
            )
            .await;
            let _ = tokio::io::AsyncWriteExt::shutdown(&mut raw.io).await;
            if !bad {
                assert_eq!(raw.rest().await.len(), 2, "{panics_at}");
            }
            until(|| ends.lock().unwrap().len() == 1 + usize::from(!bad)).await;
        }
        let first = match panics_at {
            "later RemoteClosed" => "RemoteClosed",
            _ => "HandlerPanicked",
        };
        assert_eq!(
            *ends.lock().unwrap(),
            [first, "RemoteClosed"],
            "{panics_at}"
        );
        let arrived = tale.count("first arrived") + tale.count("later arrived");
        let left = tale.told().len() - arrived;
        assert_eq!(arrived, left, "{panics_at}: {:?}", tale.told());
    }
}

/// Like the callback of a dialog that is no stage.
#[tokio::test(start_paused = true)]
async fn p5_an_end_that_could_not_be_told_is_not_in_order() {
    let server = bind_stages("memory://", Plan::default(), leaving, echoing)
        .on_event(|event| {
            if matches!(event, Told::Later(ProtocolEvent::PeerLeft { .. })) {
                panic!("in a callback");
            }
            std::future::ready(())
        })
        .await
        .expect("a server");
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.ask(&text("go")).await;
    raw.answer().await;
    settle().await;
    let report = soon(server.shutdown()).await;
    assert_eq!((report.connections, report.aborted), (1, 1));
}

/// What a stage left unwritten is counted, wherever its connection ends.
#[tokio::test(start_paused = true)]
async fn p4_the_undelivered_are_counted_while_the_next_stage_is_told_of() {
    const SAID: usize = 80;
    for hangs_at in ["first Advanced", "later arrived"] {
        let tale = Tale::default();
        let told = tale.clone();
        let first = |_: Incoming<Ask>, peer: Peer<Answer, At>| async move {
            for _ in 0..SAID {
                peer.try_send(Answer::Text("x".repeat(1_000)))
                    .expect("room");
            }
            At(2)
        };
        let server = bind_stages("memory://", Plan::default(), first, echoing)
            .on_event(move |event| {
                told.keep(event);
                let hangs = told.told().last().is_some_and(|last| last == hangs_at);
                async move {
                    if hangs {
                        pending::<()>().await;
                    }
                }
            })
            .await
            .expect("a server");
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        settle().await;
        let began = Instant::now();
        let report = soon(server.shutdown()).await;
        assert_eq!(began.elapsed(), Duration::from_secs(10), "{hangs_at}");
        let mut delivered = 0;
        while let Ok(Some(Answer::Text(_))) = raw.next().await {
            delivered += 1;
        }
        assert!((50..SAID).contains(&delivered), "{hangs_at}: {delivered}");
        assert_eq!((report.connections, report.aborted), (1, 1), "{hangs_at}");
        let lost = (SAID - delivered) as u64;
        assert_eq!(report.messages_undelivered, lost, "{hangs_at}");
        let totals = server.stats().totals;
        assert_eq!(
            (totals.messages_sent, totals.messages_undelivered),
            (SAID as u64, lost)
        );
    }
}

/// Handlers that have nothing to wait for, since the input is over: others have their turn, and the
/// deadlines hold.
#[tokio::test(start_paused = true)]
async fn p5_stages_that_only_follow_each_other_do_not_keep_the_thread() {
    let bounce = |mut asks: Incoming<Ask>, _: Peer<Answer, At>| async move {
        while asks.next().await.is_some() {}
        At(2)
    };
    let later = move |_, asks: Incoming<Ask>, peer: Peer<Answer, At>| bounce(asks, peer);
    let config = ConstConfig {
        half_closed_timeout: Some(Duration::from_millis(300)),
        drain_timeout: Duration::from_millis(300),
        ..ConstConfig::default()
    };
    let plan = Plan::with(config, config);
    for drains in [false, true] {
        tests::watched(Duration::from_secs(20), move || async move {
            tokio::time::resume();
            let (server, tale) = serve_stages("memory://", plan, bounce, later).await;
            let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
            settle().await;
            if drains {
                soon(server.shutdown()).await;
            } else {
                raw.finish().await;
                until(|| server.stats().connections == 0).await;
            }
            let last = tale
                .told()
                .into_iter()
                .rfind(|told| !told.starts_with("service"));
            let expected = match drains {
                true => "later DrainTimeout",
                false => "later HalfClosedTimeout",
            };
            assert_eq!(last.as_deref(), Some(expected));
        });
    }
}
