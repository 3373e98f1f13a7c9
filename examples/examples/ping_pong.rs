//! A tournament of ping-pong; the game itself is in `examples::ping_pong`.
//!
//! ```text
//! cargo run --release -p examples --example ping_pong                           # both, in one process
//! cargo run --release -p examples --example ping_pong server 127.0.0.1:9759     # until Ctrl-C
//! cargo run --release -p examples --example ping_pong client 127.0.0.1:9759 100 # matches
//! ```

use std::{env, error::Error, sync::Arc, time::Instant};

use examples::ping_pong::{
    Challenge, ClientMessages, MatchConfig, Move, Score, ServerMessages, Shot, Statistics, VERSION,
    guest, host,
};
use futures::future;
use reactive_messaging::{ServiceStats, prelude::*};

/// Clients that play at one time, each on a connection of its own, and the matches of each.
const CLIENTS: u64 = 4;
const MATCHES: u32 = 25;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let role = arguments.next();
    let address = arguments.next().unwrap_or("127.0.0.1:9759".into());
    let matches = arguments.next().map_or(Ok(MATCHES), |text| text.parse())?;
    match role.as_deref() {
        None => tournament().await,
        Some("server") => server(address).await,
        Some("client") => client(address, matches).await,
        Some(_) => Err("usage: ping_pong [server [address] | client [address] [matches]]".into()),
    }
}

/// Server and clients in one process: first those who play by the rules, then two who do not.
async fn tournament() -> Result<(), Box<dyn Error>> {
    let (hosts, guests) = (Arc::<Statistics>::default(), Arc::<Statistics>::default());
    let server = host::with(hosts.clone()).bind("127.0.0.1:0").await?;
    let address = server.address();
    println!("{CLIENTS} clients play {MATCHES} matches each at {address}");

    let began = Instant::now();
    let clients = (1..=CLIENTS).map(|seed| {
        let challenge = Challenge {
            matches: MATCHES,
            seed,
            ..Challenge::default()
        };
        play(&address, challenge, &guests)
    });
    future::try_join_all(clients).await?;
    let rate = rate(server.stats(), began);

    println!("clients:\n{}", guests.totals());
    println!("server:\n{}", hosts.totals());
    println!("{rate}");
    if hosts.totals() != guests.totals() {
        return Err("client and server disagree".into());
    }
    if hosts.totals().matches() != CLIENTS * u64::from(MATCHES) {
        return Err("some matches were not played to the end".into());
    }

    println!("\na client of another version, and one that claims to lead:");
    let outdated = Challenge {
        version: VERSION + 1,
        ..Challenge::default()
    };
    play(&address, outdated, &guests).await?;
    unfair(&address).await?;
    println!("server:\n{}", hosts.totals());
    println!("{}", drained(server.shutdown().await));
    match (hosts.totals().refused, hosts.totals().dishonoured) {
        (1, 1) => Ok(()),
        _ => Err("the server let unfair clients pass".into()),
    }
}

/// Serves until Ctrl-C, then drains.
async fn server(address: String) -> Result<(), Box<dyn Error>> {
    let statistics = Arc::<Statistics>::default();
    let server = host::with(statistics.clone())
        .bind(address)
        .on_event(async |event| match event {
            ProtocolEvent::PeerArrived { peer } => {
                println!("{} {} arrived", peer.id(), peer.address())
            }
            ProtocolEvent::PeerLeft { peer, reason, .. } => {
                println!("{} left: {reason}", peer.id())
            }
            ProtocolEvent::LocalServiceTermination => println!("the table is closed"),
        })
        .await?;
    println!("come and play at {}, end me by Ctrl-C", server.address());
    let began = Instant::now();
    tokio::signal::ctrl_c().await?;
    let report = server.shutdown().await;
    println!("{}", drained(report));
    println!("{}\n{}", statistics.totals(), rate(server.stats(), began));
    Ok(())
}

/// Plays some matches, one after the other.
async fn client(address: String, matches: u32) -> Result<(), Box<dyn Error>> {
    let statistics = Arc::<Statistics>::default();
    let began = Instant::now();
    let challenge = Challenge {
        matches,
        ..Challenge::default()
    };
    let (reason, stats) = play(&address.try_into()?, challenge, &statistics).await?;
    println!("{}\n{}", statistics.totals(), rate(stats, began));
    match statistics.totals().matches() {
        played if played == u64::from(matches) => Ok(()),
        played => Err(format!("only {played} of {matches} matches were played: {reason}").into()),
    }
}

async fn play(
    address: &Address,
    challenge: Challenge,
    statistics: &Arc<Statistics>,
) -> Result<(DisconnectReason, ServiceStats), ConnectError> {
    let client = guest::with(challenge, statistics.clone())
        .connect(address)
        .await?;
    Ok((client.closed().await, client.stats()))
}

/// Serves, and calls a score that nobody has made.
async fn unfair(address: &Address) -> Result<(), ConnectError> {
    let client = Client::connect(address)
        .run(
            |mut messages: Incoming<ServerMessages>, peer: Peer<ClientMessages>| async move {
                let score = Score {
                    client: 7,
                    server: 0,
                };
                let shot = Shot::Good;
                for message in [
                    ClientMessages::Version(VERSION),
                    ClientMessages::Match(MatchConfig::default()),
                    ClientMessages::Play(Move::Serve { score, shot }),
                ] {
                    peer.send(message).await?;
                }
                while let Some(message) = messages.next().await {
                    println!("  the server says {message:?}");
                }
                Ok::<_, SendError<_>>(())
            },
        )
        .await?;
    client.closed().await;
    Ok(())
}

fn rate(stats: ServiceStats, began: Instant) -> String {
    let messages = stats.totals.messages_received + stats.totals.messages_sent;
    let seconds = began.elapsed().as_secs_f64();
    let rate = messages as f64 / seconds;
    format!("{messages} messages in {seconds:.2} s: {rate:.0} messages per second")
}

fn drained(report: DrainReport) -> String {
    format!(
        "drained in {:.1?}: {} connections, {} of them aborted, {} messages undelivered",
        report.duration, report.connections, report.aborted, report.messages_undelivered
    )
}
