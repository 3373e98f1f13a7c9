//! The client's end of a dialog.

use std::sync::Arc;

use super::{
    player::Player,
    protocol::{ClientMessages, Dishonour, MatchConfig, Score, ServerMessages, Side, VERSION},
    rules::Game,
    statistics::Statistics,
};

/// What a client comes for.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// The version that it speaks; default: [`VERSION`].
    pub version: u32,
    /// The match that it wants to play.
    pub config: MatchConfig,
    /// How often it wants to play it, one after the other; default: 1.
    pub matches: u32,
    /// The luck of its player; default: 0.
    pub seed: u64,
}

impl Default for Challenge {
    fn default() -> Self {
        Self {
            version: VERSION,
            config: MatchConfig::default(),
            matches: 1,
            seed: 0,
        }
    }
}

/// One dialog: how far it is, and the client's player in it.
///
/// It knows nothing of connections: it hears messages and answers with messages.
#[derive(Debug)]
pub struct Visit {
    challenge: Challenge,
    stage: Stage,
    player: Player,
    statistics: Arc<Statistics>,
}

/// What the server is expected to say.
#[derive(Debug)]
enum Stage {
    /// Its version.
    Greeting,
    /// That a match begins.
    Arranging,
    /// Its moves, and in the end the final score.
    Playing(Game),
    /// Nothing any more.
    Over,
}

impl Visit {
    /// A dialog that begins.
    pub fn new(challenge: Challenge, statistics: Arc<Statistics>) -> Self {
        statistics.session_opened();
        Self {
            player: Player::new(Side::Client, challenge.seed),
            challenge,
            stage: Stage::Greeting,
            statistics,
        }
    }

    /// The first message.
    pub fn greet(&self) -> ClientMessages {
        ClientMessages::Version(self.challenge.version)
    }

    /// Answers a message of the server.
    pub fn hear(&mut self, message: ServerMessages) -> Vec<ClientMessages> {
        self.answer(message).unwrap_or_else(|dishonour| {
            self.statistics.dishonoured();
            self.stage = Stage::Over;
            vec![ClientMessages::Dishonour(dishonour)]
        })
    }

    fn answer(&mut self, message: ServerMessages) -> Result<Vec<ClientMessages>, Dishonour> {
        match (&mut self.stage, message) {
            (Stage::Over, _) => Ok(vec![]),
            (Stage::Greeting, ServerMessages::Version(version))
                if version == self.challenge.version =>
            {
                Ok(vec![self.next_match()])
            }
            (Stage::Greeting, ServerMessages::IncompatibleVersion { .. }) => {
                self.statistics.refused();
                self.stage = Stage::Over;
                Ok(vec![])
            }
            (Stage::Arranging, ServerMessages::Ready { first }) => {
                self.stage = Stage::Playing(Game::new(self.challenge.config, first));
                Ok(self.go_on())
            }
            (Stage::Playing(game), ServerMessages::Play(theirs)) => {
                game.play(Side::Server, theirs)?;
                Ok(self.go_on())
            }
            (Stage::Playing(_), ServerMessages::FinalScore(claimed)) => Ok(self.settle(claimed)),
            (_, ServerMessages::Dishonour(_)) => {
                self.statistics.dishonoured();
                self.stage = Stage::Over;
                Ok(vec![])
            }
            (_, ServerMessages::GoodBye | ServerMessages::Error(_)) => Ok(vec![]),
            _ => Err(Dishonour::OutOfPlace),
        }
    }

    /// Asks for a match, or leaves when all are played.
    fn next_match(&mut self) -> ClientMessages {
        match self.challenge.matches.checked_sub(1) {
            Some(left) => {
                self.challenge.matches = left;
                self.stage = Stage::Arranging;
                ClientMessages::Match(self.challenge.config)
            }
            None => {
                self.stage = Stage::Over;
                ClientMessages::GoodBye
            }
        }
    }

    /// What the client's player does next.
    fn go_on(&mut self) -> Vec<ClientMessages> {
        let Stage::Playing(game) = &mut self.stage else {
            return vec![];
        };
        let moves = self.player.play(game).into_iter();
        moves.map(ClientMessages::Play).collect()
    }

    /// Compares the final score with its own count.
    fn settle(&mut self, claimed: Score) -> Vec<ClientMessages> {
        let Stage::Playing(game) = &self.stage else {
            return vec![];
        };
        let verdict = if game.winner().is_some() && game.score() == claimed {
            self.statistics.endorsed(game);
            ClientMessages::Endorse
        } else {
            self.statistics.contested();
            ClientMessages::Contest(game.score())
        };
        vec![verdict, self.next_match()]
    }
}

/// Whoever leaves during a match has abandoned it.
impl Drop for Visit {
    fn drop(&mut self) {
        if let Stage::Playing(_) = self.stage {
            self.statistics.abandoned();
        }
    }
}
