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
use crate::{
    error::DisconnectReason,
    frame::Framing,
    protocol::ReactiveProtocol,
    wire::{Decode, DecodeLimits, Frame, Wire},
};

/// Frames that are rejected in one poll at most: each costs as much as an answer.
const REJECTED: usize = 64;

/// Messages behind which others have their turn, also where a handler answers none of them.
const TURN: u32 = 1_024;

/// The messages of the remote, decoded one by one, as the handler asks for them.
///
/// It ends when the remote has finished sending, when the dialog closes or drains, behind a
/// `#[protocol(closing)]` message, and at input that is no message of the protocol. A handler that
/// does not poll it stops the reading, and the remote meets backpressure.
///
/// It can be moved to another task, though not to a sibling future of the task that holds the dialog
/// of [`serve_connection`](crate::serve_connection()). Dropping it discards further input, counted in
/// [`PeerStats::frames_discarded`](crate::PeerStats::frames_discarded); in a stage, it leaves it to the
/// next one.
///
/// # Cancel safety
/// `next()` is cancel safe: a message is decoded in the poll that returns it.
pub struct Incoming<M> {
    /// Whole frames; everything in front of `at` was decoded.
    chunk: Bytes,
    at: usize,
    received: u64,
    consecutive_errors: u32,
    /// Messages until others have their turn, unless it waits for messages before.
    turn: u32,
    /// What `turn` was when messages were last counted.
    counted: u32,
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
        let max_frame_len = link.settings.max_inbound_frame;
        let limits = DecodeLimits::of(&link.settings.config);
        Self::of(Source::Link(link), decode, max_frame_len, limits)
    }

    /// Messages from anywhere, so that a handler can be tested without a connection.
    pub fn from_stream(messages: impl Stream<Item = M> + Send + 'static) -> Self {
        let source = Source::Stream(messages.boxed());
        Self::of(source, None, 0, DecodeLimits::default())
    }

    fn of(
        source: Source<M>,
        decode: Option<DecodeNext<M>>,
        max_frame_len: usize,
        limits: DecodeLimits,
    ) -> Self {
        Self {
            chunk: Bytes::new(),
            at: 0,
            received: 0,
            consecutive_errors: 0,
            turn: TURN,
            counted: TURN,
            max_frame_len,
            limits,
            decode,
            source,
        }
    }

    /// Ends the stream.
    fn end(&mut self) {
        self.report_received();
        if let Source::Link(link) = &self.source {
            let (discarded, resume) = link.inbox.detach(&self.chunk[self.at..]);
            link.discard(&discarded);
            if resume {
                link.outbox.wake_driver();
            }
        }
        self.chunk = Bytes::new();
        self.at = 0;
        self.source = Source::Ended;
    }

    /// Counts what was received since it last did; a message in between ends a row of errors.
    fn count(&mut self) {
        let messages = self.counted - self.turn;
        self.counted = self.turn;
        if messages > 0 {
            self.received += u64::from(messages);
            self.consecutive_errors = 0;
        }
    }

    fn next_turn(&mut self) {
        self.count();
        self.turn = TURN;
        self.counted = TURN;
    }

    fn report_received(&mut self) {
        self.count();
        if let Source::Link(link) = &self.source {
            link.counters
                .messages_received
                .add(std::mem::take(&mut self.received));
        }
    }
}

impl<M: ReactiveProtocol> Incoming<M> {
    /// The next message where it is not the protocol's own wire that carries it, where none is at hand,
    /// or where the next frame was rejected, which is found out here once more. Not inlined, so that
    /// little is into handlers.
    #[inline(never)]
    fn poll_slowly(&mut self, cx: &mut Context<'_>) -> Poll<Option<M>> {
        if self.turn == 0 {
            self.next_turn();
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let decode = self.decode.unwrap_or(decode_next::<M::Wire, M>);
        let mut rejected = 0;
        loop {
            if self.at < self.chunk.len() {
                if rejected == REJECTED {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                match decode(&self.chunk, self.at, self.max_frame_len, &self.limits) {
                    Ok((message, consumed)) => {
                        self.accept(consumed, message.is_closing());
                        return Poll::Ready(Some(message));
                    }
                    Err(rejection) => self.reject(*rejection),
                }
                rejected += 1;
                continue;
            }
            if let Source::Stream(_) = self.source {
                return self.poll_stream(cx);
            }
            if !std::task::ready!(self.poll_refill(cx)) {
                return Poll::Ready(None);
            }
            rejected = 0;
        }
    }

    /// The payload of the next frame on the protocol's own wire, and the bytes that the frame takes.
    #[inline]
    fn next_payload(&self) -> Option<(&[u8], usize)> {
        let max = <M::Wire as Decode<M>>::FRAME_LEN.unwrap_or(self.max_frame_len);
        let frames = self.chunk.get(self.at..)?;
        let span = <M::Wire as Wire>::Framing::next(frames, max).ok()??;
        let payload = frames.get(span.start..span.end)?;
        (!payload.is_empty()).then_some((payload, span.next))
    }

    #[inline]
    fn accept(&mut self, consumed: usize, is_closing: bool) {
        self.at += consumed;
        self.turn -= 1;
        if self.at == self.chunk.len() {
            self.all_decoded();
        }
        if is_closing {
            self.closing();
        }
    }

    /// Behind the last message of a chunk.
    #[inline]
    fn all_decoded(&self) {
        if let Source::Link(link) = &self.source
            && link.inbox.all_decoded()
        {
            link.outbox.wake_driver();
        }
    }

    /// Behind a closing message.
    #[cold]
    fn closing(&mut self) {
        if let Source::Link(link) = &self.source {
            link.drain(DisconnectReason::ClosingReceived);
            self.end();
        }
    }

    #[cold]
    fn reject(&mut self, rejection: Rejection) {
        self.count();
        let Source::Link(link) = &self.source else {
            return;
        };
        match rejection {
            Rejection::Exhausted => self.at = self.chunk.len(),
            // what is no message of a stage that is being left may be one of the next
            _ if link.outbox.is_left() => self.end(),
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
            Poll::Pending => {
                self.next_turn();
                Poll::Pending
            }
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
        // what is wrong with a frame is found out apart, so that little is inlined into handlers
        if this.decode.is_none()
            && this.turn > 0
            && let Some((payload, consumed)) = this.next_payload()
            && let Ok(message) = M::Wire::decode(Frame::within(&this.chunk, payload), &this.limits)
        {
            this.accept(consumed, message.is_closing());
            return Poll::Ready(Some(message));
        }
        this.poll_slowly(cx)
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
