//! One error enum per operation, and why a connection ended.

mod detail;
mod disconnect;
mod panic;

pub use detail::Detail;
pub(crate) use detail::escaped;
pub use disconnect::DisconnectReason;
pub(crate) use panic::{Panic, panic_detail, text_of};

use std::{fmt, io};

use thiserror::Error;

use crate::config::ConfigError;

/// A stream of bytes that is no sequence of frames.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A frame is longer than `max_frame_len` allows, or declares to be.
    #[error("frame exceeds {max} bytes")]
    TooLong {
        /// The limit, in bytes of payload.
        max: usize,
    },
}

/// A message that could not be turned into bytes.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The encoded message is longer than `max_frame_len` allows.
    #[error("encoded message of {len} bytes exceeds {max} bytes")]
    TooLong {
        /// Bytes of the encoded message.
        len: usize,
        /// The limit.
        max: usize,
    },
    /// The encoded message is empty, or contains what ends a frame of this wire.
    #[error("encoded message cannot be delimited by the framing of its wire")]
    Undelimitable,
    /// The message's own serialization failed.
    #[error("message could not be serialized")]
    Serialize(#[source] Detail),
}

impl EncodeError {
    /// Wraps the error of a serialization library.
    pub fn serialize(cause: impl fmt::Display) -> Self {
        Self::Serialize(Detail::of(cause))
    }
}

/// A frame that is no message of the protocol.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The frame has no payload.
    #[error("frame is empty")]
    Empty,
    /// The payload is no message: bad syntax, an unknown variant, a value out of range.
    #[error("malformed message{}", At(*offset))]
    Malformed {
        /// Bytes of the payload in front of the mistake, where the wire can tell.
        offset: Option<usize>,
        /// What the wire's parser said.
        #[source]
        detail: Detail,
    },
    /// The payload goes on behind its message.
    #[error("trailing bytes behind the message at byte {offset}")]
    TrailingBytes {
        /// Bytes of the payload that are the message.
        offset: usize,
    },
    /// The message nests deeper than `max_depth` allows.
    #[error("message nests deeper than {max} levels")]
    TooDeep {
        /// The limit.
        max: usize,
    },
    /// A length within the message declares more elements than the payload has bytes left.
    #[error("declared length exceeds the message{}", At(*offset))]
    LengthOutOfBounds {
        /// Bytes of the payload in front of the length, where the wire can tell.
        offset: Option<usize>,
    },
    /// The payload is longer than `max_frame_len` allows.
    #[error("encoded message exceeds {max} bytes")]
    TooLong {
        /// The limit.
        max: usize,
    },
}

impl DecodeError {
    /// Wraps the error of a deserialization library.
    pub fn malformed(offset: Option<usize>, cause: impl fmt::Display) -> Self {
        let detail = Detail::of(cause);
        Self::Malformed { offset, detail }
    }

    /// Bytes of the payload in front of the mistake, where the wire can tell.
    pub fn offset(&self) -> Option<usize> {
        match self {
            Self::Malformed { offset, .. } | Self::LengthOutOfBounds { offset } => *offset,
            Self::TrailingBytes { offset } => Some(*offset),
            Self::TooLong { max } => Some(*max),
            Self::Empty => Some(0),
            Self::TooDeep { .. } => None,
        }
    }
}

/// ` at byte N`, or nothing.
pub(crate) struct At(pub(crate) Option<usize>);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(offset) => write!(f, " at byte {offset}"),
            None => Ok(()),
        }
    }
}

/// A message that was not accepted; every variant hands it back.
#[derive(Clone, Error)]
#[non_exhaustive]
pub enum SendError<M> {
    /// The dialog is over, or is closing.
    #[error("connection is closed")]
    Closed(M),
    /// The outbox has no room and the retrying strategy did not find any.
    #[error("outbox is full")]
    Full(M),
    /// The message could not be encoded; the connection goes on.
    #[error("message could not be encoded")]
    Encode(M, #[source] EncodeError),
}

impl<M> SendError<M> {
    /// The message that was not accepted.
    pub fn into_message(self) -> M {
        match self {
            Self::Closed(message) | Self::Full(message) | Self::Encode(message, _) => message,
        }
    }
}

// by hand, since messages need not be `Debug`
impl<M> fmt::Debug for SendError<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed(_) => f.write_str("Closed(_)"),
            Self::Full(_) => f.write_str("Full(_)"),
            Self::Encode(_, error) => f.debug_tuple("Encode").field(&"_").field(error).finish(),
        }
    }
}

/// A successor that was not accepted, handed back: the stage is left already, or its connection ends.
#[derive(Clone, Copy, PartialEq, Eq, Error)]
#[error("stage is over")]
pub struct AdvanceError<N>(pub N);

// by hand, since successors need not be `Debug`
impl<N> fmt::Debug for AdvanceError<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdvanceError(_)")
    }
}

/// An address that no transport of this build understands.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AddressError {
    /// The part in front of `://` names no transport.
    #[error("unknown address scheme `{0}`")]
    UnknownScheme(String),
    /// A TCP address that is not `host:port`.
    #[error("`{0}` is not of the form `host:port`")]
    HostPort(String),
}

impl From<std::convert::Infallible> for AddressError {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

/// A server that could not be started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BindError {
    /// The address cannot be understood.
    #[error("invalid address")]
    InvalidAddress(#[from] AddressError),
    /// The configuration contradicts itself or the protocol.
    #[error("invalid configuration")]
    InvalidConfig(#[from] ConfigError),
    /// The operating system refused to listen there.
    #[error("cannot listen on {address}")]
    Io {
        /// The address as it was given.
        address: String,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

/// A client that could not be started.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The address cannot be understood.
    #[error("invalid address")]
    InvalidAddress(#[from] AddressError),
    /// The configuration contradicts itself or the protocol.
    #[error("invalid configuration")]
    InvalidConfig(#[from] ConfigError),
    /// The name means nothing: its host has no address, or nobody listens under it.
    #[error("{address} cannot be resolved")]
    Unresolved {
        /// The address as it was given.
        address: String,
        /// What the resolver said.
        #[source]
        source: std::sync::Arc<io::Error>,
    },
    /// Nothing accepted the connection, by the last of the attempts.
    #[error("cannot connect to {address}")]
    Io {
        /// The address as it was given.
        address: String,
        /// What the operating system said of the last attempt.
        #[source]
        source: std::sync::Arc<io::Error>,
    },
    /// The last of the attempts ended at `connect_timeout`.
    #[error("connecting to {address} timed out")]
    TimedOut {
        /// The address as it was given.
        address: String,
    },
}
