//! What an item of a handler's stream may be, once it is there.

use std::{fmt::Display, ops::ControlFlow};

use super::successor::NoSuccessor;
use crate::{error::Detail, error::escaped, protocol::ReactiveProtocol};

/// Bytes of a handler's error that the remote is told at most.
const TOLD: usize = 512;

/// What comes of one event, or of all: one step of a handler.
#[derive(Debug)]
pub enum Step<L, N = NoSuccessor> {
    /// A message for the remote.
    Reply(L),
    /// An event was processed without an answer.
    Nothing,
    /// An event could not be processed.
    ItemFailed(Failure),
    /// The handler ended with an error.
    Failed(Failure),
    /// The stage is left for its successor.
    Advance(N),
}

/// What a handler says to one event: a message, nothing, or an error. In a stage of a composite, also
/// that the stage is over.
///
/// Implemented for a message `L`, for `()`, for `Option` and `Result` of those, and for
/// [`ControlFlow<N, _>`](ControlFlow) of those, where `N` tells the successor of a stage.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no reply in the protocol `{L}`",
    label = "neither `{L}`, nor `()`, nor an `Option` or `Result` of those",
    note = "the items of a handler's stream are messages of its local protocol, `()`, or `Option`s and `Result`s of those, or futures of any of them"
)]
pub trait Reply<L, N = NoSuccessor> {
    /// What the dialog does with it.
    fn into_step(self) -> Step<L, N>;
}

#[diagnostic::do_not_recommend]
impl<L: ReactiveProtocol, N> Reply<L, N> for L {
    #[inline]
    fn into_step(self) -> Step<L, N> {
        Step::Reply(self)
    }
}

impl<L, N> Reply<L, N> for () {
    #[inline]
    fn into_step(self) -> Step<L, N> {
        Step::Nothing
    }
}

impl<L, N, R: Reply<L, N>> Reply<L, N> for Option<R> {
    #[inline]
    fn into_step(self) -> Step<L, N> {
        self.map_or(Step::Nothing, R::into_step)
    }
}

impl<L, N, R: Reply<L, N>, E: Display> Reply<L, N> for Result<R, E> {
    #[inline]
    fn into_step(self) -> Step<L, N> {
        match self {
            Ok(reply) => reply.into_step(),
            Err(error) => Step::ItemFailed(Failure::of(error)),
        }
    }
}

impl<L, N, R: Reply<L, N>> Reply<L, N> for ControlFlow<N, R> {
    #[inline]
    fn into_step(self) -> Step<L, N> {
        match self {
            ControlFlow::Continue(reply) => reply.into_step(),
            ControlFlow::Break(successor) => Step::Advance(successor),
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
