//! Remotes that read too little, and handlers that take too long: `write_timeout`, `drain_timeout`.

use std::time::Duration;

use futures::{StreamExt, stream};
use reactive_messaging::{Client, ConstConfig, DisconnectReason, Incoming, Peer, Server};
use tests::{Answer, Ask, Events, Fate, Fated, TIMELESS, connect, soon};
use tokio::{
    io::AsyncReadExt,
    time::{Instant, sleep},
};

use super::dialog::{Begun, CONFIG, seconds};

fn flooding(_asks: Incoming<Ask>, _peer: Peer<Answer>) -> impl futures::Stream<Item = Answer> {
    stream::repeat_with(|| Answer::Text("x".repeat(100)))
}

#[tokio::test(start_paused = true)]
async fn t5_write_timeout_counts_from_the_last_progress() {
    let own = ConstConfig {
        write_timeout: seconds(7),
        ..CONFIG
    };
    for (config, limit) in [(CONFIG, 60_000), (own, 7_000)] {
        let (reason, ended) = Begun::new(64, config, flooding).ends().await;
        assert!(
            matches!(reason, DisconnectReason::WriteTimeout),
            "{reason:?}"
        );
        assert!((limit..=limit + 2).contains(&ended), "{ended} of {limit}");
        // a single byte is progress
        let mut begun = Begun::new(64, config, flooding);
        for n in 1..=5 {
            begun.at(n * (limit as u64 - 10)).await;
            begun.remote.io.read_u8().await.unwrap();
        }
        let (reason, ended) = begun.ends().await;
        assert!(
            matches!(reason, DisconnectReason::WriteTimeout),
            "{reason:?}"
        );
        let expected = 5 * (limit - 10) + limit;
        assert!((expected..=expected + 2).contains(&ended), "{ended}");
    }
    for config in [TIMELESS, ConstConfig::client()] {
        assert!(Begun::new(64, config, flooding).lasts(1_000_000).await);
    }
}

/// A remote that need not be written to has no reason to read.
#[tokio::test(start_paused = true)]
async fn t5_nothing_to_write_is_no_stall() {
    let mut begun = Begun::new(64, CONFIG, |asks: Incoming<Ask>, _peer| {
        asks.map(|_| Answer::World)
    });
    begun.remote.ask(&Ask::Hello).await;
    assert!(begun.lasts(1_000_000).await);
}

/// By default a server gives a remote up that does not read, and a client does not.
#[tokio::test(start_paused = true)]
async fn t5_only_servers_have_a_write_timeout_of_their_own() {
    let events = Events::default();
    let server = Server::bind("memory://")
        .serve(flooding)
        .on_event(events.listener())
        .await
        .unwrap();
    let silent = connect(&server.address()).await;
    sleep(Duration::from_millis(59_900)).await;
    assert_eq!(events.left().len(), 0);
    let reason = events.left_by(1).await;
    assert!(
        matches!(reason, DisconnectReason::WriteTimeout),
        "{reason:?}"
    );
    drop(silent);
    soon(server.shutdown()).await;

    let events = Events::default();
    let silent = Fated::new(|_| Fate::AcceptedAfter(Duration::ZERO));
    let client = Client::with_connector(silent)
        .run(|_answers: Incoming<Answer>, _peer: Peer<Ask>| {
            stream::repeat_with(|| Ask::Text("x".repeat(100)))
        })
        .on_event(events.listener())
        .await
        .unwrap();
    sleep(Duration::from_secs(100_000)).await;
    assert_eq!(events.left().len(), 0);
    drop(client);
}

#[tokio::test(start_paused = true)]
async fn s2_a_handler_has_until_drain_timeout() {
    let own = ConstConfig {
        drain_timeout: Duration::from_secs(3),
        ..CONFIG
    };
    for (config, limit) in [(CONFIG, 10_000), (own, 3_000)] {
        for (takes, aborted) in [(limit - 10, 0), (limit + 10, 1)] {
            let events = Events::default();
            let server = Server::bind("memory://")
                .serve(
                    move |mut asks: Incoming<Ask>, _peer: Peer<Answer>| async move {
                        while asks.next().await.is_some() {}
                        sleep(Duration::from_millis(takes)).await;
                    },
                )
                .config(config)
                .on_event(events.listener())
                .await
                .unwrap();
            let remote = connect(&server.address()).await;
            sleep(Duration::from_secs(100)).await;
            let began = Instant::now();
            let read = tokio::spawn(async move {
                let mut remote = remote;
                remote.read_to_end(&mut Vec::new()).await
            });
            let report = soon(server.shutdown()).await;
            assert_eq!((report.connections, report.aborted), (1, aborted));
            let ended = began.elapsed().as_millis();
            let expected = u128::from(takes.min(limit));
            assert!((expected..=expected + 2).contains(&ended), "{ended}");
            let reason = events.left_by(1).await;
            assert_eq!(
                matches!(reason, DisconnectReason::DrainTimeout),
                aborted == 1,
                "{reason:?}"
            );
            soon(read).await.unwrap().unwrap();
        }
    }
}
