//! A tournament of ping-pong, server and clients in one process; the game is in `examples::ping_pong`.
//!
//! ```text
//! cargo run --release -p examples --example ping_pong
//! ```
//!
//! `ping_pong_server` and `ping_pong_client` play it in two terminals.

use std::{error::Error, sync::Arc};

use examples::ping_pong::{
    Challenge, MatchConfig, Move, Score, Shot, Statistics, VERSION, guest, host,
    messages::{GameMessages, GreetingClient, GreetingServer, LobbyClient, LobbyServer},
    run::Rate,
};
use futures::future;
use reactive_messaging::prelude::*;
use tokio::time::Instant;

/// Clients that play at one time, each on a connection of its own, and the matches of each.
const CLIENTS: u64 = 4;
const MATCHES: u32 = 100;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    fair(false).await?;
    fair(true).await?;
    unfair().await
}

/// Clients that play by the rules: then both sides count the same.
async fn fair(text: bool) -> Result<(), Box<dyn Error>> {
    let (hosts, guests) = (Arc::<Statistics>::default(), Arc::<Statistics>::default());
    let server = host::with(hosts.clone()).bind("127.0.0.1:0").await?;
    let address = server.address();
    let form = if text { "as text" } else { "in compact form" };
    println!("{CLIENTS} clients play {MATCHES} matches each at {address}, their moves {form}:");

    let began = Instant::now();
    let clients = (1..=CLIENTS).map(|seed| {
        let challenge = Challenge {
            matches: MATCHES,
            text,
            seed,
            ..Challenge::default()
        };
        play(&address, challenge, &guests)
    });
    future::try_join_all(clients).await?;
    let (time, report) = (began.elapsed(), server.shutdown().await);
    let totals = hosts.totals();
    println!("{totals}\n{}", Rate::new(totals, server.stats(), time));
    println!("  {report}\n");
    if totals != guests.totals() {
        return Err("client and server disagree".into());
    }
    if totals.matches() != CLIENTS * u64::from(MATCHES) {
        return Err("some matches were not played to the end".into());
    }
    Ok(())
}

/// A client of another version, and one that claims to lead.
async fn unfair() -> Result<(), Box<dyn Error>> {
    println!("a client of another version, and one that claims to lead:");
    let (hosts, guests) = (Arc::<Statistics>::default(), Arc::<Statistics>::default());
    let server = host::with(hosts.clone()).bind("127.0.0.1:0").await?;
    let address = server.address();
    let outdated = Challenge {
        version: VERSION + 1,
        ..Challenge::default()
    };
    play(&address, outdated, &guests).await?;
    cheat::connect(&address).await?.closed().await;
    println!("{}\n  {}", hosts.totals(), server.shutdown().await);
    match (hosts.totals().refused, hosts.totals().dishonoured) {
        (1, 1) => Ok(()),
        _ => Err("the server let unfair clients pass".into()),
    }
}

async fn play(
    address: &Address,
    challenge: Challenge,
    statistics: &Arc<Statistics>,
) -> Result<DisconnectReason, ConnectError> {
    let client = guest::with(challenge, statistics.clone())
        .connect(address)
        .await?;
    Ok(client.closed().await)
}

/// Serves, and calls a score that nobody has made.
#[reactive_client]
mod cheat {
    use super::*;

    #[stage(Greeting => Lobby)]
    async fn greet(
        mut messages: Incoming<GreetingServer>,
        peer: Peer<GreetingClient>,
    ) -> Option<Greet> {
        peer.send(GreetingClient::Version(VERSION)).await.ok()?;
        messages.next().await.map(|_| Greet::Lobby)
    }

    #[stage(Lobby => Game)]
    async fn arrange(
        mut messages: Incoming<LobbyServer>,
        peer: Peer<LobbyClient>,
    ) -> Option<Arrange> {
        let wanted = LobbyClient::Match(MatchConfig::default());
        peer.send(wanted).await.ok()?;
        messages.next().await.map(|_| Arrange::Game)
    }

    #[stage(Game)]
    async fn play(mut messages: Incoming<GameMessages>, peer: Peer<GameMessages>) {
        let lead = Score {
            client: 7,
            server: 0,
        };
        let serve = Move::Serve {
            score: lead,
            shot: Shot::Good,
        };
        let said = peer.send(GameMessages::Play(serve)).await;
        while let (Ok(()), Some(message)) = (&said, messages.next().await) {
            println!("  the server says {message:?}");
        }
    }
}
