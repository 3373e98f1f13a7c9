//! What limits cost: one timer a connection, none a message, and nothing while they are off.

use std::time::Duration;

use futures::StreamExt;
use reactive_messaging::{
    ConstConfig, DisconnectReason, Incoming, Peer, Postcard, ReactiveProtocol, serve_connection,
};
use tests::{Answer, Ask, Raw, TIMELESS, WireKind, echo, on_wire, settle, soon};
use tokio::{
    io::{AsyncWriteExt, duplex},
    time::sleep,
};

use super::counting::{Memory, allocations};

const KIB: usize = 1024;
const CONFIG: ConstConfig = ConstConfig::default();
const DAY: Option<Duration> = Some(Duration::from_secs(86_400));

/// All of them are on; the clock of idleness starts anew with each byte.
const ON: ConstConfig = ConstConfig {
    first_frame_timeout: DAY,
    frame_timeout: Some(Duration::from_secs(5)),
    idle_timeout: Some(Duration::from_secs(7)),
    write_timeout: DAY,
    half_closed_timeout: DAY,
    ..CONFIG
};

/// Allocations of a dialog from its first message on: every message comes in two pieces, with time in
/// between, so that frames begin, wait and end, and the timer fires now and then.
async fn allocations_of(config: ConstConfig, wire: WireKind, messages: u32) -> usize {
    let (local, remote) = duplex(KIB);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
    let dialog = tokio::spawn(on_wire!(dialog, wire).config(config).into_future());
    let mut raw = Raw::new(remote, wire);
    settle().await;
    let before = allocations();
    for n in 0..messages {
        let frame = wire.frame(&Ask::Number(n));
        let (head, tail) = frame.split_at(frame.len() / 2);
        raw.write(head).await;
        sleep(Duration::from_millis(30)).await;
        raw.write(tail).await;
        assert_eq!(raw.answer().await, Answer::Number(n));
        sleep(Duration::from_millis(30)).await;
    }
    let allocated = allocations() - before;
    assert!(!dialog.is_finished());
    drop(raw);
    soon(dialog).await.unwrap().unwrap();
    allocated
}

#[tokio::test(start_paused = true)]
async fn messages_cost_no_more_with_all_limits_on() {
    const MESSAGES: u32 = 5_000;
    for wire in [WireKind::Ron, WireKind::Postcard] {
        // the buffers of the thread exist from then on
        allocations_of(TIMELESS, wire, 100).await;
        let off = allocations_of(TIMELESS, wire, MESSAGES).await;
        let on = allocations_of(ON, wire, MESSAGES).await;
        assert!(off >= MESSAGES as usize, "the test measures nothing: {off}");
        // the deadlines and their timer, once a connection
        assert!(on <= off + 2, "{on} allocations, {off} without limits");
    }
}

/// What a dialog is waiting for.
#[derive(Debug, Clone, Copy)]
enum State {
    Idle,
    WithinAFrame,
    Stalled,
    HalfClosed,
}

/// Allocations and bytes that a dialog in this state has.
async fn held_by(config: ConstConfig, state: State) -> (usize, usize) {
    let (local, remote) = duplex(KIB);
    let mut raw = Raw::new(remote, WireKind::Ron);
    let memory = Memory::watch();
    let before = allocations();
    let dialog = serve_connection(local, move |asks: Incoming<Ask>, _peer: Peer<Answer>| {
        let floods = matches!(state, State::Stalled);
        let flood = futures::stream::iter((0..200_u32).map(Answer::Number));
        let quiet = futures::stream::pending();
        let asks = asks.map(|_| Answer::World);
        let answers = asks.take(if floods { 0 } else { usize::MAX });
        flood
            .take(if floods { 200 } else { 0 })
            .chain(answers)
            .chain(quiet)
    });
    let dialog = tokio::spawn(dialog.config(config).into_future());
    match state {
        State::Idle | State::Stalled => {}
        State::WithinAFrame => raw.write(b"Num").await,
        State::HalfClosed => raw.finish().await,
    }
    settle().await;
    let held = (allocations() - before, memory.live());
    assert!(!dialog.is_finished(), "{state:?}");
    dialog.abort();
    let _ = dialog.await;
    held
}

/// With the limits off there is neither a timer nor a place for what it is set to.
#[tokio::test(start_paused = true)]
async fn a_limit_that_is_off_costs_nothing() {
    for state in [
        State::Idle,
        State::WithinAFrame,
        State::Stalled,
        State::HalfClosed,
    ] {
        held_by(TIMELESS, state).await;
        let (off, off_bytes) = held_by(TIMELESS, state).await;
        let (on, on_bytes) = held_by(ON, state).await;
        // the deadlines and their timer
        assert_eq!(on, off + 2, "{state:?}");
        assert!(
            on_bytes >= off_bytes + 200,
            "{state:?}: {on_bytes} bytes, {off_bytes} without limits"
        );
    }
    // nor with those that are on by default, as long as nothing is waited for
    assert_eq!(
        held_by(TIMELESS, State::Idle).await,
        held_by(CONFIG, State::Idle).await
    );
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Rows(Vec<[u64; 8]>);

impl ReactiveProtocol for Rows {
    type Wire = Postcard;
}

/// However many elements a message declares, no more is reserved for them than the step.
#[tokio::test(start_paused = true)]
async fn f10_prealloc_step_bounds_what_is_reserved_for_declared_elements() {
    const DECLARED: usize = 60_000;
    // as many bytes as elements are declared, and the first of them is no number
    let mut payload = vec![0xE0, 0xD4, 0x03];
    payload.extend([0xFF; DECLARED]);
    let frame = WireKind::Postcard.around(&payload);
    let peak = async |config| {
        let (local, mut remote) = duplex(128 * KIB);
        remote.write_all(&frame).await.unwrap();
        let memory = Memory::watch();
        let dialog = serve_connection(local, |rows: Incoming<Rows>, _peer: Peer<Rows>| rows);
        let dialog = tokio::spawn(dialog.config(config).into_future());
        remote.shutdown().await.unwrap();
        let reason = soon(dialog).await.unwrap().unwrap();
        assert!(matches!(reason, DisconnectReason::Decode(_)), "{reason:?}");
        memory.peak()
    };
    let with = |prealloc_step| ConstConfig {
        prealloc_step,
        ..CONFIG
    };
    // the buffers of the thread exist from then on
    peak(with(1)).await;
    let least = peak(with(1)).await;
    for (config, step) in [
        (CONFIG, 4 * KIB),
        (with(100 * KIB), 100 * KIB),
        (with(500 * KIB), 500 * KIB),
    ] {
        let reserved = peak(config).await.saturating_sub(least);
        assert!(
            (step / 2..=step + KIB).contains(&reserved),
            "{reserved} bytes for a step of {step}"
        );
    }
}
