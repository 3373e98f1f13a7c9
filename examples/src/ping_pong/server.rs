//! The server's side of all stages.

use std::{sync::Arc, time::Duration};

use reactive_messaging::prelude::*;

use super::{
    messages::{
        GameMessages, GreetingClient, GreetingServer, LobbyClient, LobbyServer, SettlementClient,
        SettlementServer,
    },
    player::Player,
    protocol::{Side, VERSION},
    rally::rally,
    statistics::Statistics,
    table::Table,
};

/// A client has a minute for every message: who is silent for longer, or does not read, makes room for
/// others. A table takes 396 KiB at most, whatever its client does (`SECURITY.md` has the formula), and all
/// of them together no more than a small machine has.
const PATIENT: ConstConfig = ConstConfig {
    max_connections: Some(1_000),
    inbound_bytes: 16 * 1024,
    outbound_bytes: 64 * 1024,
    idle_timeout: Some(Duration::from_secs(60)),
    ..ConstConfig::default()
};

/// A client that has not shown what it is has ten seconds.
const STRICT: ConstConfig = ConstConfig {
    first_frame_timeout: Some(Duration::from_secs(10)),
    ..PATIENT
};

/// Plays the server's part against one client.
///
/// Start it with `host::with(statistics).bind(address)`.
#[reactive_server(config = PATIENT)]
pub mod host {
    use super::*;

    /// Lets clients of the same version in.
    #[stage(Greeting => Lobby, config = STRICT)]
    pub async fn greet(
        mut messages: Incoming<GreetingClient>,
        peer: Peer<GreetingServer>,
        statistics: Arc<Statistics>,
    ) -> Option<Greet> {
        let number = statistics.session_opened();
        let answer = match messages.next().await {
            Some(GreetingClient::Version(VERSION)) => {
                peer.send(GreetingServer::Welcome).await.ok()?;
                return Some(Greet::Lobby(Player::new(Side::Server, number)));
            }
            Some(GreetingClient::Version(_)) => {
                statistics.refused();
                GreetingServer::IncompatibleVersion { supported: VERSION }
            }
            Some(GreetingClient::Error(_)) => return None,
            None => GreetingServer::GoodBye,
        };
        peer.send(answer).await.ok()?;
        None
    }

    /// Agrees on a match, and tosses for the first service.
    #[stage(Lobby => Game | TextGame)]
    pub async fn arrange(
        mut player: Player,
        mut messages: Incoming<LobbyClient>,
        peer: Peer<LobbyServer>,
        statistics: Arc<Statistics>,
    ) -> Option<Arrange> {
        let (config, game): (_, fn(Table) -> Arrange) = match messages.next().await {
            Some(LobbyClient::Match(config)) => (config, Arrange::Game),
            Some(LobbyClient::TextMatch(config)) => (config, Arrange::TextGame),
            Some(LobbyClient::GoodBye | LobbyClient::Error(_)) => return None,
            None => {
                peer.send(LobbyServer::GoodBye).await.ok()?;
                return None;
            }
        };
        if !config.is_playable() {
            statistics.dishonoured();
            peer.send(LobbyServer::Unplayable).await.ok()?;
            return None;
        }
        let first = player.toss();
        peer.send(LobbyServer::Ready { first }).await.ok()?;
        Some(game(Table::new(player, config, first, statistics)))
    }

    /// Plays the match, on the compact wire of its protocol.
    #[stage(Game => Settlement)]
    pub async fn play(
        table: Table,
        messages: Incoming<GameMessages>,
        peer: Peer<GameMessages>,
    ) -> Option<Play> {
        rally(table, messages, peer).await.map(Play::Settlement)
    }

    /// Plays the match against a person.
    #[stage(TextGame => Settlement, wire = Ron)]
    pub async fn play_in_text(
        table: Table,
        messages: Incoming<GameMessages>,
        peer: Peer<GameMessages>,
    ) -> Option<PlayInText> {
        let table = rally(table, messages, peer).await;
        table.map(PlayInText::Settlement)
    }

    /// Has its count endorsed or contested. Then there may be another match.
    #[stage(Settlement => Lobby)]
    pub async fn settle(
        table: Table,
        mut messages: Incoming<SettlementClient>,
        peer: Peer<SettlementServer>,
    ) -> Option<Settle> {
        let score = SettlementServer::FinalScore(table.score());
        peer.send(score).await.ok()?;
        match messages.next().await {
            Some(SettlementClient::Endorse) => Some(Settle::Lobby(table.endorsed())),
            Some(SettlementClient::Contest(_)) => Some(Settle::Lobby(table.contested())),
            Some(SettlementClient::Error(_)) => None,
            None => {
                peer.send(SettlementServer::GoodBye).await.ok()?;
                None
            }
        }
    }
}
