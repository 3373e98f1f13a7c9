//! What client and server say to each other, an enum for each side of each stage.

use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

use super::protocol::{Dishonour, MatchConfig, Move, Score, Side};

/// First of all, the client says which version it speaks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(max_frame_len = 4 * 1024)]
pub enum GreetingClient {
    /// The version that it speaks.
    Version(u32),
    /// The server's last message could not be read.
    #[protocol(error)]
    Error(String),
}

/// What the server answers to a version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(max_frame_len = 4 * 1024)]
pub enum GreetingServer {
    /// Both speak the same version.
    Welcome,
    /// The client's version is another one.
    #[protocol(closing)]
    IncompatibleVersion {
        /// The version that the server speaks.
        supported: u32,
    },
    /// The server shuts down.
    #[protocol(closing)]
    GoodBye,
    /// The client's last message could not be read.
    #[protocol(error)]
    Error(String),
}

/// What the client says between matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(max_frame_len = 4 * 1024)]
pub enum LobbyClient {
    /// The match that it wants to play, with moves in a compact form.
    Match(MatchConfig),
    /// The match that it wants to play, with moves that a person can read and write.
    TextMatch(MatchConfig),
    /// It leaves.
    #[protocol(closing)]
    GoodBye,
    /// The server's last message could not be read.
    #[protocol(error)]
    Error(String),
}

/// What the server says between matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(max_frame_len = 4 * 1024)]
pub enum LobbyServer {
    /// The match begins.
    Ready {
        /// Who won the toss and serves first.
        first: Side,
    },
    /// It leaves: the match that the client wants has no winner, or no end, or is no match at all.
    #[protocol(closing)]
    Unplayable,
    /// It leaves, since it shuts down.
    #[protocol(closing)]
    GoodBye,
    /// The client's last message could not be read.
    #[protocol(error)]
    Error(String),
}

/// What either side says during a match. Its wire is compact, unless a stage has another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(wire = Postcard, max_frame_len = 1024)]
pub enum GameMessages {
    /// A move of its player.
    Play(Move),
    /// It leaves, since the other side broke the rules.
    #[protocol(closing)]
    Dishonour(Dishonour),
    /// It leaves.
    #[protocol(closing)]
    GoodBye,
    /// The last message could not be read.
    #[protocol(error)]
    Error(String),
}

/// What the client says of the final score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(max_frame_len = 4 * 1024)]
pub enum SettlementClient {
    /// It is what the client counted, too.
    Endorse,
    /// It is wrong; this is what the client counted.
    Contest(Score),
    /// The server's last message could not be read.
    #[protocol(error)]
    Error(String),
}

/// What the server says when a match is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(max_frame_len = 4 * 1024)]
pub enum SettlementServer {
    /// The final score, which the client endorses or contests.
    FinalScore(Score),
    /// It leaves, since it shuts down.
    #[protocol(closing)]
    GoodBye,
    /// The client's last message could not be read.
    #[protocol(error)]
    Error(String),
}
