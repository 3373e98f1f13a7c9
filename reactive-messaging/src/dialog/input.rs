//! Bytes that come from the socket, up to where they are whole frames.

use std::{
    io,
    pin::{Pin, pin},
    task::{Context, Poll, Waker, ready},
};

use bytes::BufMut;
use tokio::io::AsyncReadExt;

use super::{
    inbox::End,
    link::Link,
    scratch::{READ, Scratch},
};
use crate::transport::Io;

/// An unfinished frame below this is copied in front of the next read; a longer one is read in
/// place, so that large frames are not copied again and again.
const SMALL: usize = 4 * 1024;

/// The reading side of a connection.
#[derive(Debug)]
pub(crate) struct Input {
    /// The bytes of an unfinished frame.
    partial: Vec<u8>,
    /// The remote may still send.
    open: bool,
    /// What follows is no frame; there is nothing to read for.
    broken: bool,
}

/// What a read brought.
pub(crate) struct Arrived {
    /// Bytes read; zero is the end of the stream.
    pub(crate) bytes: usize,
    /// Who waits for the frames, if any arrived in whole.
    pub(crate) reader: Option<Waker>,
    /// Whether the handler has something new to look at.
    pub(crate) news: bool,
}

impl Input {
    pub(crate) fn new() -> Self {
        Self {
            partial: Vec::new(),
            open: true,
            broken: false,
        }
    }

    /// Whether the remote may still send.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Whether the frames behind those that arrived are worth reading.
    pub(crate) fn wants_frames(&self) -> bool {
        self.open && !self.broken
    }

    /// Bytes of the unfinished frame.
    pub(crate) fn unfinished(&self) -> usize {
        self.partial.len()
    }

    /// Reads once, at most about `room` bytes, and hands whole frames to the inbox.
    pub(crate) fn poll_frames(
        &mut self,
        io: &mut dyn Io,
        cx: &mut Context<'_>,
        link: &Link,
        room: usize,
    ) -> Poll<io::Result<Arrived>> {
        let settings = &link.settings;
        let max = settings.max_inbound_frame;
        let (bytes, whole, error, reader);
        if self.partial.len() < SMALL {
            let mut buffer = Scratch::Input.take();
            buffer.reserve(READ);
            buffer.extend_from_slice(&self.partial);
            let limit = room.min(READ - self.partial.len());
            let count = match poll_read(io, cx, &mut buffer, limit) {
                Poll::Ready(Ok(count)) => count,
                Poll::Ready(Err(error)) => {
                    Scratch::Input.give(buffer);
                    return Poll::Ready(Err(error));
                }
                Poll::Pending => {
                    Scratch::Input.give(buffer);
                    return Poll::Pending;
                }
            };
            let scan = (settings.inbound.scan)(&buffer, self.partial.len(), max);
            reader = deliver(link, &buffer[..scan.whole]);
            let rest = &buffer[scan.whole..];
            if rest.len() != self.partial.len() || scan.whole > 0 {
                self.partial = rest.to_vec();
            }
            Scratch::Input.give(buffer);
            (bytes, whole, error) = (count, scan.whole, scan.error);
        } else {
            let scanned = self.partial.len();
            let longest = max + 8;
            if self.partial.capacity() == scanned {
                let grown = (2 * scanned).min(longest).max(scanned + SMALL);
                self.partial.reserve_exact(grown - scanned);
            }
            let limit = room.min(self.partial.capacity() - scanned);
            bytes = ready!(poll_read(io, cx, &mut self.partial, limit))?;
            let scan = (settings.inbound.scan)(&self.partial, scanned, max);
            // a frame that is still unfinished stays where it is
            reader = if scan.whole == 0 {
                None
            } else {
                let rest = self.partial.split_off(scan.whole);
                deliver_owned(link, std::mem::replace(&mut self.partial, rest))
            };
            (whole, error) = (scan.whole, scan.error);
        }
        if bytes == 0 {
            self.open = false;
        }
        let mut news = whole > 0 || bytes == 0;
        if let Some(error) = error {
            self.broken = true;
            news = true;
            self.partial = Vec::new();
            if link.inbox.is_detached() {
                link.unframed(error);
            } else {
                link.finish_input(End::Unframed(error));
            }
        }
        Poll::Ready(Ok(Arrived {
            bytes,
            reader,
            news,
        }))
    }

    /// Reads once and drops what came; `Ready(0)` is the end of the stream.
    pub(crate) fn poll_discard(
        &mut self,
        io: &mut dyn Io,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        self.partial = Vec::new();
        let mut buffer = Scratch::Input.take();
        buffer.reserve(READ);
        let read = poll_read(io, cx, &mut buffer, READ);
        Scratch::Input.give(buffer);
        let count = ready!(read)?;
        self.open = count > 0;
        Poll::Ready(Ok(count))
    }
}

fn poll_read(
    io: &mut dyn Io,
    cx: &mut Context<'_>,
    buffer: &mut Vec<u8>,
    limit: usize,
) -> Poll<io::Result<usize>> {
    let mut io = Pin::new(io);
    let mut buffer = buffer.limit(limit);
    pin!(io.read_buf(&mut buffer)).poll(cx)
}

fn deliver(link: &Link, frames: &[u8]) -> Option<Waker> {
    if frames.is_empty() {
        return None;
    }
    link.inbox.push(frames).unwrap_or_else(|()| {
        link.discard(frames);
        None
    })
}

fn deliver_owned(link: &Link, frames: Vec<u8>) -> Option<Waker> {
    match link.inbox.push_owned(frames) {
        Ok(reader) => reader,
        Err(frames) => {
            link.discard(&frames);
            None
        }
    }
}
