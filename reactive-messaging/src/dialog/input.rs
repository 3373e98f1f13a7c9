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
use crate::{error::FrameError, frame::Scan, transport::Io};

/// An unfinished frame below this is copied in front of the next read; a longer one is read in
/// place, so that large frames are not copied again and again.
const SMALL: usize = 4 * 1024;

/// Bytes beyond the longest frame that show it to be too long: a `\r` to be stripped, and one more.
const TOO_LONG: usize = 2;

/// Bytes read, what they are, and who waits for them.
type Read = (usize, Scan, Option<Waker>);

/// The reading side of a connection.
#[derive(Debug)]
pub(crate) struct Input {
    /// The bytes of an unfinished frame.
    partial: Vec<u8>,
    /// The remote may still send.
    open: bool,
    /// What follows is no frame; there is nothing to read for.
    broken: bool,
    /// The first frame is waited for.
    awaits_first: bool,
}

/// What a read brought.
pub(crate) struct Arrived {
    /// Bytes read; zero is the end of the stream.
    pub(crate) bytes: usize,
    /// Who waits for the frames, if any arrived in whole.
    pub(crate) reader: Option<Waker>,
    /// Whether the handler has something new to look at.
    pub(crate) news: bool,
    /// Whether it brought the first frame, where that is waited for.
    pub(crate) is_first_frame: bool,
}

impl Input {
    pub(crate) fn new(awaits_first: bool) -> Self {
        Self {
            partial: Vec::new(),
            open: true,
            broken: false,
            awaits_first,
        }
    }

    /// Whether the remote may still send.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Whether what follows is known to be no frame.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Whether the frames behind those that arrived are worth reading.
    pub(crate) fn wants_frames(&self) -> bool {
        self.open && !self.broken
    }

    /// Bytes of the unfinished frame.
    pub(crate) fn unfinished(&self) -> usize {
        match self.broken {
            true => 0,
            false => self.partial.len(),
        }
    }

    /// Whether the first frame is still waited for.
    pub(crate) fn awaits_first(&self) -> bool {
        self.awaits_first
    }

    /// Takes back frames that a stage did not pull; behind them is what was no frame in its eyes.
    pub(crate) fn put_back(&mut self, mut undecoded: Vec<u8>) {
        if !undecoded.is_empty() {
            undecoded.append(&mut self.partial);
            self.partial = undecoded;
        }
    }

    /// Drops the bytes of the unfinished frame.
    pub(crate) fn forget(&mut self) {
        self.partial = Vec::new();
    }

    /// Counts what was put back, and no stage will ask for.
    pub(crate) fn discard(&mut self, link: &Link) {
        link.discard(&self.partial);
        self.forget();
    }

    /// Frames anew what was put back, for the stage of `link`.
    pub(crate) fn reframe(&mut self, link: &Link) {
        self.broken = false;
        self.awaits_first = link.settings.config.first_frame_timeout.is_some();
        let scan = scan(link, &self.partial, 0);
        if scan.whole > 0 {
            let rest = self.partial.split_off(scan.whole);
            let frames = std::mem::replace(&mut self.partial, rest);
            // nobody waits for them yet
            self.deliver_owned(link, frames);
        }
        self.frames_end(scan.error, link);
    }

    /// What follows is no frame, if there is an `error`. A next stage may find frames in it.
    fn frames_end(&mut self, error: Option<FrameError>, link: &Link) {
        if let Some(error) = error {
            self.broken = true;
            if !link.settings.is_stage() {
                self.partial = Vec::new();
            }
            link.finish_input(End::Unframed(error));
        }
    }

    /// Reads once, about `room` bytes at most, and hands whole frames to the inbox.
    pub(crate) fn poll_frames(
        &mut self,
        io: &mut dyn Io,
        cx: &mut Context<'_>,
        link: &Link,
        room: usize,
    ) -> Poll<io::Result<Arrived>> {
        let awaited_first = self.awaits_first;
        // a read of few bytes costs as much as one of many
        let room = room.max(SMALL);
        let (bytes, scan, reader) = ready!(if self.partial.len() < SMALL {
            self.poll_through_scratch(io, cx, link, room)
        } else {
            self.poll_in_place(io, cx, link, room)
        })?;
        self.open = bytes > 0;
        let news = scan.whole > 0 || bytes == 0 || scan.error.is_some();
        self.frames_end(scan.error, link);
        Poll::Ready(Ok(Arrived {
            bytes,
            reader,
            news,
            is_first_frame: awaited_first && !self.awaits_first,
        }))
    }

    /// Reads behind a copy of the unfinished frame, in the thread's buffer.
    fn poll_through_scratch(
        &mut self,
        io: &mut dyn Io,
        cx: &mut Context<'_>,
        link: &Link,
        room: usize,
    ) -> Poll<io::Result<Read>> {
        let mut buffer = Scratch::Input.take();
        buffer.reserve(READ);
        buffer.extend_from_slice(&self.partial);
        let limit = room.min(READ - self.partial.len());
        let read = poll_read(io, cx, &mut buffer, limit).map_ok(|bytes| {
            let scan = scan(link, &buffer, self.partial.len());
            let (frames, rest) = buffer.split_at(scan.whole);
            let reader = self.deliver(link, frames);
            if scan.whole > 0 || rest.len() > self.partial.len() {
                self.partial = rest.to_vec();
            }
            (bytes, scan, reader)
        });
        Scratch::Input.give(buffer);
        read
    }

    /// Reads behind the unfinished frame where it is; it grows with what arrives, never with what
    /// was merely declared.
    fn poll_in_place(
        &mut self,
        io: &mut dyn Io,
        cx: &mut Context<'_>,
        link: &Link,
        room: usize,
    ) -> Poll<io::Result<Read>> {
        let scanned = self.partial.len();
        if self.partial.capacity() == scanned {
            let settings = &link.settings;
            let longest = settings
                .max_inbound_frame
                .saturating_add(settings.inbound.overhead + TOO_LONG);
            let more = match longest.saturating_sub(scanned) {
                // more than one frame of this stage, left by the one before it
                0 => SMALL,
                left => left.min(scanned),
            };
            self.partial.reserve_exact(more);
        }
        let limit = room.min(self.partial.capacity() - scanned);
        let bytes = ready!(poll_read(io, cx, &mut self.partial, limit))?;
        let scan = scan(link, &self.partial, scanned);
        // a frame that is still unfinished stays where it is
        let reader = if scan.whole > 0 {
            let rest = self.partial.split_off(scan.whole);
            let frames = std::mem::replace(&mut self.partial, rest);
            self.deliver_owned(link, frames)
        } else {
            None
        };
        Poll::Ready(Ok((bytes, scan, reader)))
    }

    fn deliver(&mut self, link: &Link, frames: &[u8]) -> Option<Waker> {
        if frames.is_empty() {
            return None;
        }
        self.look_for_first(link, frames);
        link.inbox.push(frames).unwrap_or_else(|()| {
            link.discard(frames);
            None
        })
    }

    fn deliver_owned(&mut self, link: &Link, frames: Vec<u8>) -> Option<Waker> {
        self.look_for_first(link, &frames);
        link.inbox.push_owned(frames).unwrap_or_else(|frames| {
            link.discard(&frames);
            None
        })
    }

    fn look_for_first(&mut self, link: &Link, frames: &[u8]) {
        self.awaits_first = self.awaits_first && link.frames_in(frames) == 0;
    }

    /// Reads once and drops what came; `Ready(0)` is the end of the stream.
    pub(crate) fn poll_discard(
        &mut self,
        io: &mut dyn Io,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
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

fn scan(link: &Link, bytes: &[u8], scanned: usize) -> Scan {
    (link.settings.inbound.scan)(bytes, scanned, link.settings.max_inbound_frame)
}
