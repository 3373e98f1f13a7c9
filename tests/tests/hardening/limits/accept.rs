//! Servers with too many connections: `accept_backoff`, `max_connections`.

use std::{io, time::Duration};

use reactive_messaging::{Backoff, ConstConfig, Incoming, Peer, Server};
use tests::{Accept, Answer, Ask, FatedListener, Log, connect, echo, until};
use tokio::time::sleep;

use super::dialog::CONFIG;

/// The pauses between the accepts within so many seconds.
async fn pauses(config: ConstConfig, seconds: u64, fate: fn(usize) -> Accept) -> Vec<Duration> {
    let listener = FatedListener::new(fate);
    let attempts = listener.attempts();
    let server = Server::from_listener(listener)
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .config(config)
        .await
        .unwrap();
    sleep(Duration::from_secs(seconds)).await;
    drop(server);
    let attempts = attempts();
    attempts.windows(2).map(|two| two[1] - two[0]).collect()
}

/// 10 ms, doubling up to 1 s; the timer is as fine as a millisecond.
#[tokio::test(start_paused = true)]
async fn r2_a_listener_that_fails_is_asked_again_with_growing_pauses() {
    let own = ConstConfig {
        accept_backoff: Backoff::new(Duration::from_millis(300), Duration::from_secs(4)),
        ..CONFIG
    };
    for (config, first, most) in [(CONFIG, 10, 1_000), (own, 300, 4_000)] {
        let (log, guard) = Log::begin();
        let pauses = pauses(config, 200, |_| Accept::Exhausted).await;
        drop(guard);
        assert!(pauses.len() > 20, "{}", pauses.len());
        for (n, pause) in pauses.iter().enumerate() {
            let expected = (first << n.min(20)).min(most);
            let millis = pause.as_millis();
            assert!(
                (expected..=expected + 2).contains(&millis),
                "{n}: {pause:?}"
            );
        }
        assert!(log.count("cannot accept").abs_diff(pauses.len()) <= 1);
    }
}

#[tokio::test(start_paused = true)]
async fn r2_an_accepted_connection_makes_the_pauses_short_again() {
    let pauses = pauses(CONFIG, 200, |n| match n % 2 {
        0 => Accept::Finished,
        _ => Accept::Exhausted,
    });
    let pauses = pauses.await;
    assert!(pauses.len() > 10_000, "{}", pauses.len());
    assert!(pauses.iter().all(|pause| pause.as_millis() <= 12));
}

/// A connection that is gone before it is accepted says nothing of the listener.
#[tokio::test(start_paused = true)]
async fn r2_a_connection_that_was_lost_is_no_reason_to_pause() {
    let pauses = pauses(CONFIG, 200, |n| match n {
        100 => Accept::Silence,
        _ => Accept::Fails(io::ErrorKind::ConnectionAborted),
    });
    assert_eq!(pauses.await, [Duration::ZERO; 99]);
}

/// The builder's number wins over the config's.
#[tokio::test(start_paused = true)]
async fn r1_max_connections_of_config_and_builder() {
    for (of_config, of_builder, expected) in [
        (Some(3), None, 3),
        (Some(3), Some(5), 5),
        (Some(5), Some(3), 3),
    ] {
        let mut bind = Server::bind("memory://")
            .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
            .config(ConstConfig {
                max_connections: of_config,
                ..CONFIG
            });
        if let Some(max) = of_builder {
            bind = bind.max_connections(max);
        }
        let server = bind.await.unwrap();
        let mut raws = Vec::new();
        for _ in 0..8 {
            raws.push(connect(&server.address()).await);
        }
        until(|| server.stats().connections_refused == 8 - expected).await;
        assert_eq!(server.stats().connections as u64, expected);
    }
}
