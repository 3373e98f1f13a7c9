//! The client's side of all stages.

use std::{sync::Arc, time::Duration};

use reactive_messaging::prelude::*;

use super::{
    messages::{
        GameMessages, GreetingClient, GreetingServer, LobbyClient, LobbyServer, SettlementClient,
        SettlementServer,
    },
    player::Player,
    protocol::{MatchConfig, Side, VERSION},
    rally::rally,
    statistics::Statistics,
    table::Table,
};

/// What a client comes for.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// The version that it speaks; default: [`VERSION`].
    pub version: u32,
    /// The match that it wants to play.
    pub config: MatchConfig,
    /// Whether moves travel as text instead of in their compact form; default: false.
    pub text: bool,
    /// How often it wants to play the match, one after the other; default: 1.
    pub matches: u32,
    /// The luck of its player; default: 0.
    pub seed: u64,
}

impl Default for Challenge {
    fn default() -> Self {
        Self {
            version: VERSION,
            config: MatchConfig::default(),
            text: false,
            matches: 1,
            seed: 0,
        }
    }
}

/// Plays the client's part, for as many matches as the challenge says.
///
/// Start it with `guest::with(challenge, statistics).connect(address)`. A server that is not there yet
/// is tried again. What goes from stage to stage is the number of matches that are left to play, and
/// the player.
#[reactive_client(config(
    retrying_strategy = RetryingStrategies::RetryWithBackoffUpTo(5),
    idle_timeout = Some(Duration::from_secs(60))
))]
pub mod guest {
    use super::*;

    /// Says which version it speaks.
    #[stage(Greeting => Lobby)]
    pub async fn greet(
        mut messages: Incoming<GreetingServer>,
        peer: Peer<GreetingClient>,
        challenge: Challenge,
        statistics: Arc<Statistics>,
    ) -> Option<Greet> {
        statistics.session_opened();
        let version = GreetingClient::Version(challenge.version);
        peer.send(version).await.ok()?;
        match messages.next().await? {
            GreetingServer::Welcome => {
                let player = Player::new(Side::Client, challenge.seed);
                Some(Greet::Lobby(challenge.matches, player))
            }
            GreetingServer::IncompatibleVersion { .. } => {
                statistics.refused();
                None
            }
            GreetingServer::GoodBye | GreetingServer::Error(_) => None,
        }
    }

    /// Asks for a match, or leaves when all are played.
    #[stage(Lobby => Game | TextGame)]
    pub async fn arrange(
        matches: u32,
        player: Player,
        mut messages: Incoming<LobbyServer>,
        peer: Peer<LobbyClient>,
        challenge: Challenge,
        statistics: Arc<Statistics>,
    ) -> Option<Arrange> {
        let Some(left) = matches.checked_sub(1) else {
            peer.send(LobbyClient::GoodBye).await.ok()?;
            return None;
        };
        let config = challenge.config;
        let wanted = match challenge.text {
            true => LobbyClient::TextMatch(config),
            false => LobbyClient::Match(config),
        };
        peer.send(wanted).await.ok()?;
        match messages.next().await? {
            LobbyServer::Ready { first } => {
                let table = Table::new(player, config, first, statistics);
                Some(match challenge.text {
                    true => Arrange::TextGame(left, table),
                    false => Arrange::Game(left, table),
                })
            }
            LobbyServer::Unplayable => {
                statistics.dishonoured();
                None
            }
            LobbyServer::GoodBye | LobbyServer::Error(_) => None,
        }
    }

    /// Plays the match, on the compact wire of its protocol.
    #[stage(Game => Settlement)]
    pub async fn play(
        left: u32,
        table: Table,
        messages: Incoming<GameMessages>,
        peer: Peer<GameMessages>,
    ) -> Option<Play> {
        let table = rally(table, messages, peer).await?;
        Some(Play::Settlement(left, table))
    }

    /// Plays the match as a person would.
    #[stage(TextGame => Settlement, wire = Ron)]
    pub async fn play_in_text(
        left: u32,
        table: Table,
        messages: Incoming<GameMessages>,
        peer: Peer<GameMessages>,
    ) -> Option<PlayInText> {
        let table = rally(table, messages, peer).await?;
        Some(PlayInText::Settlement(left, table))
    }

    /// Compares the final score with its own count.
    #[stage(Settlement => Lobby)]
    pub async fn settle(
        left: u32,
        table: Table,
        mut messages: Incoming<SettlementServer>,
        peer: Peer<SettlementClient>,
    ) -> Option<Settle> {
        match messages.next().await? {
            SettlementServer::FinalScore(claimed) if claimed == table.score() => {
                peer.send(SettlementClient::Endorse).await.ok()?;
                Some(Settle::Lobby(left, table.endorsed()))
            }
            SettlementServer::FinalScore(_) => {
                let contest = SettlementClient::Contest(table.score());
                peer.send(contest).await.ok()?;
                Some(Settle::Lobby(left, table.contested()))
            }
            SettlementServer::GoodBye | SettlementServer::Error(_) => None,
        }
    }
}
