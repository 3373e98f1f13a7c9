//! Frames on their way to the socket.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use super::{codec::FramingOps, scratch::Scratch};
use crate::transport::Io;

/// Written bytes that may stay in front of unwritten ones before the buffer is moved up.
const COMPACT: usize = 64 * 1024;

/// Bytes that a buffer which has to stay may have in excess.
const KEPT: usize = 4 * 1024;

/// Whole frames, of which the first `written` bytes have left.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) bytes: Vec<u8>,
    written: usize,
    unflushed: bool,
    /// What stages of the past left unwritten, in front of what the present one said. Behind a
    /// pointer, since hardly ever anything is.
    inherited: Option<Box<Inheritance>>,
}

#[derive(Debug, Default)]
struct Inheritance(Vec<Inherited>);

/// How frames are told apart, and how long they are at most.
type Framed = (&'static FramingOps, usize);

/// The unwritten frames of a stage of the past.
#[derive(Debug)]
struct Inherited {
    /// Where they end.
    end: usize,
    framed: Framed,
}

impl Inherited {
    fn is_framed(&self, (framing, max_frame_len): Framed) -> bool {
        std::ptr::eq(self.framed.0, framing) && self.framed.1 == max_frame_len
    }
}

impl Output {
    /// Bytes that were not written yet.
    pub(crate) fn pending(&self) -> usize {
        self.bytes.len() - self.written
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

    /// Writes as much as the socket takes, then flushes; returns the bytes that left. Whether all
    /// of it left is told by [`is_flushed`](Self::is_flushed).
    pub(crate) fn write(
        &mut self,
        io: &mut dyn Io,
        cx: &mut Context<'_>,
        framed: Framed,
    ) -> io::Result<usize> {
        let before = self.written;
        let mut io = Pin::new(io);
        while self.pending() > 0 {
            match io.as_mut().poll_write(cx, &self.bytes[self.written..]) {
                Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(count)) => {
                    self.written += count;
                    self.unflushed = true;
                }
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Pending => break,
            }
        }
        let left = self.written - before;
        if self.pending() == 0 {
            self.bytes.clear();
            self.written = 0;
            self.inherited = None;
            if self.unflushed && io.poll_flush(cx)?.is_ready() {
                self.unflushed = false;
            }
        } else if self.written > COMPACT {
            let (_, whole) = self.count(self.written, framed);
            self.bytes.drain(..whole);
            self.written -= whole;
            if let Some(inherited) = &mut self.inherited {
                inherited.0.retain_mut(|earlier| {
                    earlier.end = earlier.end.saturating_sub(whole);
                    earlier.end > 0
                });
            }
        }
        Ok(left)
    }

    /// Marks all that is unwritten as that of a stage of the past.
    pub(crate) fn bequeath(&mut self, framed: Framed) {
        if self.pending() > 0 {
            let end = self.bytes.len();
            let inherited = &mut self.inherited.get_or_insert_default().0;
            // stages that said nothing leave nothing, and whatever is framed alike is as good as one
            match inherited.last_mut() {
                Some(last) if last.end == end => {}
                Some(last) if last.is_framed(framed) => last.end = end,
                _ => inherited.push(Inherited { end, framed }),
            }
        }
    }

    /// Counts the frames that end within the first `until` bytes, and says where the last of them ends.
    fn count(&self, until: usize, framed: Framed) -> (u64, usize) {
        let (mut frames, mut begin, mut whole) = (0, 0, 0);
        let present = Inherited {
            end: self.bytes.len(),
            framed,
        };
        let inherited = self.inherited.iter().flat_map(|all| &all.0);
        for Inherited {
            end,
            framed: (framing, max_frame_len),
        } in inherited.chain([&present])
        {
            let part = &self.bytes[begin.min(until)..(*end).min(until)];
            let (more, length) = (framing.count)(part, *max_frame_len);
            frames += more;
            if length > 0 {
                whole = begin + length;
            }
            begin = *end;
        }
        (frames, whole)
    }

    /// Drops everything, and counts the frames that did not leave in whole.
    pub(crate) fn abandon(&mut self, framed: Framed) -> u64 {
        let (all, _) = self.count(self.bytes.len(), framed);
        let (left, _) = self.count(self.written, framed);
        self.bytes = Vec::new();
        self.written = 0;
        self.inherited = None;
        all - left
    }
}
