//! Frames in front of a buffer that are not part of it: other connections hold them, too, or a stage of
//! the past left them.

use std::collections::VecDeque;

use bytes::Bytes;

use super::codec::Framed;

/// Bytes of a past stage's piece up to which it is joined to the one before.
const JOINED: usize = 4 * 1024;

/// Pieces of whole frames, first in, first out, of which the first may have left in part.
///
/// Behind a pointer, since hardly any connection has some.
#[derive(Debug, Default)]
pub(crate) struct Segments(Option<Box<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    pieces: VecDeque<Piece>,
    /// Bytes of the first piece that have left.
    written: usize,
    /// Bytes of all pieces that have not.
    pending: usize,
}

impl Queue {
    /// Makes one of the last two pieces, if the last one is small, framed alike and held by nobody else.
    fn join_last(&mut self) {
        let Some(last) = self.pieces.pop_back() else {
            return;
        };
        let joined = self
            .pieces
            .back_mut()
            .filter(|earlier| last.bytes.len() <= JOINED && same(earlier.framed, last.framed));
        let owned = joined.and_then(|earlier| {
            let bytes = std::mem::take(&mut earlier.bytes).try_into_mut();
            match bytes {
                Ok(bytes) => Some((earlier, bytes)),
                Err(shared) => {
                    earlier.bytes = shared;
                    None
                }
            }
        });
        match owned {
            Some((earlier, mut bytes)) => {
                bytes.extend_from_slice(&last.bytes);
                earlier.bytes = bytes.freeze();
            }
            None => self.pieces.push_back(last),
        }
    }
}

fn same(one: Option<Framed>, other: Option<Framed>) -> bool {
    match (one, other) {
        (Some((one, max)), Some((other, others_max))) => {
            std::ptr::eq(one, other) && max == others_max
        }
        _ => false,
    }
}

#[derive(Debug)]
struct Piece {
    bytes: Bytes,
    /// How its frames are told apart, if it is of a stage of the past.
    framed: Option<Framed>,
}

impl Piece {
    /// How many frames end within its first `until` bytes.
    fn count(&self, until: usize, present: Framed) -> u64 {
        let (framing, max_frame_len) = self.framed.unwrap_or(present);
        (framing.count)(&self.bytes[..until], max_frame_len).0
    }
}

impl Segments {
    /// Bytes that have not left.
    #[inline]
    pub(crate) fn pending(&self) -> usize {
        self.0.as_ref().map_or(0, |queue| queue.pending)
    }

    /// How many pieces these bytes are in.
    pub(crate) fn pieces(&self) -> usize {
        self.0.as_ref().map_or(0, |queue| queue.pieces.len())
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
        queue.pieces.push_back(Piece {
            bytes: frames,
            framed: None,
        });
    }

    /// Appends all pieces of `behind`, which are complete.
    pub(crate) fn append(&mut self, behind: Self) {
        let pieces = behind.0.into_iter().flat_map(|queue| queue.pieces);
        pieces.for_each(|piece| self.push(piece.bytes));
    }

    /// The stage whose frames were pushed is of the past. What stages leave is joined where it is framed
    /// alike, so that many that say little take little.
    pub(crate) fn bequeath(&mut self, framed: Framed) {
        let Some(queue) = &mut self.0 else {
            return;
        };
        for piece in &mut queue.pieces {
            piece.framed.get_or_insert(framed);
        }
        queue.join_last();
    }

    /// What has not left of the first piece.
    pub(crate) fn first(&self) -> &[u8] {
        let queue = self.0.as_ref();
        let first = queue.and_then(|queue| Some(&queue.pieces.front()?.bytes[queue.written..]));
        first.unwrap_or_default()
    }

    /// So many bytes of the first piece have left.
    pub(crate) fn advance(&mut self, count: usize) {
        let Some(queue) = &mut self.0 else {
            return;
        };
        queue.written += count;
        queue.pending -= count;
        if queue.pieces.front().map(|first| first.bytes.len()) == Some(queue.written) {
            queue.pieces.pop_front();
            queue.written = 0;
        }
        if queue.pieces.is_empty() {
            self.0 = None;
        }
    }

    /// How many frames have not left in whole; those of the present stage are told apart by `present`.
    pub(crate) fn count(&self, present: Framed) -> u64 {
        let Some(queue) = &self.0 else {
            return 0;
        };
        let all: u64 = queue
            .pieces
            .iter()
            .map(|piece| piece.count(piece.bytes.len(), present))
            .sum();
        let first = queue.pieces.front();
        all - first.map_or(0, |first| first.count(queue.written, present))
    }

    /// Appends all that has not left to `out`.
    pub(crate) fn copy_to(&self, out: &mut Vec<u8>) {
        let Some(queue) = &self.0 else {
            return;
        };
        let written = queue.written;
        for (at, Piece { bytes, .. }) in queue.pieces.iter().enumerate() {
            out.extend_from_slice(if at == 0 { &bytes[written..] } else { bytes });
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
    pub(crate) fn count(&self, framed: Framed) -> u64 {
        let (framing, max_frame_len) = framed;
        let (own, _) = (framing.count)(&self.bytes, max_frame_len);
        self.ahead.count(framed) + own
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
    use crate::{dialog::codec::FramingOps, frame::LengthPrefixed, frame::Line};

    #[test]
    fn what_is_shared_keeps_its_place_and_is_counted_until_it_left_in_whole() {
        let framed: Framed = (FramingOps::of::<Line>(), 10);
        let mut frames = Frames::default();
        frames.bytes.extend_from_slice(b"a\nb\n");
        frames.share(Bytes::from_static(b"shared\n"));
        frames.share(Bytes::from_static(b"too\n"));
        frames.bytes.extend_from_slice(b"c\n");
        assert_eq!((frames.len(), frames.count(framed)), (17, 5));

        let Frames { mut ahead, bytes } = frames;
        assert_eq!((ahead.first(), &bytes[..]), (&b"a\nb\n"[..], &b"c\n"[..]));
        for (count, rest, left) in [(2, &b"b\n"[..], 3), (2, b"shared\n", 2), (6, b"\n", 2)] {
            ahead.advance(count);
            assert_eq!((ahead.first(), ahead.count(framed)), (rest, left));
        }
        let mut rest = Vec::new();
        ahead.copy_to(&mut rest);
        assert_eq!((&rest[..], ahead.pending()), (&b"\ntoo\n"[..], 5));
        ahead.advance(1);
        ahead.advance(4);
        assert!(ahead.is_empty() && ahead.first().is_empty());
        assert_eq!((ahead.pending(), ahead.count(framed)), (0, 0));
    }

    #[test]
    fn what_stages_left_is_counted_by_their_framings_and_joined_where_these_are_alike() {
        let lines: Framed = (FramingOps::of::<Line>(), 10);
        let lengths: Framed = (FramingOps::of::<LengthPrefixed>(), 10);
        let mut ahead = Segments::default();
        for stage in 0..100 {
            let (frames, framed) = match stage {
                0..50 => (&b"a\n"[..], lines),
                _ => (&b"\x02\0\0\0\n\n"[..], lengths),
            };
            ahead.push(Bytes::copy_from_slice(frames));
            ahead.bequeath(framed);
        }
        ahead.push(Bytes::from_static(b"b\n"));
        let pieces = ahead.0.as_ref().map(|queue| queue.pieces.len());
        assert_eq!((pieces, ahead.count(lines)), (Some(3), 101));
        let mut written = Vec::new();
        while !ahead.is_empty() {
            let next = ahead.first().len().min(7);
            written.extend_from_slice(&ahead.first()[..next]);
            ahead.advance(next);
        }
        let lengths = b"\x02\0\0\0\n\n".repeat(50);
        assert_eq!(written, [&b"a\n".repeat(50)[..], &lengths, b"b\n"].concat());
    }
}
