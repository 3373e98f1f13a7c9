//! Frames on their way to the socket.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;

use super::{
    codec::Framed,
    scratch::Scratch,
    segments::{Frames, Segments},
};
use crate::transport::Io;

/// Written bytes that may stay in front of unwritten ones before the buffer is moved up.
const COMPACT: usize = 64 * 1024;

/// Bytes that a buffer which has to stay may have in excess.
const KEPT: usize = 4 * 1024;

/// Whole frames, of which the first bytes have left.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) bytes: Vec<u8>,
    /// What is in front of `bytes`.
    ahead: Segments,
    /// So many of `bytes` have left; below zero, so many bytes are `ahead` of them. One number for
    /// both, since how much is pending is asked for with every message.
    written: isize,
    unflushed: bool,
}

impl Output {
    /// Bytes that were not written yet.
    pub(crate) fn pending(&self) -> usize {
        self.bytes.len().wrapping_add_signed(-self.written)
    }

    /// In how many pieces that is, beside `bytes`.
    pub(crate) fn pieces(&self) -> usize {
        self.ahead.pieces()
    }

    pub(crate) fn is_flushed(&self) -> bool {
        self.pending() == 0 && !self.unflushed
    }

    /// Borrows the thread's buffer for a turn.
    pub(crate) fn begin_turn(&mut self) {
        if self.bytes.capacity() == 0 {
            self.bytes = Scratch::Output.take();
        }
    }

    /// Gives the buffer back, unless something has to stay in it.
    pub(crate) fn end_turn(&mut self) {
        if self.bytes.is_empty() {
            Scratch::Output.give(std::mem::take(&mut self.bytes));
        } else if self.bytes.capacity() / 2 > self.bytes.len() + KEPT {
            // a connection that waits for its remote keeps what waits, not the thread's buffer
            self.bytes.shrink_to_fit();
        }
    }

    /// Puts `frames` behind all others.
    pub(crate) fn append(&mut self, frames: Frames) {
        let Frames { ahead, bytes } = frames;
        if !ahead.is_empty() {
            self.append_segments(ahead);
        }
        // few bytes are copied, many change hands
        if self.bytes.capacity() < bytes.len() && self.bytes.is_empty() {
            self.bytes = bytes;
        } else {
            self.bytes.extend_from_slice(&bytes);
        }
    }

    /// Puts `segments` behind all others.
    #[cold]
    fn append_segments(&mut self, segments: Segments) {
        self.segment();
        self.ahead.append(segments);
        self.written = -self.ahead.pending().cast_signed();
    }

    /// Marks all that is unwritten as frames of a stage of the past.
    pub(crate) fn bequeath(&mut self, framed: Framed) {
        if self.pending() > 0 {
            self.segment();
            self.ahead.bequeath(framed);
        }
    }

    /// Makes of what is in `bytes` a segment in front of them.
    fn segment(&mut self) {
        if !self.bytes.is_empty() {
            let begun = self.written_bytes();
            // a copy: the buffer is the thread's
            let bytes = Bytes::copy_from_slice(&self.bytes);
            self.ahead.push_begun(bytes, begun);
            self.bytes.clear();
        }
        self.written = -self.ahead.pending().cast_signed();
    }

    /// How many of `bytes` have left.
    fn written_bytes(&self) -> usize {
        usize::try_from(self.written).unwrap_or(0)
    }

    /// What is to be written next.
    fn unwritten(&self) -> &[u8] {
        match usize::try_from(self.written) {
            Ok(written) => &self.bytes[written..],
            Err(_) => self.ahead.first(),
        }
    }

    /// Writes as much as the socket takes, then flushes; returns the bytes that left, also those that did
    /// before an error. Whether all of it left is told by [`is_flushed`](Self::is_flushed).
    pub(crate) fn write(
        &mut self,
        io: &mut dyn Io,
        cx: &mut Context<'_>,
        framed: Framed,
    ) -> (usize, io::Result<()>) {
        let before = self.pending();
        let written = self.write_pending(io, cx);
        let left = before - self.pending();
        let flushed = written.and_then(|()| self.tidy_up(io, cx, framed));
        (left, flushed)
    }

    fn write_pending(&mut self, io: &mut dyn Io, cx: &mut Context<'_>) -> io::Result<()> {
        let mut io = Pin::new(io);
        while self.pending() > 0 {
            match io.as_mut().poll_write(cx, self.unwritten())? {
                Poll::Ready(0) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(count) => {
                    self.written += count.cast_signed();
                    self.ahead.advance(count);
                    self.unflushed = true;
                }
                Poll::Pending => break,
            }
        }
        Ok(())
    }

    /// Flushes behind the last byte, and gives up the memory of what has left.
    fn tidy_up(&mut self, io: &mut dyn Io, cx: &mut Context<'_>, framed: Framed) -> io::Result<()> {
        if self.pending() == 0 {
            self.bytes.clear();
            self.written = 0;
            if self.unflushed && Pin::new(io).poll_flush(cx)?.is_ready() {
                self.unflushed = false;
            }
        } else if let Ok(written @ COMPACT..) = usize::try_from(self.written) {
            let (framing, max_frame_len) = framed;
            let (_, whole) = (framing.count)(&self.bytes[..written], max_frame_len);
            self.bytes.drain(..whole);
            self.written -= whole.cast_signed();
        }
        Ok(())
    }

    /// All frames, of which none has left, as one buffer.
    pub(crate) fn into_vec(self) -> Vec<u8> {
        let Self { ahead, bytes, .. } = self;
        Frames { ahead, bytes }.into_vec()
    }

    /// Drops everything, and counts the frames that did not leave in whole.
    pub(crate) fn abandon(&mut self, framed: Framed) -> u64 {
        let (framing, max_frame_len) = framed;
        let ahead = std::mem::take(&mut self.ahead).count(framed);
        let (all, _) = (framing.count)(&self.bytes, max_frame_len);
        let (left, _) = (framing.count)(&self.bytes[..self.written_bytes()], max_frame_len);
        self.bytes = Vec::new();
        self.written = 0;
        ahead + all - left
    }
}
