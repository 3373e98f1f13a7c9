//! Futures of a handler that were begun, counted when they are dropped before their end.

use std::{
    cell::Cell,
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;

thread_local! {
    /// Futures that this thread dropped before their end, since it was last asked.
    static DROPPED: Cell<u64> = const { Cell::new(0) };
}

pin_project! {
    /// A future of a handler.
    pub struct InFlight<F> {
        #[pin]
        future: F,
        unfinished: Unfinished,
    }
}

struct Unfinished(bool);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if self.0 {
            // a thread that is being torn down counts no more
            let _ = DROPPED.try_with(|dropped| dropped.set(dropped.get() + 1));
        }
    }
}

impl<F> InFlight<F> {
    pub(super) fn new(future: F) -> Self {
        let unfinished = Unfinished(true);
        Self { future, unfinished }
    }
}

impl<F: Future> Future for InFlight<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let output = ready!(this.future.poll(cx));
        this.unfinished.0 = false;
        Poll::Ready(output)
    }
}

/// How many futures in flight `drop` drops.
pub(super) fn dropped_by(drop: impl FnOnce()) -> u64 {
    let earlier = DROPPED.take();
    drop();
    DROPPED.replace(earlier)
}
