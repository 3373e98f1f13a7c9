//! What is spoken of: moves, scores, matches, and what no player does.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The version of this protocol; there is no dialog between different ones.
pub const VERSION: u32 = 1;

/// One of the two players.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// The client's player.
    Client,
    /// The server's player.
    Server,
}

/// A stroke at the ball.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Move {
    /// The first stroke of a rally. Whoever serves calls the score.
    Serve {
        /// The score before the rally.
        score: Score,
        /// How it went.
        shot: Shot,
    },
    /// A stroke at the ball that the other one sent.
    Rebate(Shot),
}

/// How a stroke went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shot {
    /// The ball bounces on the other half of the table.
    Good,
    /// The rally is over, and the point is the other one's.
    Fault(Fault),
}

/// How a rally ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// The ball missed the table.
    Out,
    /// The ball went into the net.
    Net,
    /// The ball was hit before it had bounced; never at a service.
    Volley,
    /// The ball was not reached; never at a service.
    NoRebate,
}

/// Points of both players.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Points of the client's player.
    pub client: u64,
    /// Points of the server's player.
    pub server: u64,
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.client, self.server)
    }
}

/// A match as the client wants it: how long it is, and how well the two play.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MatchConfig {
    /// Points that win, with a lead of two; from 1 to 1,000.
    pub winning_score: u64,
    /// Probability that a stroke sends the ball beyond the table.
    pub out: f64,
    /// Probability that a stroke sends the ball into the net.
    pub net: f64,
    /// Probability that a ball is hit before it has bounced.
    pub volley: f64,
    /// Probability that a ball is not reached.
    pub no_rebate: f64,
}

impl Default for MatchConfig {
    /// Eleven points, and rallies of about ten strokes.
    fn default() -> Self {
        Self {
            winning_score: 11,
            out: 0.04,
            net: 0.03,
            volley: 0.01,
            no_rebate: 0.02,
        }
    }
}

/// What no player does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum Dishonour {
    /// The match had a winner already.
    #[error("a move behind the end of the match")]
    MatchOver,
    /// It was the other one's turn.
    #[error("a move out of turn")]
    OutOfTurn,
    /// A ball was rebated that nobody had served.
    #[error("a ball that was never served")]
    NeverServed,
    /// A ball was served while another one was in play.
    #[error("a service while the ball is in play")]
    BallInPlay,
    /// A service that failed as only a rebate can.
    #[error("a fault that no service can be")]
    ImpossibleFault,
    /// The score that was called at a service is wrong.
    #[error("a wrong score: {claimed} instead of {counted}")]
    WrongScore {
        /// The score that was called.
        claimed: Score,
        /// The score of whoever listened.
        counted: Score,
    },
}
