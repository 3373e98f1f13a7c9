//! What an item of a handler's stream may be, once it is there.

use std::fmt::Display;

use crate::{error::Detail, error::escaped, protocol::ReactiveProtocol};

/// Bytes of a handler's error that the remote is told at most.
const TOLD: usize = 512;

/// What a handler says to one event: a message, nothing, or an error.
///
/// Implemented for a message `L`, for `()`, and for `Option` and `Result` of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no reply in the protocol `{L}`",
    label = "neither `{L}`, nor `()`, nor an `Option` or `Result` of those",
    note = "the items of a handler's stream are messages of its local protocol, `()`, or `Option`s and `Result`s of those, or futures of any of them"
)]
pub trait Reply<L> {
    /// The message to send, if any.
    ///
    /// # Errors
    /// What the handler failed with.
    fn into_reply(self) -> Result<Option<L>, Failure>;
}

#[diagnostic::do_not_recommend]
impl<L: ReactiveProtocol> Reply<L> for L {
    #[inline]
    fn into_reply(self) -> Result<Option<L>, Failure> {
        Ok(Some(self))
    }
}

impl<L> Reply<L> for () {
    #[inline]
    fn into_reply(self) -> Result<Option<L>, Failure> {
        Ok(None)
    }
}

impl<L, R: Reply<L>> Reply<L> for Option<R> {
    #[inline]
    fn into_reply(self) -> Result<Option<L>, Failure> {
        self.map_or(Ok(None), R::into_reply)
    }
}

impl<L, R: Reply<L>, E: Display> Reply<L> for Result<R, E> {
    #[inline]
    fn into_reply(self) -> Result<Option<L>, Failure> {
        match self {
            Ok(reply) => reply.into_reply(),
            Err(error) => Err(Failure::of(error)),
        }
    }
}

/// An error of a handler: its `Display`, escaped, at most 512 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(String);

impl Failure {
    /// Takes the text of a handler's error.
    #[cold]
    pub(crate) fn of(error: impl Display) -> Self {
        Self(escaped(&error, TOLD))
    }

    pub(crate) fn detail(&self) -> Detail {
        Detail::of(&self.0)
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }
}
