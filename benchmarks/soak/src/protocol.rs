//! What is spoken: lines of text, which attackers are fluent in.

use std::time::Duration;

use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

/// All times are short, so that limits act many times within a cycle; the reasons tell which of them did.
pub(crate) const CONFIG: ConstConfig = ConstConfig {
    max_frame_len: 4 * 1024,
    outbound_bytes: 64 * 1024,
    first_frame_timeout: Some(Duration::from_secs(2)),
    frame_timeout: Some(Duration::from_secs(2)),
    idle_timeout: Some(Duration::from_secs(4)),
    write_timeout: Some(Duration::from_secs(2)),
    half_closed_timeout: Some(Duration::from_secs(2)),
    drain_timeout: Duration::from_secs(1),
    linger_close: Duration::from_millis(500),
    ..ConstConfig::default()
};

/// What a client asks of all services but the room.
#[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
pub(crate) enum Ask {
    /// Wants `Pong` with the same number.
    Ping(u32),
    /// The plain service ends the connection, the one in stages goes back to its door.
    Leave,
    /// The answer could not be read.
    #[protocol(error)]
    Error(String),
}

/// What it is answered.
#[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
pub(crate) enum Answer {
    /// The answer to `Ping`.
    Pong(u32),
    /// The question could not be read.
    #[protocol(error)]
    Error(String),
}

/// What is said in the room, and heard by all.
#[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
pub(crate) enum Line {
    /// Who said it, and how much that one had said before.
    Said(u32, u32),
    /// What was said could not be read.
    #[protocol(error)]
    Error(String),
}
