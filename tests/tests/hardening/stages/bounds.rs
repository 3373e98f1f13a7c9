//! P: what bounds a stage bounds a connection of many stages, too.

use std::time::Duration;

use futures::StreamExt;
use reactive_messaging::{ConstConfig, Incoming, Peer, ProtocolEvent};
use tests::{
    Answer, Ask, At, Plan, Raw, Told, WireKind, answer, bind_stages, connect, echoing,
    serve_stages, settle, soon, until,
};
use tokio::{
    io::AsyncWriteExt,
    time::{Instant, sleep},
};

const CONFIG: ConstConfig = ConstConfig::default();

fn text(text: &str) -> Ask {
    Ask::Text(text.into())
}

/// A remote that asks for one stage after the other and reads nothing fills no memory.
#[tokio::test(start_paused = true)]
async fn b1_what_stages_leave_unwritten_is_bounded() {
    let greeting = |peer: &Peer<Answer, At>| {
        while peer.try_send(Answer::Text("x".repeat(10_000))).is_ok() {}
    };
    let later = move |_, mut asks: Incoming<Ask>, peer: Peer<Answer, At>| async move {
        greeting(&peer);
        asks.next().await;
        At(2)
    };
    let first = move |asks: Incoming<Ask>, peer: Peer<Answer, At>| later(1, asks, peer);
    let server = bind_stages("memory://", Plan::default(), first, later)
        .on_event(|event| async move {
            if let Told::Later(ProtocolEvent::PeerArrived { peer }) = event {
                peer.send(Answer::Text("x".repeat(10_000)))
                    .await
                    .expect("room");
            }
        })
        .await
        .expect("a server");
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.write(&WireKind::Ron.frames(&vec![text("go"); 500]))
        .await;
    settle().await;
    let sent = server.stats().totals.messages_sent;
    // an outbox of 256 KiB, what one event adds to it, and what the pipe holds
    assert!((25..=36).contains(&sent), "{sent} messages of 10,000 bytes");
}

/// A remote that reads nothing meets `write_timeout`, however often the stage changes meanwhile.
#[tokio::test(start_paused = true)]
async fn t5_a_transition_gives_a_stalled_remote_no_more_time() {
    let flood = |_: Incoming<Ask>, peer: Peer<Answer, At>| async move {
        for _ in 0..70 {
            peer.try_send(Answer::Text("x".repeat(1_000)))
                .expect("room");
        }
        sleep(Duration::from_secs(1)).await;
        At(2)
    };
    let later = |_, _: Incoming<Ask>, _: Peer<Answer, At>| async move {
        sleep(Duration::from_secs(1)).await;
        At(2)
    };
    let config = ConstConfig {
        write_timeout: Some(Duration::from_secs(5)),
        ..CONFIG
    };
    let plan = Plan::with(config, config);
    let (server, tale) = serve_stages("memory://", plan, flood, later).await;
    let began = Instant::now();
    let _raw = connect(&server.address()).await;
    settle().await;
    until(|| server.stats().connections == 0).await;
    assert_eq!(began.elapsed().as_secs(), 5);
    assert_eq!(tale.told().last().unwrap(), "later WriteTimeout");
}

/// The remote has finished within a frame: that is no frame that may still arrive in time.
#[tokio::test(start_paused = true)]
async fn c3_a_partial_frame_behind_which_the_input_ended_is_not_waited_for() {
    let first = |mut asks: Incoming<Ask>, peer: Peer<Answer, At>| async move {
        let ask = asks.next().await.expect("an ask");
        peer.send(answer(ask)).await.expect("room");
        // the end is read meanwhile
        sleep(Duration::from_secs(1)).await;
        At(2)
    };
    let later = |_, asks: Incoming<Ask>, _: Peer<Answer, At>| {
        asks.then(|ask| async move {
            sleep(Duration::from_secs(20)).await;
            answer(ask)
        })
    };
    let (server, tale) = serve_stages("memory://", Plan::default(), first, later).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let mut bytes = WireKind::Ron.frames(&[text("go"), text("on")]);
    bytes.extend(b"Num");
    raw.write(&bytes).await;
    raw.finish().await;
    assert_eq!(
        raw.rest().await,
        ["go", "on"].map(|text| Answer::Text(text.into()))
    );
    tale.becomes(&[
        "first arrived",
        "first Advanced",
        "later arrived",
        "later UnexpectedEnd",
    ])
    .await;
}

/// A stage that drains has a successor that gets all that was read, as it frames it.
#[tokio::test(start_paused = true)]
async fn s1_what_was_read_before_a_shutdown_is_for_the_next_stage_too() {
    for (first_wire, later_wire) in [
        (WireKind::Ron, WireKind::Postcard),
        (WireKind::Postcard, WireKind::Ron),
        (WireKind::Fixed, WireKind::Ron),
        (WireKind::Ron, WireKind::Fixed),
    ] {
        let first = |mut asks: Incoming<Ask>, peer: Peer<Answer, At>| async move {
            let ask = asks.next().await.expect("an ask");
            peer.draining().await;
            sleep(Duration::from_secs(1)).await;
            peer.send(answer(ask)).await.expect("room");
            At(2)
        };
        let plan = Plan::on(first_wire, later_wire);
        let (server, tale) = serve_stages("memory://", plan, first, echoing).await;
        let mut raw = Raw::new(connect(&server.address()).await, first_wire);
        let mut bytes = first_wire.frame(&text("go"));
        bytes.extend(later_wire.frames(&[Ask::Number(1), text("on")]));
        raw.write(&bytes).await;
        settle().await;
        let report = soon(server.shutdown());
        let read = async {
            let place = format!("{first_wire:?} then {later_wire:?}");
            assert_eq!(raw.answer().await, Answer::Text("go".into()), "{place}");
            raw.wire = later_wire;
            let rest = raw.rest().await;
            assert_eq!(
                rest,
                [Answer::Number(1), Answer::Text("on".into())],
                "{place}"
            );
            drop(raw);
        };
        let (report, ()) = tokio::join!(report, read);
        assert_eq!(report.aborted, 0);
        tale.becomes(&[
            "first arrived",
            "first Advanced",
            "later arrived",
            "later Shutdown",
            "service over",
        ])
        .await;
    }
}

/// A remote whose input is no frame is told so while the service drains, and no stage follows.
#[tokio::test(start_paused = true)]
async fn p3_an_undecodable_message_outweighs_a_drain() {
    let first = |mut asks: Incoming<Ask>, peer: Peer<Answer, At>| async move {
        peer.draining().await;
        while asks.next().await.is_some() {}
        At(2)
    };
    let (server, tale) = serve_stages("memory://", Plan::default(), first, echoing).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.write(b"Rubbish\nNumber(1)\n").await;
    settle().await;
    let shutdown = soon(server.shutdown());
    let (_, rest) = tokio::join!(shutdown, async {
        let rest = raw.rest().await;
        drop(raw);
        rest
    });
    assert!(matches!(rest[..], [Answer::Error(_)]), "{rest:?}");
    tale.becomes(&["first arrived", "first Decode", "service over"])
        .await;
}

/// The last message of a chunk frees a driver that waits for it.
#[tokio::test(start_paused = true)]
async fn p3_a_reader_elsewhere_that_works_on_its_last_message_delays_nobody() {
    let first = |mut asks: Incoming<Ask>, peer: Peer<Answer, At>| async move {
        tokio::spawn(async move {
            while asks.next().await.is_some() {
                sleep(Duration::from_secs(3)).await;
            }
        });
        sleep(Duration::from_secs(1)).await;
        peer.try_send(Answer::World).expect("room");
        At(2)
    };
    let (server, tale) = serve_stages("memory://", Plan::default(), first, echoing).await;
    let began = Instant::now();
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.write(&WireKind::Ron.frames(&[Ask::Number(1), Ask::Number(2)]))
        .await;
    assert_eq!(raw.answer().await, Answer::World);
    raw.ask(&Ask::Number(3)).await;
    assert_eq!(raw.answer().await, Answer::Number(3));
    assert_eq!(began.elapsed().as_secs(), 3, "{:?}", tale.told());
    raw.io.shutdown().await.unwrap();
}
