//! P5: a stage that fails, or whose events do, ends its connection and nothing else.

use std::{sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt};
use reactive_messaging::{ConnectionEvent, ConstConfig, Incoming, Peer, Server, Stage};
use tests::{
    Answer, Ask, At, Plan, Raw, Told, WireKind, brief, connect, echoing, leaving, serve_stages,
    settle, soon, until,
};

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

/// Handlers that have nothing to wait for, since the input is over: others have their turn, stages that
/// do nothing come to an end, and for those that speak the deadlines hold.
#[tokio::test(start_paused = true)]
async fn p5_stages_that_only_follow_each_other_do_not_keep_the_thread() {
    for (drains, speaks, expected) in [
        (false, false, "later RemoteClosed"),
        (true, false, "later Shutdown"),
        (true, true, "later DrainTimeout"),
    ] {
        let bounce = move |mut asks: Incoming<Ask>, peer: Peer<Answer, At>| async move {
            while asks.next().await.is_some() {}
            if speaks {
                let _ = peer.try_send(Answer::World);
            }
            At(2)
        };
        let later = move |_, asks: Incoming<Ask>, peer: Peer<Answer, At>| bounce(asks, peer);
        let config = ConstConfig {
            drain_timeout: Duration::from_millis(300),
            ..ConstConfig::default()
        };
        let plan = Plan::with(config, config);
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
            assert_eq!(last.as_deref(), Some(expected));
        });
    }
}
