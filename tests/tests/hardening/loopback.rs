//! B2 and N2 over sockets of the system, whose buffers are larger than those of a pipe in memory, and
//! whose ends are not seen at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use reactive_messaging::{
    Backoff, Client, ConstConfig, DisconnectReason, Incoming, Peer, ReactiveProtocol, Reconnect,
    Server,
};
use tests::{Answer, Ask, Events, listen, soon, until};
use tokio::{net::TcpListener, time::sleep};

/// Says as much as is taken, and reads nothing of what it holds.
async fn flood<R, L>(unread: Incoming<R>, peer: Peer<L>, message: fn(String) -> L)
where
    L: ReactiveProtocol,
{
    let _unread = unread;
    while peer.send(message("x".repeat(10_000))).await.is_ok() {}
}

#[tokio::test]
async fn b2_two_sides_that_flood_over_tcp_and_do_not_read_meet_write_timeout() {
    let config = ConstConfig {
        write_timeout: Some(Duration::from_millis(300)),
        ..ConstConfig::default()
    };
    let events = Events::default();
    let server = Server::bind("127.0.0.1:0")
        .serve(|asks: Incoming<Ask>, peer: Peer<Answer>| flood(asks, peer, Answer::Text))
        .config(config)
        .on_event(events.listener())
        .await
        .unwrap();
    let client = Client::connect(server.address())
        .run(|answers: Incoming<Answer>, peer: Peer<Ask>| flood(answers, peer, Ask::Text))
        .config(config)
        .await
        .unwrap();
    let reasons = [events.left_by(1).await, soon(client.closed()).await];
    assert!(
        reasons
            .iter()
            .any(|reason| matches!(reason, DisconnectReason::WriteTimeout)),
        "{reasons:?}"
    );
    soon(server.shutdown()).await;
    events.assert_paired(1);
}

#[tokio::test]
async fn n2_a_listener_that_accepts_and_closes_does_not_reset_the_backoff() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = accepted.clone();
    let accepting = tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            count.fetch_add(1, Relaxed);
            drop(socket);
        }
    });
    let reconnect = Reconnect {
        backoff: Backoff::new(Duration::from_millis(20), Duration::from_secs(30)),
        ..Reconnect::default()
    };
    let client = Client::connect(address)
        .run(listen)
        .reconnect(reconnect)
        .await
        .unwrap();
    until(|| accepted.load(Relaxed) >= 3).await;
    let began = Instant::now();
    sleep(Duration::from_secs(1)).await;
    let attempts = accepted.load(Relaxed);
    // 20 ms doubled again and again, 10 ms in the mean if it were not: 100 attempts
    assert!(
        attempts <= 25,
        "{attempts} attempts in {:?}",
        began.elapsed()
    );
    soon(client.shutdown()).await;
    accepting.abort();
}
