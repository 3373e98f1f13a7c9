//! One side of a match, and what becomes of it.

use std::sync::Arc;

use super::{
    player::Player,
    protocol::{Dishonour, MatchConfig, Move, Score, Side},
    rules::Game,
    statistics::Statistics,
};

/// One side of a match: its player, and the match as far as it has been played.
///
/// It goes from the game to the settlement. Wherever it is dropped before it is settled, the match was
/// abandoned. It knows nothing of connections.
#[derive(Debug)]
pub struct Table {
    player: Player,
    game: Game,
    stake: Stake,
}

impl Table {
    /// A match that begins.
    pub fn new(
        player: Player,
        config: MatchConfig,
        first: Side,
        statistics: Arc<Statistics>,
    ) -> Self {
        Self {
            player,
            game: Game::new(config, first),
            stake: Stake(Some(statistics)),
        }
    }

    /// The score that this side has counted.
    pub fn score(&self) -> Score {
        self.game.score()
    }

    /// Whether someone has won.
    pub fn is_over(&self) -> bool {
        self.game.winner().is_some()
    }

    /// Plays until it is the other one's turn, or the match is over.
    pub fn play(&mut self) -> Vec<Move> {
        self.player.play(&mut self.game)
    }

    /// A move of the other side.
    ///
    /// # Errors
    /// [`Dishonour`] if it breaks the rules.
    pub fn hear(&mut self, theirs: Move) -> Result<(), Dishonour> {
        self.game.play(self.player.side().other(), theirs)
    }

    /// Both sides agree on the score; the player is free for another match.
    pub fn endorsed(mut self) -> Player {
        if let Some(statistics) = self.stake.take() {
            statistics.endorsed(&self.game);
        }
        self.player
    }

    /// The client has counted another score than the server.
    pub fn contested(mut self) -> Player {
        if let Some(statistics) = self.stake.take() {
            statistics.contested();
        }
        self.player
    }

    /// One side broke the rules, and the other one has left.
    pub fn dishonoured(mut self) {
        if let Some(statistics) = self.stake.take() {
            statistics.dishonoured();
        }
    }
}

/// Where the outcome of a match is counted, until it is.
#[derive(Debug)]
struct Stake(Option<Arc<Statistics>>);

impl Stake {
    fn take(&mut self) -> Option<Arc<Statistics>> {
        self.0.take()
    }
}

impl Drop for Stake {
    fn drop(&mut self) {
        if let Some(statistics) = self.take() {
            statistics.abandoned();
        }
    }
}
