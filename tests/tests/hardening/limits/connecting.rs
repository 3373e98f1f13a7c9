//! Servers that are hard to reach: `connect_timeout`, and the pauses and attempts of `Reconnect`.

use std::time::Duration;

use reactive_messaging::{Backoff, Client, ConnectError, ConstConfig, DisconnectReason, Reconnect};
use tests::{Fate, Fated, listen, soon};
use tokio::time::{Instant, sleep};

const CLIENT: ConstConfig = ConstConfig::client();
const RECONNECT: Reconnect = Reconnect::default();

#[tokio::test(start_paused = true)]
async fn n3_a_connect_may_take_as_long_as_its_timeout() {
    let own = ConstConfig {
        connect_timeout: Duration::from_secs(8),
        ..CLIENT
    };
    for (config, limit) in [(CLIENT, 5_000), (own, 8_000)] {
        for (takes, in_time) in [(limit - 10, true), (limit + 10, false)] {
            let slow = Fated::new(move |_| Fate::AcceptedAfter(Duration::from_millis(takes)));
            let began = Instant::now();
            let client = Client::with_connector(slow)
                .run(listen)
                .config(config)
                .await;
            let elapsed = began.elapsed().as_millis();
            let expected = u128::from(takes.min(limit));
            assert!((expected..=expected + 2).contains(&elapsed), "{elapsed}");
            match client {
                Ok(_) => assert!(in_time),
                Err(ConnectError::TimedOut { .. }) => assert!(!in_time),
                Err(other) => panic!("{other:?}"),
            }
        }
    }
}

/// The pauses of a client whose connections last so many milliseconds each, within `seconds`.
async fn pauses(reconnect: Reconnect, lasts: u64, seconds: u64) -> Vec<u128> {
    let connector = Fated::new(move |_| match lasts {
        0 => Fate::Closed,
        lasts => Fate::ClosedAfter(Duration::from_millis(lasts)),
    });
    let client = Client::with_connector(connector.clone())
        .run(listen)
        .reconnect(reconnect)
        .await
        .unwrap();
    sleep(Duration::from_secs(seconds)).await;
    soon(client.shutdown()).await;
    let attempts = connector.attempts();
    let gaps = attempts.windows(2).map(|two| two[1] - two[0]);
    gaps.map(|gap| gap.as_millis() - u128::from(lasts))
        .collect()
}

/// A random part of 100 ms, doubling up to 30 s; the timer is as fine as a millisecond.
#[tokio::test(start_paused = true)]
async fn n2_pauses_double_up_to_the_longest() {
    let own = Reconnect {
        backoff: Backoff::new(Duration::from_millis(7), Duration::from_millis(500)),
        ..RECONNECT
    };
    for (reconnect, first, most) in [(RECONNECT, 100, 30_000), (own, 7, 500)] {
        let pauses = pauses(reconnect, 0, 3_000).await;
        for (n, pause) in pauses.iter().enumerate() {
            let bound = (first << n.min(20)).min(most) + 2;
            assert!((1..=bound).contains(pause), "{n}: {pause} of {bound} ms");
        }
        let longest = *pauses.iter().max().unwrap();
        assert!(longest > most / 2, "{longest} of {most} ms");
        // jitter is full: short ones occur among the long ones
        let shortest = *pauses[15..].iter().min().unwrap();
        assert!(shortest < most / 4, "{shortest} of {most} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn n2_a_healthy_connection_makes_the_pauses_short_again() {
    let own = Reconnect {
        healthy_after: Duration::from_secs(3),
        ..RECONNECT
    };
    for (reconnect, healthy) in [(RECONNECT, 10_000), (own, 3_000)] {
        let after_healthy = pauses(reconnect, healthy, 1_000).await;
        assert!(after_healthy.len() > 90, "{}", after_healthy.len());
        let longest = after_healthy.iter().max().unwrap();
        assert!(*longest <= 102, "{longest} ms");
        let after_ill = pauses(reconnect, healthy - 100, 1_000).await;
        let longest = after_ill.iter().max().unwrap();
        assert!(*longest > 10_000, "{longest} ms");
    }
}

/// With `healthy_after` zero, every connection is healthy.
#[tokio::test(start_paused = true)]
async fn n2_without_a_time_to_be_healthy_pauses_never_grow() {
    let reconnect = Reconnect {
        healthy_after: Duration::ZERO,
        attempts: Some(2),
        ..RECONNECT
    };
    let pauses = pauses(reconnect, 0, 100).await;
    assert!(pauses.len() > 1_000, "{}", pauses.len());
    assert!(pauses.iter().all(|pause| *pause <= 102));
}

/// Attempts are counted anew behind a healthy connection, and no attempt is none.
#[tokio::test(start_paused = true)]
async fn n2_attempts_are_those_in_a_row() {
    for (attempts, lasts, expected) in [
        (0, 10_000, 0..=0),
        (0, 0, 0..=0),
        (3, 9_900, 3..=3),
        (3, 10_000, 50..=100),
    ] {
        let reconnect = Reconnect {
            attempts: Some(attempts),
            ..RECONNECT
        };
        let pauses = pauses(reconnect, lasts, 1_000).await;
        assert!(
            expected.contains(&pauses.len()),
            "{attempts} attempts, {lasts} ms: {}",
            pauses.len()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_that_make_no_sense_are_refused_before_anything_connects() {
    let second = Duration::from_secs(1);
    for (backoff, message) in [
        (
            Backoff::new(Duration::ZERO, second),
            "`reconnect.backoff.initial` (0) must be at least, in ms, (1)",
        ),
        (
            Backoff::new(second, Duration::from_millis(999)),
            "`reconnect.backoff.max` (999) must be at least `initial`, in ms, (1000)",
        ),
    ] {
        let connector = Fated::new(|_| Fate::Closed);
        let refused = Client::with_connector(connector.clone())
            .run(listen)
            .reconnect(Reconnect {
                backoff,
                ..RECONNECT
            })
            .await;
        match refused {
            Err(ConnectError::InvalidConfig(error)) => assert_eq!(error.to_string(), message),
            other => panic!("{other:?}"),
        }
        assert_eq!(connector.attempts().len(), 0);
    }
}

/// No pause, no timeout and no time to be healthy is too long to be waited for.
#[tokio::test(start_paused = true)]
async fn times_without_end() {
    let config = ConstConfig {
        connect_timeout: Duration::MAX,
        drain_timeout: Duration::MAX,
        linger_close: Duration::MAX,
        ..CLIENT
    };
    let reconnect = Reconnect {
        backoff: Backoff::new(Duration::MAX, Duration::MAX),
        healthy_after: Duration::MAX,
        ..RECONNECT
    };
    let connector = Fated::new(|_| Fate::Closed);
    let client = Client::with_connector(connector.clone())
        .run(listen)
        .config(config)
        .reconnect(reconnect)
        .await
        .unwrap();
    sleep(Duration::from_secs(1_000_000)).await;
    assert_eq!(connector.attempts().len(), 1);
    soon(client.shutdown()).await;
    let reason = soon(client.closed()).await;
    assert!(
        matches!(reason, DisconnectReason::RemoteClosed),
        "{reason:?}"
    );
}
