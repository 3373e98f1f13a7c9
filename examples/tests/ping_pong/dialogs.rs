//! Whole dialogs, over the transport within the process.

use std::{sync::Arc, time::Duration};

use examples::ping_pong::{Challenge, Statistics, VERSION, guest, host};
use reactive_messaging::{
    ConstConfig, DisconnectReason,
    prelude::*,
    transport::{Connector, Io, MemoryConnector},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines, ReadHalf, WriteHalf, split},
    time::timeout,
};

async fn soon<T>(what: impl Future<Output = T>) -> T {
    let within = Duration::from_secs(60);
    timeout(within, what).await.expect("it ends")
}

async fn play(
    address: &Address,
    challenge: Challenge,
    statistics: &Arc<Statistics>,
) -> DisconnectReason {
    let client = guest::with(challenge, statistics.clone()).connect(address);
    soon(client.await.expect("a server").closed()).await
}

#[tokio::test]
async fn both_sides_count_the_same() {
    let (hosts, guests) = (Arc::<Statistics>::default(), Arc::<Statistics>::default());
    let server = host::with(hosts.clone()).bind("memory://").await;
    let server = server.expect("a server");
    for seed in 0..20 {
        let challenge = Challenge {
            matches: 10,
            text: seed % 2 == 1,
            seed,
            ..Challenge::default()
        };
        let reason = play(&server.address(), challenge, &guests).await;
        assert!(
            matches!(reason, DisconnectReason::ClosingSent),
            "{reason:?}"
        );
    }
    assert_eq!(soon(server.shutdown()).await.messages_undelivered, 0);
    let totals = hosts.totals();
    assert_eq!(totals, guests.totals());
    assert_eq!((totals.sessions, totals.matches()), (20, 200));
    let unfair = totals.refused + totals.dishonoured + totals.abandoned + totals.contested;
    assert_eq!(unfair, 0);
    assert!(
        totals.won.client.abs_diff(totals.won.server) < 60,
        "{totals}"
    );
    assert!(totals.strokes > totals.points.client + totals.points.server);
}

#[tokio::test]
async fn another_version_ends_the_dialog() {
    let (hosts, guests) = (Arc::<Statistics>::default(), Arc::<Statistics>::default());
    let server = host::with(hosts.clone()).bind("memory://").await;
    let server = server.expect("a server");
    let outdated = Challenge {
        version: VERSION + 1,
        ..Challenge::default()
    };
    play(&server.address(), outdated, &guests).await;
    soon(server.shutdown()).await;
    assert_eq!((hosts.totals().refused, guests.totals().refused), (1, 1));
}

/// A person, who types lines.
struct Person {
    hears: Lines<BufReader<ReadHalf<Box<dyn Io>>>>,
    says: WriteHalf<Box<dyn Io>>,
}

impl Person {
    async fn at(server: &Server) -> Self {
        let Address::Memory(name) = server.address() else {
            panic!("not within the process")
        };
        let connector = MemoryConnector::new(&name);
        let connection = connector.connect(&ConstConfig::client()).await;
        let (hears, says) = split(connection.expect("a server").io);
        let hears = BufReader::new(hears).lines();
        Self { hears, says }
    }

    async fn say(&mut self, line: &str) {
        let line = format!("{line}\n");
        let said = self.says.write_all(line.as_bytes()).await;
        said.expect("the server reads");
    }

    /// The next line; `None` at the end.
    async fn hear(&mut self) -> Option<String> {
        let line = soon(self.hears.next_line()).await;
        line.expect("the server speaks")
    }
}

/// A match in which whoever serves loses, as a person types it: the client's service is waited for.
const LOST: &str = "TextMatch((winning_score: 1, out: 1.0, net: 0, volley: 0, no_rebate: 0))";

#[tokio::test]
async fn what_cannot_be_said_in_a_stage_ends_the_dialog() {
    let statistics = Arc::<Statistics>::default();
    let server = host::with(statistics.clone()).bind("memory://").await;
    let server = server.expect("a server");
    for (said, misplaced) in [
        (vec![], LOST),
        (vec!["Version(1)"], "Version(1)"),
        (vec!["Version(1)"], "Endorse"),
        (vec!["Version(1)", LOST], "Endorse"),
    ] {
        let mut person = Person::at(&server).await;
        for line in said {
            person.say(line).await;
            person.hear().await.expect("an answer");
        }
        person.say(misplaced).await;
        let mut last_words = Vec::new();
        while let Some(line) = person.hear().await {
            last_words.push(line);
        }
        assert!(
            last_words.iter().any(|line| line.starts_with("Error(")),
            "{last_words:?} after {misplaced}"
        );
    }
    soon(server.shutdown()).await;
    let totals = statistics.totals();
    assert_eq!((totals.sessions, totals.abandoned), (4, 1));
}

#[tokio::test]
async fn a_server_that_shuts_down_says_good_bye_to_a_match() {
    let statistics = Arc::<Statistics>::default();
    let server = host::with(statistics.clone()).bind("memory://").await;
    let server = server.expect("a server");
    let mut person = Person::at(&server).await;
    person.say("Version(1)").await;
    assert_eq!(person.hear().await.as_deref(), Some("Welcome"));
    person.say(LOST).await;
    let ready = person.hear().await.expect("a match");
    assert!(ready.starts_with("Ready"), "{ready}");
    let report = tokio::spawn(async move { server.shutdown().await });
    let mut last = None;
    while let Some(line) = person.hear().await {
        last = Some(line);
    }
    assert_eq!(last.as_deref(), Some("GoodBye"));
    drop(person);
    let report = soon(report).await.expect("a report");
    assert_eq!((report.aborted, report.messages_undelivered), (0, 0));
    assert_eq!(statistics.totals().abandoned, 1);
}
