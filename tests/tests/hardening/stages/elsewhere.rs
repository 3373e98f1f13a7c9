//! P: an `Incoming` in another task, at a transition.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::StreamExt;
use reactive_messaging::{Incoming, Peer};
use tests::{Answer, Ask, At, Plan, Raw, WireKind, connect, echoing, serve_stages, settle, until};
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

/// What the reader in another task got.
type Got = Arc<Mutex<Vec<Ask>>>;

fn numbers(range: std::ops::Range<u32>) -> Vec<Ask> {
    range.map(Ask::Number).collect()
}

/// A first stage that moves its `Incoming` to `reader`, in another task, and leaves a second later.
fn moving<F: Future<Output = ()> + Send + 'static>(
    reader: impl Fn(Incoming<Ask>, Peer<Answer, At>) -> F + Clone + Send + Sync + 'static,
) -> impl Fn(Incoming<Ask>, Peer<Answer, At>) -> futures::future::BoxFuture<'static, At>
+ Clone
+ Send
+ Sync
+ 'static {
    move |asks, peer| {
        let reading = reader(asks, peer.clone());
        Box::pin(async move {
            tokio::spawn(reading);
            sleep(Duration::from_secs(1)).await;
            peer.try_send(Answer::World).expect("room");
            At(2)
        })
    }
}

/// The rest of a chunk goes to the next stage, in order, once, as soon as it is given back; with what
/// came later behind it.
#[tokio::test(start_paused = true)]
async fn p3_a_half_consumed_chunk_is_for_the_next_stage() {
    let first = moving(|mut asks, _| async move {
        assert_eq!(asks.next().await, Some(Ask::Number(0)));
        sleep(Duration::from_secs(3)).await;
    });
    let (server, tale) = serve_stages("memory://", Plan::default(), first, echoing).await;
    let began = Instant::now();
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let frames = WireKind::Ron.frames(&numbers(0..50));
    raw.write(&frames[..frames.len() - 3]).await;
    sleep(Duration::from_secs(2)).await;
    raw.write(&frames[frames.len() - 3..]).await;
    raw.write(&WireKind::Ron.frames(&numbers(50..60))).await;
    raw.finish().await;
    assert_eq!(raw.answer().await, Answer::World);
    for number in 1..60 {
        assert_eq!(raw.answer().await, Answer::Number(number));
    }
    assert_eq!(began.elapsed().as_secs(), 3);
    assert_eq!(raw.rest().await, []);
    tale.becomes(&[
        "first arrived",
        "first Advanced",
        "later arrived",
        "later RemoteClosed",
    ])
    .await;
    let received: Vec<_> = tale
        .stats()
        .iter()
        .map(|stats| stats.messages_received)
        .collect();
    assert_eq!(received, [1, 59]);
    assert_eq!(server.stats().totals.messages_received, 60);
    assert_eq!(server.stats().totals.frames_discarded, 0);
}

/// It keeps what the next stage waits for, for good.
#[tokio::test(start_paused = true)]
async fn p3_a_reader_that_gives_nothing_back_ends_the_connection_at_drain_timeout() {
    let kept = Arc::new(Mutex::new(None));
    let slot = kept.clone();
    let first = moving(move |mut asks, _| {
        let slot = slot.clone();
        async move {
            asks.next().await;
            *slot.lock().unwrap() = Some(asks);
        }
    });
    let (server, tale) = serve_stages("memory://", Plan::default(), first, echoing).await;
    let began = Instant::now();
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.write(&WireKind::Ron.frames(&numbers(0..3))).await;
    assert_eq!(raw.answer().await, Answer::World);
    until(|| server.stats().connections == 0).await;
    assert_eq!(began.elapsed().as_secs(), 11);
    tale.becomes(&["first arrived", "first DrainTimeout"]).await;
    let mut asks = kept.lock().unwrap().take().expect("the reader");
    // it works on what it has, though no longer on behalf of anything
    assert_eq!(asks.next().await, Some(Ask::Number(1)));
    drop(asks);
    assert_eq!(server.stats().totals.frames_discarded, 0);
}

/// The frames that it decodes after all belong to the old stage.
#[tokio::test(start_paused = true)]
async fn p3_a_reader_that_reads_on_moves_the_boundary() {
    let got = Got::default();
    let reads = got.clone();
    let first = moving(move |mut asks, _| {
        let reads = reads.clone();
        async move {
            while let Some(ask) = asks.next().await {
                reads.lock().unwrap().push(ask);
                sleep(Duration::from_millis(400)).await;
            }
        }
    });
    let (server, tale) = serve_stages("memory://", Plan::default(), first, echoing).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.write(&WireKind::Ron.frames(&numbers(0..8))).await;
    settle().await;
    raw.write(&WireKind::Ron.frames(&numbers(8..11))).await;
    assert_eq!(raw.answer().await, Answer::World);
    for number in 8..11 {
        assert_eq!(raw.answer().await, Answer::Number(number));
    }
    assert_eq!(*got.lock().unwrap(), numbers(0..8));
    assert_eq!(
        tale.told(),
        ["first arrived", "first Advanced", "later arrived"]
    );
}

/// What it cannot decode any more is left to the next stage, which may.
#[tokio::test(start_paused = true)]
async fn p3_what_a_reader_elsewhere_cannot_decode_is_for_the_next_stage() {
    let got = Got::default();
    let reads = got.clone();
    let first = moving(move |mut asks, _| {
        let reads = reads.clone();
        async move {
            while let Some(ask) = asks.next().await {
                reads.lock().unwrap().push(ask);
                sleep(Duration::from_millis(700)).await;
            }
        }
    });
    let plan = Plan::on(WireKind::Ron, WireKind::Json);
    let (server, tale) = serve_stages("memory://", plan, first, echoing).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let mut bytes = WireKind::Ron.frames(&numbers(0..4));
    bytes.extend(WireKind::Json.frames(&numbers(4..7)));
    raw.write(&bytes).await;
    assert_eq!(raw.answer().await, Answer::World);
    raw.wire = WireKind::Json;
    for number in 4..7 {
        assert_eq!(raw.answer().await, Answer::Number(number));
    }
    assert_eq!(*got.lock().unwrap(), numbers(0..4));
    assert_eq!(
        tale.told(),
        ["first arrived", "first Advanced", "later arrived"]
    );
    assert_eq!(server.stats().totals.decode_errors, 0);
}

/// A peer in another task leaves the stage while the handler yields; what that yields then is in
/// front, and nothing of it behind.
#[tokio::test(start_paused = true)]
async fn p3_advance_from_another_task() {
    let go = Arc::new(Notify::new());
    let gone = go.clone();
    let first = move |_: Incoming<Ask>, peer: Peer<Answer, At>| {
        let gone = gone.clone();
        tokio::spawn(async move {
            gone.notified().await;
            peer.advance(At(2)).expect("a stage");
        });
        futures::stream::iter(0..).then(|n| async move {
            sleep(Duration::from_millis(10)).await;
            Answer::Number(n)
        })
    };
    let plan = Plan::on(WireKind::Ron, WireKind::Json);
    let (server, tale) = serve_stages("memory://", plan, first, echoing).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    for number in 0..5 {
        assert_eq!(raw.answer().await, Answer::Number(number));
    }
    go.notify_one();
    settle().await;
    raw.wire = WireKind::Json;
    raw.ask(&Ask::Text("on".into())).await;
    assert_eq!(raw.answer().await, Answer::Text("on".into()));
    assert_eq!(tale.stats()[0].futures_dropped, 0);
}
