//! Remotes that say too little: `first_frame_timeout`, `frame_timeout`, `idle_timeout`,
//! `half_closed_timeout`.

use std::time::Duration;

use futures::{StreamExt, stream};
use reactive_messaging::{ConstConfig, DisconnectReason, Incoming, Peer};
use tests::{Answer, Ask, TIMELESS, WireKind, echo};
use tokio::time::sleep;

use super::dialog::{Begun, CONFIG, seconds};

const KIB: usize = 1024;

fn answering(asks: Incoming<Ask>, _peer: Peer<Answer>) -> impl futures::Stream<Item = Answer> {
    echo(asks)
}

/// The timer fires within the millisecond that follows.
#[track_caller]
fn assert_at(closed: u128, expected: u128) {
    assert!(
        (expected..=expected + 2).contains(&closed),
        "at {closed} ms, not at {expected} ms"
    );
}

#[tokio::test(start_paused = true)]
async fn t1_the_first_frame_may_come_as_late_as_its_limit() {
    let config = ConstConfig {
        first_frame_timeout: seconds(3),
        ..TIMELESS
    };
    for (wait, in_time) in [(2_990, true), (3_010, false)] {
        let mut begun = Begun::new(KIB, config, answering);
        begun.at(wait).await;
        if in_time {
            begun.remote.ask(&Ask::Hello).await;
            assert_eq!(begun.remote.answer().await, Answer::World);
            assert!(begun.lasts(1_000_000).await);
        } else {
            let (reason, _) = begun.closes().await;
            assert!(
                matches!(reason, DisconnectReason::FirstFrameTimeout),
                "{reason:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn t2_a_frame_may_take_as_long_as_its_limit() {
    let own = ConstConfig {
        frame_timeout: seconds(4),
        ..CONFIG
    };
    for (config, limit) in [(CONFIG, 10_000), (own, 4_000)] {
        let mut begun = Begun::new(KIB, config, answering);
        begun.at(500).await;
        begun.remote.write(b"Number").await;
        begun.at(500 + limit - 10).await;
        begun.remote.write(b"(7)\n").await;
        assert_eq!(begun.remote.answer().await, Answer::Number(7));
        // between frames, no clock runs
        assert!(begun.lasts(1_000_000).await);
        begun.remote.write(b"Number").await;
        let (reason, closed) = begun.closes().await;
        assert!(
            matches!(reason, DisconnectReason::FrameTimeout),
            "{reason:?}"
        );
        assert_at(closed, 1_000_000 + u128::from(limit));
    }
    let begun = Begun::new(KIB, TIMELESS, answering);
    let mut begun = begun;
    begun.remote.write(b"Number").await;
    assert!(begun.lasts(1_000_000).await);
}

/// One second more for each 64 KiB that have arrived.
#[tokio::test(start_paused = true)]
async fn t2_a_long_frame_has_a_second_more_for_each_64_kib() {
    let config = ConstConfig {
        max_frame_len: 4 * 1024 * KIB,
        outbound_bytes: 8 * 1024 * KIB,
        ..CONFIG
    };
    for (sent, limit) in [
        (64 * KIB - 1, 10_000),
        (64 * KIB, 11_000),
        (200 * KIB, 13_000),
    ] {
        let mut begun = Begun::new(256 * KIB, config, answering);
        begun.remote.write(&vec![b'x'; sent]).await;
        let (reason, closed) = begun.closes().await;
        assert!(
            matches!(reason, DisconnectReason::FrameTimeout),
            "{reason:?}"
        );
        assert_at(closed, limit);
    }
    // at 64 KiB a second it may take any time
    let text = "x".repeat(1024 * KIB);
    let frame = WireKind::Ron.frame(&Ask::Text(text.clone()));
    let mut begun = Begun::new(128 * KIB, config, answering);
    for piece in frame.chunks(64 * KIB) {
        begun.remote.write(piece).await;
        sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(begun.remote.answer().await, Answer::Text(text));
    assert!(begun.elapsed() > 15_000);
}

/// What a frame has taken before reading pauses counts, the pause does not.
#[tokio::test(start_paused = true)]
async fn t2_the_clock_of_a_frame_stands_still_during_backpressure() {
    let config = ConstConfig {
        inbound_bytes: 64,
        ..CONFIG
    };
    let mut begun = Begun::new(KIB, config, |asks, _peer| {
        asks.then(|_: Ask| sleep(Duration::from_secs(100)))
    });
    let texts = [Ask::Text("x".repeat(50)), Ask::Text("x".repeat(50))];
    let mut bytes = WireKind::Ron.frames(&texts);
    bytes.extend(b"Number");
    begun.remote.write(&bytes).await;
    // both have to be done until there is room again
    let (reason, closed) = begun.closes().await;
    assert!(
        matches!(reason, DisconnectReason::FrameTimeout),
        "{reason:?}"
    );
    assert_at(closed, 210_000);
}

#[tokio::test(start_paused = true)]
async fn idle_timeout_counts_from_the_last_byte_in_either_direction() {
    let config = ConstConfig {
        idle_timeout: seconds(4),
        ..TIMELESS
    };
    let is_idle = |reason: &DisconnectReason| matches!(reason, DisconnectReason::IdleTimeout);
    // nothing at all
    let (reason, closed) = Begun::new(KIB, config, answering).closes().await;
    assert!(is_idle(&reason), "{reason:?}");
    assert_at(closed, 4_000);
    // bytes of the remote, without a whole frame
    let mut begun = Begun::new(KIB, config, answering);
    for n in 1..=20 {
        begun.at(n * 3_900).await;
        begun.remote.write(b"N").await;
    }
    let (reason, closed) = begun.closes().await;
    assert!(is_idle(&reason), "{reason:?}");
    assert_at(closed, 20 * 3_900 + 4_000);
    // bytes of ours, to a remote that says nothing
    let begun = Begun::new(KIB, config, |_asks, _peer| {
        let pushed = stream::iter(0..20).then(|n| async move {
            sleep(Duration::from_millis(3_900)).await;
            Answer::Number(n)
        });
        pushed.chain(stream::pending())
    });
    let (reason, closed) = begun.closes().await;
    assert!(is_idle(&reason), "{reason:?}");
    assert_at(closed, 20 * 3_900 + 4_000);
}

#[tokio::test(start_paused = true)]
async fn c9_half_closed_timeout_counts_from_the_last_byte_written() {
    let own = ConstConfig {
        half_closed_timeout: seconds(7),
        ..CONFIG
    };
    for (config, limit) in [(CONFIG, 30_000), (own, 7_000)] {
        for pushes in [0, 5] {
            let gap = Duration::from_millis(limit - 10);
            let mut begun = Begun::new(KIB, config, move |_asks, _peer| {
                let pushed = stream::iter(0..pushes).then(move |n| async move {
                    sleep(gap).await;
                    Answer::Number(n)
                });
                pushed.chain(stream::pending())
            });
            begun.remote.finish().await;
            let (reason, closed) = begun.closes().await;
            assert!(
                matches!(reason, DisconnectReason::HalfClosedTimeout),
                "{reason:?}"
            );
            let last = u128::from(pushes) * gap.as_millis();
            assert_at(closed, last + u128::from(limit));
        }
    }
    let mut begun = Begun::new(KIB, TIMELESS, |_asks, _peer| stream::pending::<Answer>());
    begun.remote.finish().await;
    assert!(begun.lasts(1_000_000).await);
}

/// A remote that has not finished sending may be written nothing for ever.
#[tokio::test(start_paused = true)]
async fn by_default_a_silent_remote_stays() {
    for config in [CONFIG, ConstConfig::client()] {
        let begun = Begun::new(KIB, config, answering);
        assert!(begun.lasts(1_000_000).await);
        let reason = begun.reason().await;
        assert!(
            matches!(reason, DisconnectReason::RemoteClosed),
            "{reason:?}"
        );
    }
}
