//! Several futures of one handler at once.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures::{
    Stream, StreamExt,
    stream::{BufferUnordered, Buffered, Map},
};
use pin_project_lite::pin_project;

use super::{in_flight::InFlight, outcome::kind};

/// An outcome whose items are futures, of which several can run at once.
#[diagnostic::on_unimplemented(
    message = "`concurrency` needs a stream of futures, not `{Self}`",
    label = "its items are no futures",
    note = "let the handler return `impl Stream<Item = impl Future<Output = …>>`, or drop `concurrency`"
)]
pub trait Concurrent<K> {
    /// The outcome with its futures running side by side, in order.
    type Ordered;
    /// The outcome with its futures running side by side, as they complete.
    type Unordered;

    /// Runs `limit` futures at once and yields in the order of the items.
    fn ordered(self, limit: usize) -> Self::Ordered;

    /// Runs `limit` futures at once and yields as they complete.
    fn unordered(self, limit: usize) -> Self::Unordered;
}

/// A stream of futures that are counted when they are dropped before their end.
type Begun<S> = Map<S, fn(<S as Stream>::Item) -> InFlight<<S as Stream>::Item>>;

impl<S: Stream<Item: Future>> Concurrent<kind::Futures> for S {
    type Ordered = Buffered<Begun<S>>;
    type Unordered = BufferUnordered<Begun<S>>;

    fn ordered(self, limit: usize) -> Self::Ordered {
        begun(self).buffered(limit.max(1))
    }

    fn unordered(self, limit: usize) -> Self::Unordered {
        begun(self).buffer_unordered(limit.max(1))
    }
}

fn begun<S: Stream<Item: Future>>(items: S) -> Begun<S> {
    items.map(InFlight::new)
}

impl<K, O: Concurrent<K>, E> Concurrent<kind::Fallible<K>> for Result<O, E> {
    type Ordered = Result<O::Ordered, E>;
    type Unordered = Result<O::Unordered, E>;

    fn ordered(self, limit: usize) -> Self::Ordered {
        self.map(|outcome| outcome.ordered(limit))
    }

    fn unordered(self, limit: usize) -> Self::Unordered {
        self.map(|outcome| outcome.unordered(limit))
    }
}

impl<K, F: Future<Output: Concurrent<K>>> Concurrent<kind::Future<K>> for F {
    type Ordered = OrderedLater<F, K>;
    type Unordered = UnorderedLater<F, K>;

    fn ordered(self, limit: usize) -> Self::Ordered {
        let kind = std::marker::PhantomData;
        OrderedLater {
            future: self,
            limit,
            kind,
        }
    }

    fn unordered(self, limit: usize) -> Self::Unordered {
        let kind = std::marker::PhantomData;
        UnorderedLater {
            future: self,
            limit,
            kind,
        }
    }
}

pin_project! {
    /// [`Concurrent::ordered`] of what a future brings.
    pub struct OrderedLater<F, K> {
        #[pin] future: F,
        limit: usize,
        kind: std::marker::PhantomData<fn() -> K>,
    }
}

impl<K, F: Future<Output: Concurrent<K>>> Future for OrderedLater<F, K> {
    type Output = <F::Output as Concurrent<K>>::Ordered;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        Poll::Ready(ready!(this.future.poll(cx)).ordered(*this.limit))
    }
}

pin_project! {
    /// [`Concurrent::unordered`] of what a future brings.
    pub struct UnorderedLater<F, K> {
        #[pin] future: F,
        limit: usize,
        kind: std::marker::PhantomData<fn() -> K>,
    }
}

impl<K, F: Future<Output: Concurrent<K>>> Future for UnorderedLater<F, K> {
    type Output = <F::Output as Concurrent<K>>::Unordered;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        Poll::Ready(ready!(this.future.poll(cx)).unordered(*this.limit))
    }
}
