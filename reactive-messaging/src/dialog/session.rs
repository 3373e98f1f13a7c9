//! A handler at work on one connection, in the shapes that handlers come in.

use std::{
    fmt::Display,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures::Stream;
use pin_project_lite::pin_project;

use super::{
    in_flight::InFlight,
    reply::{Failure, Reply, Step},
};

/// A handler at work; what an [`Outcome`](super::Outcome) becomes.
pub trait Session<L, N> {
    /// The next step; `None` when the handler has ended.
    fn poll_step(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Step<L, N>>>;

    /// Whether a poll may yield a message, so that it needs room for one. A handler in loop style
    /// sends through its `Peer` instead, and may wait there for the room that polling it frees.
    fn yields_messages(&self) -> bool;
}

pin_project! {
    /// A stream whose items are there at once.
    pub struct Immediate<S> { #[pin] items: S }
}

impl<S> Immediate<S> {
    pub(super) fn new(items: S) -> Self {
        Self { items }
    }
}

impl<L, N, S: Stream<Item: Reply<L, N>>> Session<L, N> for Immediate<S> {
    #[inline]
    fn poll_step(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Step<L, N>>> {
        Poll::Ready(ready!(self.project().items.poll_next(cx)).map(Reply::into_step))
    }

    fn yields_messages(&self) -> bool {
        true
    }
}

pin_project! {
    /// A stream whose items are futures, awaited one after the other.
    pub struct Deferred<S: Stream> { #[pin] items: S, #[pin] current: Option<InFlight<S::Item>> }
}

impl<S: Stream> Deferred<S> {
    pub(super) fn new(items: S) -> Self {
        let current = None;
        Self { items, current }
    }
}

impl<L, N, S: Stream<Item: Future<Output: Reply<L, N>>>> Session<L, N> for Deferred<S> {
    fn poll_step(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Step<L, N>>> {
        let mut this = self.project();
        if this.current.is_none() {
            match ready!(this.items.poll_next(cx)) {
                Some(item) => this.current.set(Some(InFlight::new(item))),
                None => return Poll::Ready(None),
            }
        }
        let Some(current) = this.current.as_mut().as_pin_mut() else {
            return Poll::Ready(None);
        };
        let reply = ready!(current.poll(cx));
        this.current.set(None);
        Poll::Ready(Some(reply.into_step()))
    }

    fn yields_messages(&self) -> bool {
        true
    }
}

/// A handler in loop style that has returned, with its stage's successor if there is one.
pub struct Ended<N>(Option<N>);

impl<N> Ended<N> {
    pub(super) fn new(successor: Option<N>) -> Self {
        Self(successor)
    }
}

// the successor is not pinned in place
impl<N> Unpin for Ended<N> {}

impl<L, N> Session<L, N> for Ended<N> {
    fn poll_step(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Step<L, N>>> {
        Poll::Ready(self.0.take().map(Step::Advance))
    }

    fn yields_messages(&self) -> bool {
        false
    }
}

pin_project! {
    /// A session, or the error that there is none.
    pub struct Fallible<S> { #[pin] opened: Option<S>, failure: Option<Failure> }
}

impl<S> Fallible<S> {
    pub(super) fn new(opened: Result<S, impl Display>) -> Self {
        match opened {
            Ok(session) => Self {
                opened: Some(session),
                failure: None,
            },
            Err(error) => Self {
                opened: None,
                failure: Some(Failure::of(error)),
            },
        }
    }
}

impl<L, N, S: Session<L, N>> Session<L, N> for Fallible<S> {
    #[inline]
    fn poll_step(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Step<L, N>>> {
        let this = self.project();
        match this.opened.as_pin_mut() {
            Some(session) => session.poll_step(cx),
            None => Poll::Ready(this.failure.take().map(Step::Failed)),
        }
    }

    fn yields_messages(&self) -> bool {
        self.opened.as_ref().is_some_and(S::yields_messages)
    }
}
