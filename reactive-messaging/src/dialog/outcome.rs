//! What a handler fn may return, and which session that becomes.

use std::{
    fmt::Display,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures::Stream;
use pin_project_lite::pin_project;

use super::{
    reply::{Reply, Step},
    session::{Deferred, Ended, Fallible, Immediate, Session},
    successor::NoSuccessor,
};

/// What a handler of the local protocol `L` returns: a stream of replies, `()` when it sends
/// through its `Peer`, a `Result` of those, or a future of any of them.
///
/// `K` tells the kinds apart by type, never by syntax, so that aliases work; it is inferred. `N` tells
/// the successors of a composite's stage: its handler may also return one of them, in loop style.
#[diagnostic::on_unimplemented(
    message = "a handler that sends `{L}` cannot return `{Self}`",
    label = "neither a stream of replies, nor `()`, nor a `Result` of those",
    note = "a handler returns a stream whose items are messages of its local protocol, `()`, or `Option`s and `Result`s of those, or futures of any of them; in loop style it returns `()` or `Result<(), E>` with `E: Display`, and in a stage of a composite also what that may be left for"
)]
pub trait Outcome<L, K, N = NoSuccessor> {
    /// The handler at work.
    type Session: Session<L, N>;

    /// Sets to work.
    fn into_session(self) -> Self::Session;
}

/// The kinds of outcomes.
pub(super) mod kind {
    /// A stream of replies.
    pub struct Replies;
    /// A stream of futures of replies.
    pub struct Futures;
    /// Nothing: the handler was in loop style.
    pub struct Loop;
    /// The successor of a stage, whose handler was in loop style.
    pub struct Successor;
    /// The successor of a stage, or none: its connection then ends.
    pub struct MaybeSuccessor;
    /// A result of an outcome.
    pub struct Fallible<K>(K);
    /// A future of an outcome.
    pub struct Future<K>(K);
}

impl<L, N, S: Stream<Item: Reply<L, N>>> Outcome<L, kind::Replies, N> for S {
    type Session = Immediate<S>;

    fn into_session(self) -> Self::Session {
        Immediate::new(self)
    }
}

impl<L, N, S: Stream<Item: Future<Output: Reply<L, N>>>> Outcome<L, kind::Futures, N> for S {
    type Session = Deferred<S>;

    fn into_session(self) -> Self::Session {
        Deferred::new(self)
    }
}

impl<L, N> Outcome<L, kind::Loop, N> for () {
    type Session = Ended<N>;

    fn into_session(self) -> Self::Session {
        Ended::new(None)
    }
}

impl<L, N> Outcome<L, kind::Successor, N> for N {
    type Session = Ended<N>;

    fn into_session(self) -> Self::Session {
        Ended::new(Some(self))
    }
}

impl<L, N> Outcome<L, kind::MaybeSuccessor, N> for Option<N> {
    type Session = Ended<N>;

    fn into_session(self) -> Self::Session {
        Ended::new(self)
    }
}

impl<L, K, N, O: Outcome<L, K, N>, E: Display> Outcome<L, kind::Fallible<K>, N> for Result<O, E> {
    type Session = Fallible<O::Session>;

    fn into_session(self) -> Self::Session {
        Fallible::new(self.map(O::into_session))
    }
}

impl<L, K, N, F: Future<Output: Outcome<L, K, N>>> Outcome<L, kind::Future<K>, N> for F {
    type Session = Opening<F, L, K, N>;

    fn into_session(self) -> Self::Session {
        Opening::Awaiting { future: self }
    }
}

type SessionOf<F, L, K, N> = <<F as Future>::Output as Outcome<L, K, N>>::Session;

pin_project! {
    /// A future that becomes a session: every `async fn`.
    #[project = OpeningProjection]
    pub enum Opening<F, L, K, N>
    where
        F: Future,
        F::Output: Outcome<L, K, N>,
    {
        /// The handler fn runs.
        Awaiting { #[pin] future: F },
        /// It has returned.
        Open { #[pin] session: SessionOf<F, L, K, N> },
    }
}

impl<L, K, N, F: Future<Output: Outcome<L, K, N>>> Session<L, N> for Opening<F, L, K, N> {
    #[inline]
    fn poll_step(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Step<L, N>>> {
        loop {
            match self.as_mut().project() {
                OpeningProjection::Open { session } => return session.poll_step(cx),
                OpeningProjection::Awaiting { future } => {
                    let session = ready!(future.poll(cx)).into_session();
                    self.set(Self::Open { session });
                }
            }
        }
    }

    fn yields_messages(&self) -> bool {
        match self {
            Self::Awaiting { .. } => false,
            Self::Open { session } => session.yields_messages(),
        }
    }
}
