//! Why a connection ended.

use std::{io, sync::Arc};

use thiserror::Error;

use super::{ConnectError, DecodeError, Detail, FrameError};

/// Why a connection ended: the first cause, when there were several, except that a failure outweighs
/// an orderly end.
///
/// It cannot be compared, since it may hold an error of the system: tests use `matches!`.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum DisconnectReason {
    /// The remote ended the dialog at a frame boundary.
    #[error("remote closed the connection")]
    RemoteClosed,
    /// The remote ended the dialog within a frame.
    #[error("unexpected end of the connection within a frame")]
    UnexpectedEnd,
    /// The connection broke: a reset, or another error of the operating system.
    #[error("connection failed")]
    Io(#[source] Arc<io::Error>),
    /// The local handler ended: its stream, or its fn.
    #[error("local handler ended")]
    HandlerEnded,
    /// The stage is over, and its connection is not: another stage follows.
    #[error("moved on to the next stage")]
    Advanced,
    /// `Peer::close` or `Peer::flush_and_close` was called.
    #[error("closed locally")]
    LocalClosed,
    /// `Peer::abort` was called, or the service was dropped.
    #[error("aborted locally")]
    Aborted,
    /// A `#[protocol(closing)]` message was sent.
    #[error("a closing message was sent")]
    ClosingSent,
    /// A `#[protocol(closing)]` message was received.
    #[error("a closing message was received")]
    ClosingReceived,
    /// The service was shut down and the dialog drained.
    #[error("service was shut down")]
    Shutdown,
    /// The dialog, or an event callback of it, did not end within `drain_timeout`.
    #[error("draining timed out")]
    DrainTimeout,
    /// The remote sent bytes that are no frames.
    #[error("invalid frame")]
    Frame(#[source] FrameError),
    /// The remote sent `max_decode_errors` frames in a row that are no messages.
    #[error("invalid message")]
    Decode(#[source] DecodeError),
    /// The handler returned or yielded an error that ends the dialog.
    #[error("handler failed")]
    HandlerFailed(#[source] Detail),
    /// The handler, its stream, a serialization that it asked for or an event callback panicked.
    #[error("handler panicked")]
    HandlerPanicked(#[source] Detail),
    /// The outbox was full and the retrying strategy is to end the communications, or the message was
    /// one that a shared handler yielded.
    #[error("outbox is full")]
    OutboxFull,
    /// The queue of the shared processor was full and the retrying strategy is to end the
    /// communications.
    #[error("queue of the shared processor is full")]
    QueueFull,
    /// No complete message arrived within `first_frame_timeout`.
    #[error("no message arrived in time")]
    FirstFrameTimeout,
    /// A frame did not arrive in whole within `frame_timeout`.
    #[error("a frame did not arrive in time")]
    FrameTimeout,
    /// Nothing was received or sent for `idle_timeout`.
    #[error("connection was idle")]
    IdleTimeout,
    /// The remote read nothing for `write_timeout`.
    #[error("remote does not read")]
    WriteTimeout,
    /// The remote had finished sending, and nothing was sent to it for `half_closed_timeout`.
    #[error("half-closed connection was idle")]
    HalfClosedTimeout,
    /// A client's reconnection attempts came to their end.
    #[error("reconnecting failed")]
    ReconnectFailed(#[source] Arc<ConnectError>),
}

impl DisconnectReason {
    /// Whether the dialog ended in order: nothing was cut off, and neither side failed.
    pub fn is_clean(&self) -> bool {
        matches!(
            self,
            Self::RemoteClosed
                | Self::HandlerEnded
                | Self::Advanced
                | Self::LocalClosed
                | Self::ClosingSent
                | Self::ClosingReceived
                | Self::Shutdown
        )
    }
}
