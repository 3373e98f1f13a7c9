//! What an operator reads in the log of connections that come and go.

use std::time::Duration;

use reactive_messaging::{ConstConfig, Incoming, Peer, Server};
use tests::{Answer, Ask, Log, Raw, WireKind, connect, echo, echo_server, settle, soon, until};

/// A full server says so, ten times a second at most.
#[tokio::test(start_paused = true)]
async fn r1_refusals_are_logged_and_do_not_flood_the_log() {
    let (log, _guard) = Log::begin();
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .max_connections(1)
        .await
        .expect("a server");
    let _first = connect(&server.address()).await;
    until(|| server.stats().connections == 1).await;
    for _ in 0..100 {
        let mut refused = Raw::new(connect(&server.address()).await, WireKind::Ron);
        assert_eq!(refused.rest().await, []);
    }
    assert_eq!(log.count("WARN message=connection refused"), 10);
    assert_eq!(log.count("max_connections=1"), 10);
    drop(server);
}

/// An orderly end is nobody's business; another one is told with its reason and its cause.
#[tokio::test(start_paused = true)]
async fn ends_that_are_not_in_order_are_logged_and_do_not_flood_the_log() {
    let (log, _guard) = Log::begin();
    let config = ConstConfig {
        idle_timeout: Some(Duration::from_secs(1)),
        ..ConstConfig::default()
    };
    let (server, _events) = echo_server("memory://", WireKind::Ron, config).await;
    let mut in_order = Raw::new(connect(&server.address()).await, WireKind::Ron);
    in_order.finish().await;
    in_order.rest().await;
    drop(in_order);
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(connect(&server.address()).await);
    }
    until(|| server.stats().connections == 100).await;
    drop(silent.pop());
    settle().await;
    assert_eq!(
        log.count("INFO message=disconnected"),
        0,
        "{:?}",
        log.lines()
    );
    for io in silent {
        Raw::new(io, WireKind::Ron).rest().await;
    }
    until(|| server.stats().connections == 0).await;
    assert_eq!(
        log.count("INFO message=disconnected reason=connection was idle"),
        10
    );
    soon(server.shutdown()).await;

    let (server, _events) = echo_server("memory://", WireKind::Ron, config).await;
    let mut mistaken = Raw::new(connect(&server.address()).await, WireKind::Ron);
    mistaken.write(b"bad\n").await;
    mistaken.rest().await;
    drop(mistaken);
    until(|| server.stats().connections == 0).await;
    let cause =
        "INFO message=disconnected reason=invalid message cause=malformed message at byte 0";
    assert_eq!(log.count(cause), 1, "{:?}", log.lines());
    soon(server.shutdown()).await;
}
