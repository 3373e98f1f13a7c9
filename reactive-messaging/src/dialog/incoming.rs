//! The stream of remote messages that a handler reads.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures::{Stream, StreamExt, stream::BoxStream, stream::FusedStream};

use super::{
    codec::{DecodeNext, Rejection, decode_next},
    inbox::{End, Taken},
    link::Link,
};
use crate::{error::DisconnectReason, protocol::ReactiveProtocol, wire::DecodeLimits};

/// Frames that are rejected in one poll at most: each costs as much as an answer.
const REJECTED: usize = 64;

/// The messages of the remote, decoded one by one, as the handler asks for them.
///
/// It ends when the remote has finished sending, when the dialog closes or drains, behind a
/// `#[protocol(closing)]` message, and at input that is no message of the protocol. A handler that
/// does not poll it stops the reading, and the remote meets backpressure.
///
/// It can be moved to another task, though not to a sibling future of the task that holds the dialog
/// of [`serve_connection`](crate::serve_connection()). Dropping it discards further input, counted in
/// [`PeerStats::frames_discarded`](crate::PeerStats::frames_discarded).
///
/// # Cancel safety
/// `next()` is cancel safe: a message is decoded in the poll that returns it.
pub struct Incoming<M> {
    /// Whole frames; everything in front of `at` was decoded.
    chunk: Bytes,
    at: usize,
    received: u64,
    consecutive_errors: u32,
    max_frame_len: usize,
    limits: DecodeLimits,
    /// `None`: the protocol's own wire, which is inlined.
    decode: Option<DecodeNext<M>>,
    source: Source<M>,
}

enum Source<M> {
    Link(Arc<Link>),
    Stream(BoxStream<'static, M>),
    Ended,
}

// nothing in it is pinned in place
impl<M> Unpin for Incoming<M> {}

impl<M> Incoming<M> {
    pub(crate) fn new(link: Arc<Link>, decode: Option<DecodeNext<M>>) -> Self {
        Self {
            chunk: Bytes::new(),
            at: 0,
            received: 0,
            consecutive_errors: 0,
            max_frame_len: link.settings.max_inbound_frame,
            limits: DecodeLimits::of(&link.settings.config),
            decode,
            source: Source::Link(link),
        }
    }

    /// Messages from anywhere, so that a handler can be tested without a connection.
    pub fn from_stream(messages: impl Stream<Item = M> + Send + 'static) -> Self {
        Self {
            chunk: Bytes::new(),
            at: 0,
            received: 0,
            consecutive_errors: 0,
            max_frame_len: 0,
            limits: DecodeLimits::default(),
            decode: None,
            source: Source::Stream(messages.boxed()),
        }
    }

    /// Ends the stream.
    fn end(&mut self) {
        self.report_received();
        if let Source::Link(link) = &self.source {
            let (mut undecoded, resume) = link.inbox.detach();
            link.discard(&self.chunk[self.at..]);
            link.discard(&undecoded);
            undecoded.clear();
            if resume {
                link.outbox.wake_driver();
            }
        }
        self.chunk = Bytes::new();
        self.at = 0;
        self.source = Source::Ended;
    }

    fn report_received(&mut self) {
        if let Source::Link(link) = &self.source {
            link.counters
                .messages_received
                .add(std::mem::take(&mut self.received));
        }
    }
}

impl<M: ReactiveProtocol> Incoming<M> {
    /// The next message of the chunk. `None` when it has no further one, or so much rubbish in a row
    /// that others shall have their turn.
    #[inline]
    fn next_in_chunk(&mut self) -> Option<M> {
        let mut rejected = 0;
        while self.at < self.chunk.len() && rejected < REJECTED {
            let (chunk, at, max) = (&self.chunk, self.at, self.max_frame_len);
            // each arm returns by itself: joined, they would copy every message once more
            let rejection = match self.decode {
                None => match decode_next::<M::Wire, M>(chunk, at, max, &self.limits) {
                    Ok((message, consumed)) => return Some(self.accept(message, consumed)),
                    Err(rejection) => rejection,
                },
                Some(decode) => match decode(chunk, at, max, &self.limits) {
                    Ok((message, consumed)) => return Some(self.accept(message, consumed)),
                    Err(rejection) => rejection,
                },
            };
            self.reject(*rejection);
            rejected += 1;
        }
        None
    }

    #[inline]
    fn accept(&mut self, message: M, consumed: usize) -> M {
        self.at += consumed;
        self.received += 1;
        self.consecutive_errors = 0;
        if self.at == self.chunk.len() || message.is_closing() {
            self.finish_chunk(message.is_closing());
        }
        message
    }

    /// Behind the last message of a chunk, or a closing one.
    fn finish_chunk(&mut self, is_closing: bool) {
        if let Source::Link(link) = &self.source {
            link.inbox.all_decoded();
            if is_closing {
                link.drain(DisconnectReason::ClosingReceived);
                self.end();
            }
        }
    }

    #[cold]
    fn reject(&mut self, rejection: Rejection) {
        let Source::Link(link) = &self.source else {
            return;
        };
        match rejection {
            Rejection::Exhausted => self.at = self.chunk.len(),
            Rejection::Undecodable(error, consumed) => {
                self.at += consumed;
                self.consecutive_errors += 1;
                if link.undecodable(error, self.consecutive_errors) {
                    self.end();
                }
            }
            Rejection::Unframed(error) => {
                link.unframed(error);
                self.end();
            }
        }
    }

    /// Takes what the driver has read since.
    fn poll_refill(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        self.report_received();
        let Source::Link(link) = &self.source else {
            return Poll::Ready(false);
        };
        // freed before it waits: an idle connection owns no buffer
        self.chunk = Bytes::new();
        self.at = 0;
        let (taken, resume) = link.inbox.poll_take(cx);
        if resume {
            link.outbox.wake_driver();
        }
        match taken {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Taken::Chunk(chunk)) => {
                self.chunk = chunk.into();
                Poll::Ready(true)
            }
            Poll::Ready(Taken::End(end)) => {
                if let End::Unframed(error) = end {
                    link.unframed(error);
                }
                self.end();
                Poll::Ready(false)
            }
        }
    }

    #[cold]
    fn poll_stream(&mut self, cx: &mut Context<'_>) -> Poll<Option<M>> {
        let Source::Stream(messages) = &mut self.source else {
            return Poll::Ready(None);
        };
        let next = std::task::ready!(messages.poll_next_unpin(cx));
        if next.as_ref().is_none_or(M::is_closing) {
            self.source = Source::Ended;
        }
        Poll::Ready(next)
    }
}

impl<M: ReactiveProtocol> Stream for Incoming<M> {
    type Item = M;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<M>> {
        let this = self.get_mut();
        loop {
            if let Some(message) = this.next_in_chunk() {
                return Poll::Ready(Some(message));
            }
            if this.at < this.chunk.len() {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            if let Source::Stream(_) = this.source {
                return this.poll_stream(cx);
            }
            if !std::task::ready!(this.poll_refill(cx)) {
                return Poll::Ready(None);
            }
        }
    }
}

impl<M: ReactiveProtocol> FusedStream for Incoming<M> {
    fn is_terminated(&self) -> bool {
        matches!(self.source, Source::Ended)
    }
}

impl<M> Drop for Incoming<M> {
    fn drop(&mut self) {
        self.end();
    }
}

impl<M> fmt::Debug for Incoming<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming").finish_non_exhaustive()
    }
}
