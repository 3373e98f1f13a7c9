//! The server's end of a dialog.

use std::sync::Arc;

use super::{
    player::Player,
    protocol::{ClientMessages, Dishonour, MatchConfig, ServerMessages, Side, VERSION},
    rules::Game,
    statistics::Statistics,
};

/// One dialog: how far it is, and the server's player in it.
///
/// It knows nothing of connections: it hears messages and answers with messages.
#[derive(Debug)]
pub struct Session {
    stage: Stage,
    player: Player,
    statistics: Arc<Statistics>,
}

/// What the client is expected to say.
#[derive(Debug)]
enum Stage {
    /// Its version.
    Greeting,
    /// The match that it wants to play.
    Arranging,
    /// Its moves.
    Playing(Game),
    /// What it thinks of the final score.
    Settling(Game),
    /// Nothing any more.
    Over,
}

impl Session {
    /// A dialog that begins.
    pub fn open(statistics: Arc<Statistics>) -> Self {
        let number = statistics.session_opened();
        Self {
            stage: Stage::Greeting,
            player: Player::new(Side::Server, number),
            statistics,
        }
    }

    /// Answers a message of the client.
    pub fn hear(&mut self, message: ClientMessages) -> Vec<ServerMessages> {
        self.answer(message).unwrap_or_else(|dishonour| {
            self.statistics.dishonoured();
            self.stage = Stage::Over;
            vec![ServerMessages::Dishonour(dishonour)]
        })
    }

    fn answer(&mut self, message: ClientMessages) -> Result<Vec<ServerMessages>, Dishonour> {
        match (&mut self.stage, message) {
            (Stage::Over, _) => Ok(vec![]),
            (Stage::Greeting, ClientMessages::Version(VERSION)) => {
                self.stage = Stage::Arranging;
                Ok(vec![ServerMessages::Version(VERSION)])
            }
            (Stage::Greeting, ClientMessages::Version(_)) => {
                self.stage = Stage::Over;
                self.statistics.refused();
                Ok(vec![ServerMessages::IncompatibleVersion {
                    supported: VERSION,
                }])
            }
            (Stage::Arranging, ClientMessages::Match(config)) => self.begin(config),
            (Stage::Playing(game), ClientMessages::Play(theirs)) => {
                game.play(Side::Client, theirs)?;
                Ok(self.go_on())
            }
            (Stage::Settling(game), ClientMessages::Endorse) => {
                self.statistics.endorsed(game);
                self.stage = Stage::Arranging;
                Ok(vec![])
            }
            (Stage::Settling(_), ClientMessages::Contest(_)) => {
                self.statistics.contested();
                self.stage = Stage::Arranging;
                Ok(vec![])
            }
            (_, ClientMessages::Dishonour(_)) => {
                self.statistics.dishonoured();
                self.stage = Stage::Over;
                Ok(vec![])
            }
            (_, ClientMessages::GoodBye | ClientMessages::Error(_)) => Ok(vec![]),
            _ => Err(Dishonour::OutOfPlace),
        }
    }

    fn begin(&mut self, config: MatchConfig) -> Result<Vec<ServerMessages>, Dishonour> {
        if !config.is_playable() {
            return Err(Dishonour::Unplayable);
        }
        let first = self.player.toss();
        self.stage = Stage::Playing(Game::new(config, first));
        let mut messages = vec![ServerMessages::Ready { first }];
        messages.extend(self.go_on());
        Ok(messages)
    }

    /// What the server's player does next, and the final score if that was the end.
    fn go_on(&mut self) -> Vec<ServerMessages> {
        let Stage::Playing(game) = &mut self.stage else {
            return vec![];
        };
        let moves = self.player.play(game).into_iter();
        let mut messages: Vec<_> = moves.map(ServerMessages::Play).collect();
        if game.winner().is_some() {
            messages.push(ServerMessages::FinalScore(game.score()));
            self.stage = Stage::Settling(game.clone());
        }
        messages
    }
}

/// Whoever leaves before the score is settled has abandoned the match.
impl Drop for Session {
    fn drop(&mut self) {
        if let Stage::Playing(_) | Stage::Settling(_) = self.stage {
            self.statistics.abandoned();
        }
    }
}
