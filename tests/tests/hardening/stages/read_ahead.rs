//! P7: bytes of the next stage that were read while another framing was in force.

use std::time::Duration;

use futures::StreamExt;
use reactive_messaging::{ConstConfig, Incoming, Peer};
use tests::{
    Answer, Ask, At, Plan, Raw, WireKind, answer, connect, echo, echoing, serve_stages, settle,
    soon,
};
use tokio::{io::AsyncWriteExt, time::sleep};

/// Pulls one message, and lets the driver read ahead before it leaves.
async fn pulls_one(mut asks: Incoming<Ask>, peer: Peer<Answer, At>) -> Option<At> {
    let ask = asks.next().await?;
    sleep(Duration::from_secs(1)).await;
    peer.send(answer(ask)).await.ok()?;
    Some(At(2))
}

#[tokio::test(start_paused = true)]
async fn p7_bytes_that_are_no_frames_of_the_stage_in_force_are_framed_anew() {
    let long = "x".repeat(60_000);
    let texts = |text: &str, count| vec![Ask::Text(text.into()); count];
    for (name, first, later, asks) in [
        (
            "no newline",
            WireKind::Ron,
            WireKind::Postcard,
            texts(&long, 4),
        ),
        (
            "newlines",
            WireKind::Ron,
            WireKind::Postcard,
            texts("\n\r\n\n", 500),
        ),
        (
            "no UTF-8",
            WireKind::Ron,
            WireKind::Postcard,
            vec![Ask::Number(u32::MAX); 500],
        ),
        (
            "padding",
            WireKind::Json,
            WireKind::Rkyv,
            texts("\n\n", 300),
        ),
        (
            "records",
            WireKind::Ron,
            WireKind::Fixed,
            texts("\n\n", 300),
        ),
        (
            "lines",
            WireKind::Fixed,
            WireKind::Ron,
            vec![Ask::Number(7); 300],
        ),
        (
            "long lines",
            WireKind::Fixed,
            WireKind::Ron,
            texts(&long, 4),
        ),
        (
            "long lengths",
            WireKind::Postcard,
            WireKind::Ron,
            vec![Ask::Hello; 300],
        ),
    ] {
        let plan = Plan::on(first, later);
        let (server, tale) = serve_stages("memory://", plan, pulls_one, echoing).await;
        let raw = connect(&server.address()).await;
        let mut bytes = first.frame(&Ask::Text("go".into()));
        bytes.extend(later.frames(&asks));
        let (mut reads, mut writes) = tokio::io::split(raw);
        let writing = async move {
            writes.write_all(&bytes).await.expect("a connection");
            writes.shutdown().await.expect("a connection");
            writes
        };
        let reading = async move {
            let mut raw = Raw::new(tokio::io::join(&mut reads, tokio::io::sink()), first);
            let begun = raw.answer().await;
            raw.wire = later;
            (begun, raw.rest().await)
        };
        let (_writes, (begun, rest)) = tokio::join!(soon(writing), reading);
        assert_eq!(begun, Answer::Text("go".into()), "{name}");
        let expected: Vec<_> = asks.into_iter().map(answer).collect();
        assert!(rest == expected, "{name}: {} answers", rest.len());
        tale.becomes(&[
            "first arrived",
            "first Advanced",
            "later arrived",
            "later RemoteClosed",
        ])
        .await;
        let totals = server.stats().totals;
        assert_eq!(
            totals.messages_received,
            expected.len() as u64 + 1,
            "{name}"
        );
        assert_eq!(
            (totals.decode_errors, totals.frames_discarded),
            (0, 0),
            "{name}"
        );
    }
}

/// What is no frame of the next stage either is found out there.
#[tokio::test(start_paused = true)]
async fn p7_a_frame_that_is_too_long_for_the_next_stage() {
    let small = ConstConfig {
        max_frame_len: 1_000,
        ..ConstConfig::default()
    };
    let plan = Plan::with(ConstConfig::default(), small);
    let (server, tale) = serve_stages("memory://", plan, pulls_one, echoing).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let long = Ask::Text("x".repeat(2_000));
    let asks = [Ask::Text("go".into()), Ask::Number(1), long, Ask::Number(2)];
    raw.write(&WireKind::Ron.frames(&asks)).await;
    let rest = raw.rest().await;
    assert!(
        matches!(
            &rest[..],
            [Answer::Text(_), Answer::Number(1), Answer::Error(_)]
        ),
        "{rest:?}"
    );
    drop(raw);
    tale.becomes(&[
        "first arrived",
        "first Advanced",
        "later arrived",
        "later Frame",
    ])
    .await;
}

/// A stage that took nothing has read ahead what its inbox holds; the next one gets that, and the rest.
#[tokio::test(start_paused = true)]
async fn p7_a_full_inbox_is_handed_over() {
    for inbound_bytes in [1, 4 * 1024, 64 * 1024] {
        let config = ConstConfig {
            inbound_bytes,
            ..ConstConfig::default()
        };
        let asks: Vec<_> = (0..40_000).map(Ask::Number).collect();
        let first = |messages: Incoming<Ask>, _: Peer<Answer, At>| async move {
            sleep(Duration::from_secs(1)).await;
            drop(messages);
            sleep(Duration::from_secs(1)).await;
            At(2)
        };
        let later = |_, asks: Incoming<Ask>, _: Peer<Answer, At>| echo(asks);
        let plan = Plan::with(config, config);
        let (server, tale) = serve_stages("memory://", plan, first, later).await;
        let raw = connect(&server.address()).await;
        let (reads, mut writes) = tokio::io::split(raw);
        let bytes = WireKind::Ron.frames(&asks);
        let writing = tokio::spawn(async move {
            writes.write_all(&bytes).await.expect("a connection");
            writes.shutdown().await.expect("a connection");
            writes
        });
        settle().await;
        let mut raw = Raw::new(tokio::io::join(reads, tokio::io::sink()), WireKind::Ron);
        let rest = raw.rest().await;
        let expected: Vec<_> = asks.into_iter().map(answer).collect();
        assert!(rest == expected, "{inbound_bytes}: {} answers", rest.len());
        soon(writing).await.unwrap();
        let stats = tale.stats();
        assert_eq!(stats[0].messages_received, 0);
        assert_eq!(
            stats
                .iter()
                .map(|stats| stats.frames_discarded)
                .sum::<u64>(),
            0
        );
    }
}

/// What the stage takes for an unfinished frame is owed by nobody before the stage asks for it.
#[tokio::test(start_paused = true)]
async fn p7_whole_frames_of_the_next_stage_are_no_late_frame_of_this_one() {
    let slow = |mut asks: Incoming<Ask>, peer: Peer<Answer, At>| async move {
        let ask = asks.next().await.expect("a message");
        peer.send(answer(ask)).await.expect("room");
        sleep(Duration::from_secs(15)).await;
        At(2)
    };
    let plan = Plan::on(WireKind::Ron, WireKind::Postcard);
    let (server, _tale) = serve_stages("memory://", plan, slow, echoing).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let mut bytes = WireKind::Ron.frame(&Ask::Hello);
    bytes.extend(WireKind::Postcard.frame(&Ask::Number(7)));
    raw.write(&bytes).await;
    assert_eq!(raw.answer().await, Answer::World);
    raw.wire = WireKind::Postcard;
    assert_eq!(raw.answer().await, Answer::Number(7));
}
