//! N: connecting again.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use futures::StreamExt;
use reactive_messaging::{
    Backoff, Client, ConnectError, ConstConfig, DisconnectReason, Incoming, Peer, Reconnect,
    RetryingStrategies, SendError, Server, transport::MemoryListener,
};
use tests::{
    Answer, Ask, Events, Fate, Fated, WireKind, echo, echo_server, listen, settle, soon, until,
};
use tokio::time::{Instant, sleep};

const RECONNECT: Reconnect = Reconnect::default();

#[tokio::test(start_paused = true)]
async fn n1_sixty_four_clients_do_not_come_back_as_a_herd() {
    let connectors: Vec<_> = (0..64)
        .map(|_| Fated::new(|n| if n == 1 { Fate::Closed } else { Fate::Refused }))
        .collect();
    let mut clients = Vec::new();
    for connector in &connectors {
        let client = Client::with_connector(connector.clone())
            .run(listen)
            .reconnect(RECONNECT);
        clients.push(client.await.unwrap());
    }
    sleep(Duration::from_secs(60)).await;
    // attempts of all within any 10 ms after the first second
    let began = connectors[0].attempts()[0];
    let mut times: Vec<_> = connectors
        .iter()
        .flat_map(Fated::attempts)
        .map(|at| at.duration_since(began))
        .filter(|at| *at > Duration::from_secs(1))
        .collect();
    times.sort();
    assert!(times.len() > 64);
    let most = times
        .iter()
        .map(|at| {
            times
                .iter()
                .filter(|other| **other >= *at && **other < *at + Duration::from_millis(10))
                .count()
        })
        .max();
    assert!(
        most < Some(16),
        "{most:?} of {} attempts within 10 ms",
        times.len()
    );
    for client in &clients {
        soon(client.shutdown()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn n2_accept_then_close_does_not_reset_the_backoff() {
    let connector = Fated::new(|_| Fate::Closed);
    let events = Events::default();
    let client = Client::with_connector(connector.clone())
        .run(listen)
        .reconnect(RECONNECT)
        .on_event(events.listener())
        .await
        .unwrap();
    sleep(Duration::from_secs(600)).await;
    let attempts = connector.attempts().len();
    // 600 s / 15 s in the mean, and the first doublings
    assert!(
        (20..200).contains(&attempts),
        "{attempts} attempts in ten minutes"
    );
    soon(client.shutdown()).await;
    events.assert_paired(attempts);
}

#[tokio::test(start_paused = true)]
async fn n2_attempts_in_a_row_come_to_an_end() {
    let connector = Fated::new(|_| Fate::Closed);
    let reconnect = Reconnect {
        attempts: Some(3),
        ..RECONNECT
    };
    let client = Client::with_connector(connector.clone())
        .run(listen)
        .reconnect(reconnect)
        .await
        .unwrap();
    let reason = tokio::time::timeout(Duration::from_secs(600), client.closed())
        .await
        .unwrap();
    assert!(
        matches!(reason, DisconnectReason::RemoteClosed),
        "{reason:?}"
    );
    assert_eq!(connector.attempts().len(), 4);

    let connector = Fated::new(|n| if n == 1 { Fate::Closed } else { Fate::Refused });
    let client = Client::with_connector(connector.clone())
        .run(listen)
        .reconnect(reconnect)
        .await
        .unwrap();
    let reason = tokio::time::timeout(Duration::from_secs(600), client.closed())
        .await
        .unwrap();
    assert!(
        matches!(
            &reason,
            DisconnectReason::ReconnectFailed(error)
                if matches!(**error, ConnectError::Io { .. })
        ),
        "{reason:?}"
    );
    assert_eq!(connector.attempts().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn n3_black_hole_and_nameless_hosts_are_typed_and_retried() {
    let began = Instant::now();
    let silent = Client::with_connector(Fated::new(|_| Fate::Silence))
        .run(listen)
        .await;
    assert!(
        matches!(silent, Err(ConnectError::TimedOut { .. })),
        "{silent:?}"
    );
    assert_eq!(began.elapsed().as_secs(), 5);
    let nameless = Client::with_connector(Fated::new(|_| Fate::Unresolved))
        .run(listen)
        .await;
    assert!(
        matches!(nameless, Err(ConnectError::Unresolved { .. })),
        "{nameless:?}"
    );

    let connector = Fated::new(|n| match n {
        1 => Fate::Unresolved,
        2 => Fate::Silence,
        3 => Fate::Refused,
        _ => Fate::Closed,
    });
    let config = ConstConfig {
        retrying_strategy: RetryingStrategies::RetryWithBackoffUpTo(5),
        ..ConstConfig::client()
    };
    let client = Client::with_connector(connector.clone())
        .run(listen)
        .config(config)
        .await
        .unwrap();
    assert_eq!(connector.attempts().len(), 4);
    let reason = soon(client.closed()).await;
    assert!(
        matches!(reason, DisconnectReason::RemoteClosed),
        "{reason:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn n3_every_retrying_strategy_connects_as_often_as_it_says() {
    for (retrying_strategy, expected) in [
        (RetryingStrategies::WaitForRoom, 1..=1),
        (RetryingStrategies::DoNotRetry, 1..=1),
        (RetryingStrategies::EndCommunications, 1..=1),
        (RetryingStrategies::RetryWithBackoffUpTo(0), 1..=1),
        (RetryingStrategies::RetryWithBackoffUpTo(4), 5..=5),
        (RetryingStrategies::RetryYieldingForUpToMillis(0), 1..=1),
        (
            RetryingStrategies::RetryYieldingForUpToMillis(2_000),
            3..=1_000,
        ),
    ] {
        let connector = Fated::new(|_| Fate::Refused);
        let config = ConstConfig {
            retrying_strategy,
            ..ConstConfig::client()
        };
        let began = Instant::now();
        let failed = Client::with_connector(connector.clone())
            .run(listen)
            .config(config)
            .await;
        assert!(matches!(failed, Err(ConnectError::Io { .. })), "{failed:?}");
        let attempts = connector.attempts().len();
        assert!(
            expected.contains(&attempts),
            "{retrying_strategy:?}: {attempts}"
        );
        assert!(began.elapsed() < Duration::from_secs(60));
    }
}

#[tokio::test(start_paused = true)]
async fn n4_a_client_that_is_shut_down_between_attempts_ends_at_once() {
    for fate in [|| Fate::Refused, || Fate::Silence] {
        let connector = Fated::new(move |n| if n == 1 { Fate::Closed } else { fate() });
        let events = Events::default();
        let client = Client::with_connector(connector.clone())
            .run(listen)
            .reconnect(RECONNECT)
            .on_event(events.listener())
            .await
            .unwrap();
        sleep(Duration::from_secs(63)).await;
        let began = Instant::now();
        soon(client.shutdown()).await;
        assert!(began.elapsed() < Duration::from_millis(100));
        let reason = soon(client.closed()).await;
        assert!(
            matches!(reason, DisconnectReason::RemoteClosed),
            "{reason:?}"
        );
        events.assert_paired(1);
        drop(client);
        settle().await;
        assert_eq!(
            tokio::runtime::Handle::current()
                .metrics()
                .num_alive_tasks(),
            0
        );
    }
}

/// Each generation has its own peer, events and run of the handler; nothing crosses over.
#[tokio::test(start_paused = true)]
async fn n5_nothing_of_an_old_generation_reaches_the_new_one() {
    let (server, served) = echo_server("memory://n5", WireKind::Ron, ConstConfig::default()).await;
    let (events, runs) = (Events::default(), Arc::new(AtomicUsize::new(0)));
    let count = runs.clone();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let reconnect = Reconnect {
        backoff: Backoff::new(Duration::from_millis(10), Duration::from_millis(100)),
        ..RECONNECT
    };
    let client = Client::connect(server.address())
        .run(move |answers: Incoming<Answer>, _peer: Peer<Ask>| {
            let run = count.fetch_add(1, Relaxed);
            let tell = tell.clone();
            answers.map(move |answer| tell.send((run, answer)).unwrap())
        })
        .reconnect(reconnect)
        .on_event(events.listener())
        .await
        .unwrap();
    let mut peers = Vec::new();
    for generation in 0..5 {
        until(|| events.arrived().len() == generation + 1).await;
        let peer = client.peer();
        assert_eq!(peer.id(), events.arrived()[generation]);
        peer.send(Ask::Number(generation as u32)).await.unwrap();
        let heard = soon(told.recv()).await.unwrap();
        assert_eq!(heard, (generation, Answer::Number(generation as u32)));
        // the answer to this one is never sent, or never read
        peer.send(Ask::Text("lost".into())).await.unwrap();
        for remote in server.peers() {
            remote.abort();
        }
        soon(peer.closed()).await;
        let refused = peer.send(Ask::Hello).await;
        assert!(matches!(refused, Err(SendError::Closed(Ask::Hello))));
        peers.push(peer);
    }
    until(|| events.arrived().len() == 6).await;
    settle().await;
    while let Ok((run, answer)) = told.try_recv() {
        assert!(
            answer == Answer::Text("lost".into()) && run < 5,
            "{run} {answer:?}"
        );
    }
    for peer in &peers {
        assert!(peer.try_send(Ask::Hello).is_err());
    }
    let report = soon(client.shutdown()).await;
    assert_eq!(report.connections, 1);
    events.assert_paired(6);
    assert_eq!(runs.load(Relaxed), 6);
    soon(server.shutdown()).await;
    served.assert_paired(6);
}

/// A server that comes back is found again.
#[tokio::test(start_paused = true)]
async fn n5_a_restarted_server_is_found_again() {
    let name = "memory://restarted";
    let (server, _) = echo_server(name, WireKind::Ron, ConstConfig::default()).await;
    let events = Events::default();
    let client = Client::connect(name)
        .run(listen)
        .reconnect(RECONNECT)
        .on_event(events.listener());
    let client = client.await.unwrap();
    soon(server.shutdown()).await;
    drop(server);
    events.left_by(1).await;
    sleep(Duration::from_secs(40)).await;
    let listener = MemoryListener::bind("restarted").unwrap();
    let server = Server::from_listener(listener)
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .await
        .unwrap();
    tokio::time::timeout(
        Duration::from_secs(60),
        until(|| server.stats().connections == 1),
    )
    .await
    .expect("a second generation");
    client.peer().send(Ask::Hello).await.unwrap();
    soon(client.shutdown()).await;
    events.assert_paired(2);
    soon(server.shutdown()).await;
}

/// What ended the dialog locally stays ended.
#[tokio::test(start_paused = true)]
async fn a_client_that_closed_does_not_reconnect() {
    let (server, events) = echo_server("memory://", WireKind::Ron, ConstConfig::default()).await;
    for how in 0..4 {
        let client = Client::connect(server.address())
            .run(listen)
            .reconnect(RECONNECT)
            .await
            .unwrap();
        settle().await;
        match how {
            0 => client.peer().close(),
            1 => client.peer().abort(),
            2 => drop(client.peer().flush_and_close(Duration::from_secs(1)).await),
            _ => client.peer().send(Ask::Quit).await.unwrap(),
        }
        let reason = soon(client.closed()).await;
        assert_eq!(
            matches!(reason, DisconnectReason::Aborted),
            how == 1,
            "{how}: {reason:?}"
        );
    }
    soon(server.shutdown()).await;
    events.assert_paired(4);
}
