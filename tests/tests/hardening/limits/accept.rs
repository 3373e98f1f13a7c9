//! Servers with too many connections: `accept_backoff`, `max_connections`.

use std::{
    io,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use reactive_messaging::{
    Address, Backoff, ConstConfig, Incoming, Peer, Server, SocketOptions,
    transport::{Connection, Listener},
};
use tests::{
    Answer, Ask, Limits, Log, Raw, WireKind, connect, echo, in_child, run, soon, until, within,
};
use tokio::{
    io::{DuplexStream, duplex},
    time::{Instant, sleep},
};

use super::dialog::CONFIG;

/// What becomes of an accept.
enum Accept {
    Fails(io::ErrorKind),
    /// The system is out of descriptors: `EMFILE`.
    Exhausted,
    Succeeds,
    Never,
}

/// Notes when it was asked to accept.
struct Sparse {
    fate: fn(usize) -> Accept,
    asked: Arc<Mutex<Vec<Instant>>>,
    remotes: Vec<DuplexStream>,
}

impl Listener for Sparse {
    fn poll_accept(
        &mut self,
        _cx: &mut Context<'_>,
        _options: &SocketOptions,
    ) -> Poll<io::Result<Connection>> {
        let asked = {
            let mut asked = self.asked.lock().unwrap();
            asked.push(Instant::now());
            asked.len()
        };
        match (self.fate)(asked) {
            Accept::Fails(kind) => Poll::Ready(Err(kind.into())),
            Accept::Exhausted => Poll::Ready(Err(io::Error::from_raw_os_error(24))),
            Accept::Succeeds => {
                let (io, remote) = duplex(64);
                self.remotes.push(remote);
                Poll::Ready(Ok(Connection {
                    io: Box::new(io),
                    address: self.address(),
                }))
            }
            Accept::Never => Poll::Pending,
        }
    }

    fn address(&self) -> Address {
        Address::Memory("sparse".into())
    }
}

/// The pauses between the accepts within so many seconds.
async fn pauses(config: ConstConfig, seconds: u64, fate: fn(usize) -> Accept) -> Vec<Duration> {
    let asked = Arc::default();
    let listener = Sparse {
        fate,
        asked: Arc::clone(&asked),
        remotes: Vec::new(),
    };
    let server = Server::from_listener(listener)
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .config(config)
        .await
        .unwrap();
    sleep(Duration::from_secs(seconds)).await;
    drop(server);
    let asked: std::sync::MutexGuard<'_, Vec<Instant>> = asked.lock().unwrap();
    asked.windows(2).map(|two| two[1] - two[0]).collect()
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
        let lines = log.lines();
        let lines = lines.iter().filter(|line| line.contains("cannot accept"));
        assert!(lines.count().abs_diff(pauses.len()) <= 1);
    }
}

#[tokio::test(start_paused = true)]
async fn r2_an_accepted_connection_makes_the_pauses_short_again() {
    let pauses = pauses(CONFIG, 200, |n| match n % 2 {
        0 => Accept::Succeeds,
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
        100 => Accept::Never,
        _ => Accept::Fails(io::ErrorKind::ConnectionAborted),
    });
    assert_eq!(pauses.await, [Duration::ZERO; 99]);
}

/// Without a number of its own, a server has as many connections as ¾ of its descriptors; over the
/// in-memory transport, which needs none.
#[cfg(target_os = "linux")]
#[test]
fn r1_max_connections_are_by_default_three_quarters_of_the_descriptors() {
    let few = Limits {
        descriptors: Some(40),
        ..Limits::default()
    };
    in_child(few, || run(connect_too_often()));
}

#[cfg(target_os = "linux")]
async fn connect_too_often() {
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .await
        .unwrap();
    let mut raws = Vec::new();
    for n in 0..30 {
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.ask(&Ask::Number(n)).await;
        assert_eq!(raw.answer().await, Answer::Number(n));
        raws.push(raw);
    }
    let mut refused = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let rest = within(Duration::from_secs(10), refused.rest()).await;
    assert_eq!(rest, []);
    assert_eq!(server.stats().connections_refused, 1);
    drop((raws, refused));
    soon(server.shutdown()).await;
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
