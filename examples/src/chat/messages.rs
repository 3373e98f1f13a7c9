//! What client and server say to each other, an enum for each side of each stage.

use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Who wants to come in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(max_frame_len = 1024)]
pub enum LoginClient {
    /// Somebody, with a new session.
    Enter {
        /// Who it is.
        name: String,
        /// What proves it.
        password: String,
    },
    /// Somebody who was here before, with the session of then.
    Resume {
        /// Who it is.
        name: String,
        /// What proves it: the token of the session.
        token: String,
        /// The number of the first line that was not received; `None`: it was never in the room.
        from: Option<u64>,
    },
    /// The server's last message could not be read.
    #[protocol(error)]
    Error(String),
}

/// Who may come in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(max_frame_len = 1024)]
pub enum LoginServer {
    /// The door is open.
    Welcome {
        /// With this, the session goes on after the connection has ended.
        token: String,
    },
    /// The door stays closed, and the connection ends.
    #[protocol(closing)]
    Refused(Refusal),
    /// The server shuts down.
    #[protocol(closing)]
    GoodBye,
    /// The client's last message could not be read.
    #[protocol(error)]
    Error(String),
}

/// Why somebody may not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum Refusal {
    /// There is no such name, or its password is another one; which of both, nobody is told.
    #[error("wrong name or password")]
    WrongCredentials,
    /// There is no such session any more.
    #[error("no such session")]
    NoSession,
    /// The server could not make a session.
    #[error("no session can be made")]
    Unavailable,
}

/// What a member says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(max_frame_len = 1024)]
pub enum RoomClient {
    /// Something that all shall hear.
    Say(String),
    /// It asks for the names of all members.
    WhoIsHere,
    /// It leaves, and its session ends.
    Leave,
    /// The server's last message could not be read.
    #[protocol(error)]
    Error(String),
}

/// What a member is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(max_frame_len = 8 * 1024)]
pub enum RoomServer {
    /// Who is here; said at the entry, and when a member asks.
    Here {
        /// All members, in the order of their names.
        names: Vec<String>,
        /// The number of the line that will be said next.
        next: u64,
    },
    /// Somebody has come.
    Joined(String),
    /// Somebody has left, or lost the connection.
    Left(String),
    /// Somebody, maybe oneself, has said something.
    Said(Line),
    /// Somebody of the same name has come in, and takes one's place.
    #[protocol(closing)]
    Replaced,
    /// The member has left, or the server shuts down.
    #[protocol(closing)]
    GoodBye,
    /// The client's last message could not be read, or not be passed on.
    #[protocol(error)]
    Error(String),
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its place in all that was said, beginning with 0.
    pub number: u64,
    /// Who said it.
    pub name: String,
    /// What was said.
    pub text: String,
}
