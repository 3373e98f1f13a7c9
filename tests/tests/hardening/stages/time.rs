//! P: deadlines, drains and aborts of a connection in its stages.

use std::time::Duration;

use futures::StreamExt;
use reactive_messaging::{ConstConfig, Incoming, Peer};
use tests::{
    Answer, Ask, At, Plan, Raw, Tale, WireKind, answer, bind_stages, connect, echoing, leaving,
    serve_stages, settle, soon, until,
};
use tokio::time::{Instant, sleep};

const CONFIG: ConstConfig = ConstConfig::default();

const fn seconds(seconds: u64) -> Option<Duration> {
    Some(Duration::from_secs(seconds))
}

/// Each stage has the deadlines of its own configuration, from its own beginning.
#[tokio::test(start_paused = true)]
async fn t1_t2_deadlines_are_those_of_the_stage() {
    let first_frame = ConstConfig {
        first_frame_timeout: seconds(3),
        ..CONFIG
    };
    let idle = ConstConfig {
        idle_timeout: seconds(4),
        ..CONFIG
    };
    let go = WireKind::Ron.frame(&Ask::Text("go".into()));
    let spoken = [&go[..], &WireKind::Ron.frame(&Ask::Hello)].concat();
    let begun = [&go[..], b"Num"].concat();
    for (plan, bytes, reason, after) in [
        (
            Plan::with(first_frame, CONFIG),
            &b""[..],
            "first FirstFrameTimeout",
            3,
        ),
        (
            Plan::with(CONFIG, first_frame),
            &go,
            "later FirstFrameTimeout",
            3,
        ),
        (Plan::with(first_frame, idle), &go, "later IdleTimeout", 4),
        // a frame that was read before the stage began is its first one
        (Plan::with(first_frame, first_frame), &spoken, "", 59),
        (Plan::with(idle, CONFIG), &go, "", 59),
        (Plan::with(CONFIG, CONFIG), &begun, "later FrameTimeout", 10),
        (Plan::with(CONFIG, idle), &begun, "later IdleTimeout", 4),
    ] {
        let (server, tale) = serve_stages("memory://", plan, leaving, echoing).await;
        let began = Instant::now();
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.write(bytes).await;
        let over = async { while let Ok(Some(_)) = raw.next::<Answer>().await {} };
        let lasts = tokio::time::timeout(Duration::from_secs(59), over).await;
        assert_eq!(lasts.is_err(), reason.is_empty(), "{:?}", tale.told());
        assert_eq!(began.elapsed().as_secs(), after, "{reason}");
        drop(raw);
        if !reason.is_empty() {
            until(|| server.stats().connections == 0).await;
            assert_eq!(tale.told().last().unwrap(), reason);
        }
    }
}

/// What is left of a frame has its time anew in the next stage.
#[tokio::test(start_paused = true)]
async fn t2_a_partial_frame_has_its_time_anew_behind_a_transition() {
    let first = |mut asks: Incoming<Ask>, peer: Peer<Answer, At>| async move {
        let ask = asks.next().await.expect("an ask");
        sleep(Duration::from_secs(6)).await;
        peer.send(answer(ask)).await.expect("room");
        At(2)
    };
    let (server, tale) = serve_stages("memory://", Plan::default(), first, echoing).await;
    let began = Instant::now();
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.write(b"Hello\nNum").await;
    assert!(matches!(raw.rest().await[..], [Answer::World]));
    assert_eq!(began.elapsed().as_secs(), 16);
    drop(raw);
    tale.becomes(&[
        "first arrived",
        "first Advanced",
        "later arrived",
        "later FrameTimeout",
    ])
    .await;
}

/// However many stages follow each other meanwhile, a drain ends `drain_timeout` after its beginning.
#[tokio::test(start_paused = true)]
async fn s2_stages_that_follow_each_other_drain_no_longer_than_one() {
    let slow = |_, _: Incoming<Ask>, peer: Peer<Answer, At>| async move {
        sleep(Duration::from_secs(3)).await;
        peer.try_send(Answer::World).expect("room");
        At(2)
    };
    let first = move |asks, peer| slow(1, asks, peer);
    let (server, tale) = serve_stages("memory://", Plan::default(), first, slow).await;
    let _raw = connect(&server.address()).await;
    sleep(Duration::from_secs(1)).await;
    let began = Instant::now();
    let report = soon(server.shutdown()).await;
    assert_eq!(began.elapsed().as_secs(), 10);
    assert_eq!((report.connections, report.aborted), (1, 1));
    assert_eq!(report.messages_undelivered, 0);
    let told = tale.told();
    assert_eq!(
        told[told.len() - 2..],
        ["later DrainTimeout", "service over"]
    );
}

/// A drain that begins while a stage is being left counts from its own beginning.
#[tokio::test(start_paused = true)]
async fn s2_a_drain_that_begins_during_a_transition() {
    let first = |mut asks: Incoming<Ask>, _: Peer<Answer, At>| async move {
        asks.next().await;
        // keeps the rest of its chunk for some time
        tokio::spawn(async move {
            sleep(Duration::from_secs(9)).await;
            drop(asks);
        });
        At(2)
    };
    for (lasts, aborted, ends) in [(6, 0, 15), (20, 1, 15)] {
        let later = move |_, asks: Incoming<Ask>, _: Peer<Answer, At>| {
            asks.then(move |ask| async move {
                sleep(Duration::from_secs(lasts)).await;
                answer(ask)
            })
        };
        let (server, tale) = serve_stages("memory://", Plan::default(), first, later).await;
        let began = Instant::now();
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.write(&WireKind::Ron.frames(&[Ask::Hello, Ask::Number(1)]))
            .await;
        sleep(Duration::from_secs(5)).await;
        let reading = async {
            let mut answers = Vec::new();
            while let Ok(Some(answer)) = raw.next::<Answer>().await {
                answers.push(answer);
            }
            drop(raw);
            answers
        };
        let (report, answers) = tokio::join!(soon(server.shutdown()), reading);
        assert_eq!(
            (report.connections, report.aborted),
            (1, aborted),
            "{lasts}"
        );
        assert_eq!(began.elapsed().as_secs(), ends, "{lasts}");
        assert_eq!(answers.len(), 1 - aborted);
        assert_eq!(tale.count("first Advanced"), 1);
    }
}

/// Between two stages, while an event callback runs.
#[tokio::test(start_paused = true)]
async fn s5_shutdown_and_abort_between_two_stages() {
    for (aborts, expected) in [
        (
            false,
            [
                "first arrived",
                "first Advanced",
                "later arrived",
                "later Shutdown",
            ]
            .as_slice(),
        ),
        (true, ["first arrived", "first Advanced"].as_slice()),
    ] {
        let tale = Tale::default();
        let told = tale.clone();
        let server = bind_stages("memory://", Plan::default(), leaving, echoing)
            .on_event(move |event| {
                told.keep(event);
                let waits = told
                    .told()
                    .last()
                    .is_some_and(|last| last == "first Advanced");
                async move {
                    if waits {
                        sleep(Duration::from_secs(3)).await;
                    }
                }
            })
            .await
            .expect("a server");
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.write(&WireKind::Ron.frames(&[Ask::Text("go".into()), Ask::Number(1)]))
            .await;
        assert_eq!(raw.answer().await, Answer::Text("go".into()));
        settle().await;
        let began = Instant::now();
        if aborts {
            drop(server);
            while let Ok(Some(_)) = raw.next::<Answer>().await {}
            assert!(began.elapsed() < Duration::from_secs(1));
            until(|| tale.count("service over") == 1).await;
        } else {
            let reading = async {
                let rest = raw.rest().await;
                drop(raw);
                rest
            };
            let (report, rest) = tokio::join!(soon(server.shutdown()), reading);
            assert_eq!(rest, [Answer::Number(1)]);
            assert_eq!((report.connections, report.aborted), (1, 0));
            assert_eq!(began.elapsed().as_secs(), 2);
        }
        assert_eq!(tale.told(), [expected, &["service over"]].concat());
    }
}
