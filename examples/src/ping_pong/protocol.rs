//! What client and server say to each other.

use std::fmt;

use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The version of this protocol; there is no dialog between different ones.
pub const VERSION: u32 = 1;

/// What the client says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(max_frame_len = 4 * 1024)]
pub enum ClientMessages {
    /// First of all: the version that it speaks.
    Version(u32),
    /// The match that it wants to play.
    Match(MatchConfig),
    /// A move of its player.
    Play(Move),
    /// The final score is what it counted, too.
    Endorse,
    /// The final score is wrong; this is what it counted.
    Contest(Score),
    /// It leaves.
    #[protocol(closing)]
    GoodBye,
    /// It leaves, since the server broke the rules.
    #[protocol(closing)]
    Dishonour(Dishonour),
    /// The server's last message could not be read.
    #[protocol(error)]
    Error(String),
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(max_frame_len = 4 * 1024)]
pub enum ServerMessages {
    /// The version that both speak.
    Version(u32),
    /// The client's version is another one.
    #[protocol(closing)]
    IncompatibleVersion {
        /// The version that the server speaks.
        supported: u32,
    },
    /// The match begins.
    Ready {
        /// Who won the toss and serves first.
        first: Side,
    },
    /// A move of its player.
    Play(Move),
    /// The match is over; the client endorses or contests this.
    FinalScore(Score),
    /// It leaves: the client did, or the server shuts down.
    #[protocol(closing)]
    GoodBye,
    /// It leaves, since the client broke the rules.
    #[protocol(closing)]
    Dishonour(Dishonour),
    /// The client's last message could not be read.
    #[protocol(error)]
    Error(String),
}

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
    /// The message says nothing at this point of the dialog.
    #[error("a message out of its place")]
    OutOfPlace,
    /// The match has no winner, or no end, or is no match at all.
    #[error("a match that cannot be played")]
    Unplayable,
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
