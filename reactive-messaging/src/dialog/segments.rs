//! Frames in front of a buffer that are not part of it, since other connections hold them, too.

use std::collections::VecDeque;

use bytes::Bytes;

use super::codec::FramingOps;

/// Pieces of whole frames, first in, first out, of which the first may have left in part.
///
/// Behind a pointer, since hardly any connection has some.
#[derive(Debug, Default)]
pub(crate) struct Segments(Option<Box<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    pieces: VecDeque<Bytes>,
    /// Bytes of the first piece that have left.
    written: usize,
    /// Bytes of all pieces that have not.
    pending: usize,
}

impl Segments {
    /// Bytes that have not left.
    #[inline]
    pub(crate) fn pending(&self) -> usize {
        self.0.as_ref().map_or(0, |queue| queue.pending)
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Appends whole frames.
    pub(crate) fn push(&mut self, frames: Bytes) {
        self.push_begun(frames, 0);
    }

    /// Appends whole frames of which the first `written` bytes have left; those then are the first.
    pub(crate) fn push_begun(&mut self, frames: Bytes, written: usize) {
        let queue = self.0.get_or_insert_default();
        debug_assert!(written == 0 || queue.pieces.is_empty());
        queue.pending += frames.len() - written;
        queue.written += written;
        queue.pieces.push_back(frames);
    }

    /// Appends all pieces of `behind`, which are complete.
    pub(crate) fn append(&mut self, behind: Self) {
        let pieces = behind.0.into_iter().flat_map(|queue| queue.pieces);
        pieces.for_each(|piece| self.push(piece));
    }

    /// What has not left of the first piece.
    pub(crate) fn first(&self) -> &[u8] {
        let queue = self.0.as_ref();
        let first = queue.and_then(|queue| Some(&queue.pieces.front()?[queue.written..]));
        first.unwrap_or_default()
    }

    /// So many bytes of the first piece have left.
    pub(crate) fn advance(&mut self, count: usize) {
        let Some(queue) = &mut self.0 else {
            return;
        };
        queue.written += count;
        queue.pending -= count;
        if queue.pieces.front().map(Bytes::len) == Some(queue.written) {
            queue.pieces.pop_front();
            queue.written = 0;
        }
        if queue.pieces.is_empty() {
            self.0 = None;
        }
    }

    /// How many frames have not left in whole.
    pub(crate) fn count(&self, framing: &FramingOps, max_frame_len: usize) -> u64 {
        let Some(queue) = &self.0 else {
            return 0;
        };
        let frames = |bytes: &[u8]| (framing.count)(bytes, max_frame_len).0;
        let all: u64 = queue.pieces.iter().map(|piece| frames(piece)).sum();
        let first = queue.pieces.front();
        all - first.map_or(0, |first| frames(&first[..queue.written]))
    }

    /// Appends all that has not left to `out`.
    pub(crate) fn copy_to(&self, out: &mut Vec<u8>) {
        let Some(queue) = &self.0 else {
            return;
        };
        let written = queue.written;
        for (at, piece) in queue.pieces.iter().enumerate() {
            out.extend_from_slice(if at == 0 { &piece[written..] } else { piece });
        }
    }
}

/// Whole frames that a connection accepted: its own, behind those that it shares.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    /// What is in front of `bytes`.
    pub(crate) ahead: Segments,
    pub(crate) bytes: Vec<u8>,
}

impl Frames {
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() + self.ahead.pending()
    }

    /// Appends a frame that others hold, without copying it.
    pub(crate) fn share(&mut self, frame: Bytes) {
        if !self.bytes.is_empty() {
            // it may wait for long: without what a growing buffer has in excess
            let bytes = std::mem::take(&mut self.bytes).into_boxed_slice();
            self.ahead.push(bytes.into());
        }
        self.ahead.push(frame);
    }

    /// How many frames they are.
    pub(crate) fn count(&self, framing: &FramingOps, max_frame_len: usize) -> u64 {
        let (own, _) = (framing.count)(&self.bytes, max_frame_len);
        self.ahead.count(framing, max_frame_len) + own
    }

    /// All of them as one buffer.
    pub(crate) fn into_vec(self) -> Vec<u8> {
        if self.ahead.is_empty() {
            return self.bytes;
        }
        let mut all = Vec::with_capacity(self.len());
        self.ahead.copy_to(&mut all);
        all.extend_from_slice(&self.bytes);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Line;

    #[test]
    fn what_is_shared_keeps_its_place_and_is_counted_until_it_left_in_whole() {
        let framing = FramingOps::of::<Line>();
        let mut frames = Frames::default();
        frames.bytes.extend_from_slice(b"a\nb\n");
        frames.share(Bytes::from_static(b"shared\n"));
        frames.share(Bytes::from_static(b"too\n"));
        frames.bytes.extend_from_slice(b"c\n");
        assert_eq!((frames.len(), frames.count(framing, 10)), (17, 5));

        let Frames { mut ahead, bytes } = frames;
        assert_eq!((ahead.first(), &bytes[..]), (&b"a\nb\n"[..], &b"c\n"[..]));
        for (count, rest, left) in [(2, &b"b\n"[..], 3), (2, b"shared\n", 2), (6, b"\n", 2)] {
            ahead.advance(count);
            assert_eq!((ahead.first(), ahead.count(framing, 10)), (rest, left));
        }
        let mut rest = Vec::new();
        ahead.copy_to(&mut rest);
        assert_eq!((&rest[..], ahead.pending()), (&b"\ntoo\n"[..], 5));
        ahead.advance(1);
        ahead.advance(4);
        assert!(ahead.is_empty() && ahead.first().is_empty());
        assert_eq!((ahead.pending(), ahead.count(framing, 10)), (0, 0));
    }
}
