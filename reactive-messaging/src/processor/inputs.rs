//! What a shared handler reads.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker, ready},
};

use futures::{
    Stream, StreamExt,
    stream::{BoxStream, FusedStream},
};

use super::{
    progress::{Barrier, Progress},
    queue::Receiver,
};
use crate::{
    dialog::Peer,
    error::{DisconnectReason, panic_detail},
    log_limit::{LogLimit, log_limited},
};

/// What happens at one peer, as a shared handler sees it.
///
/// Those of one peer come in sequence: `Arrived`, its messages, `Left`. Behind `Arrived`, which is never
/// lost, there is exactly one `Left`, unless the server is aborted.
#[derive(Debug, Clone)]
pub enum Input<M> {
    /// The peer is connected.
    Arrived,
    /// The peer says something.
    Message(M),
    /// The connection is over, for this reason. What is yielded for the peer now is dropped, and counted.
    Left(DisconnectReason),
}

/// What goes through the queue.
pub(super) enum Entry<C, S> {
    Input(Peer<S>, Input<C>),
    /// Whoever sent this waits until all that is in front of it is answered.
    Barrier(Barrier),
}

/// What happens at the peers of a shared handler, in the order in which it was read: pairs of a
/// [`Peer<S>`](Peer) and an [`Input<C>`](Input).
///
/// A handler that does not poll it lets the queue fill up; what happens then is the config's
/// `retrying_strategy`. It ends when the server is over, behind the last `Left`.
///
/// It is to be polled by the stream, or in the fn, that the handler consists of: whoever polls it in
/// another task cannot count on replies to be sent before the connection of their peer ends.
///
/// # Cancel safety
/// `next()` is cancel safe.
pub struct Inputs<C, S> {
    source: Source<C, S>,
}

enum Source<C, S> {
    Queue(Receiver<Entry<C, S>>, Arc<Progress>),
    Stream(BoxStream<'static, (Peer<S>, Input<C>)>),
    Ended,
}

// nothing in it is pinned in place
impl<C, S> Unpin for Inputs<C, S> {}

impl<C, S> Inputs<C, S> {
    pub(super) fn new(queue: Receiver<Entry<C, S>>, progress: Arc<Progress>) -> Self {
        let source = Source::Queue(queue, progress);
        Self { source }
    }

    /// Inputs from anywhere, so that a handler can be tested without connections; peers for them come
    /// from [`testing::peer`](crate::testing::peer).
    pub fn from_stream(inputs: impl Stream<Item = (Peer<S>, Input<C>)> + Send + 'static) -> Self {
        let source = Source::Stream(inputs.boxed());
        Self { source }
    }
}

impl<C, S> Stream for Inputs<C, S> {
    type Item = (Peer<S>, Input<C>);

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let next = match &mut this.source {
            Source::Queue(queue, progress) => {
                progress.inputs_polled();
                loop {
                    match ready!(queue.poll_recv(cx)) {
                        Some(Entry::Input(peer, input)) => {
                            progress.input_taken(peer.id());
                            break Some((peer, input));
                        }
                        Some(Entry::Barrier(barrier)) => progress.reached(barrier),
                        None => break None,
                    }
                }
            }
            Source::Stream(inputs) => ready!(inputs.poll_next_unpin(cx)),
            Source::Ended => None,
        };
        if next.is_none() {
            this.source = Source::Ended;
        }
        Poll::Ready(next)
    }
}

impl<C, S> FusedStream for Inputs<C, S> {
    fn is_terminated(&self) -> bool {
        matches!(self.source, Source::Ended)
    }
}

/// What is queued are messages of users, whose drops are user code: a panic of one must not meet that
/// of another.
impl<C, S> Drop for Inputs<C, S> {
    fn drop(&mut self) {
        if let Source::Queue(queue, progress) = &mut self.source {
            let mut cx = Context::from_waker(Waker::noop());
            let limit = LogLimit::default();
            while let Poll::Ready(Some(entry)) = queue.poll_recv(&mut cx) {
                if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(entry))) {
                    progress.panics.add(1);
                    let panic = panic_detail(panic);
                    log_limited!(limit, error, %panic, "an input panicked when it was dropped");
                }
            }
        }
    }
}

impl<C, S> fmt::Debug for Inputs<C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inputs").finish_non_exhaustive()
    }
}
