//! A message to many, encoded once for each wire.

use std::{ops::Range, ptr::fn_addr_eq};

use bytes::Bytes;

use super::members::Member;
use crate::{
    dialog::{EncodeFrame, Peer, Scratch},
    error::EncodeError,
};

/// Bytes from which on a frame is shared by the outboxes that hold it; a shorter one is copied, and
/// leaves in one write with what is around it. On loopback TCP, 300 members: no dearer at 4 KB, a
/// quarter less CPU per delivery at 16 KB, half of it at 60 KB.
const SHARED: usize = 4 * 1024;

/// How messages become frames: the same for members whose frames can be the same bytes.
pub(super) struct Wire<M> {
    encode: EncodeFrame<M>,
    max_frame_len: usize,
}

impl<M> Wire<M> {
    pub(super) fn of<N>(peer: &Peer<M, N>) -> Self {
        Self {
            encode: peer.encoder(),
            max_frame_len: peer.link().settings.max_outbound_frame,
        }
    }

    pub(super) fn encoder(&self) -> EncodeFrame<M> {
        self.encode
    }

    /// Whether both make the same bytes of a message. The address of a fn is no identity: one fn may
    /// have two of them, which costs a second encoding and nothing else; two fns have one only if
    /// their code is the same, and so is then what they write.
    fn is(&self, other: &Self) -> bool {
        fn_addr_eq(self.encode, other.encode) && self.max_frame_len == other.max_frame_len
    }
}

impl<M> Clone for Wire<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Wire<M> {}

/// A frame, as outboxes take it.
pub(super) enum Frame<'a> {
    Copied(&'a [u8]),
    Shared(&'a Bytes),
}

/// Where a frame is.
enum Kept {
    Short(Range<usize>),
    Long(Bytes),
}

/// One frame for each wire.
pub(super) struct Frames<M> {
    kept: Vec<(Wire<M>, Kept)>,
    /// The short frames, in the thread's buffer.
    short: Vec<u8>,
}

impl<M> Frames<M> {
    /// Encodes `message` for everyone among `members`.
    pub(super) fn encode<'a>(
        message: &M,
        members: impl Iterator<Item = &'a Member<M>>,
    ) -> Result<Self, EncodeError>
    where
        M: 'a,
    {
        let mut frames = Self {
            kept: Vec::new(),
            short: Scratch::Message.take(),
        };
        for member in members {
            if frames.kept(&member.wire).is_none() {
                frames.add(message, member.wire)?;
            }
        }
        Ok(frames)
    }

    fn add(&mut self, message: &M, wire: Wire<M>) -> Result<(), EncodeError> {
        let start = self.short.len();
        (wire.encode)(message, &mut self.short, wire.max_frame_len)?;
        let frame = start..self.short.len();
        let kept = if frame.len() < SHARED {
            Kept::Short(frame)
        } else {
            // a copy of just its size: the buffer is the thread's
            let shared = Bytes::copy_from_slice(&self.short[start..]);
            self.short.truncate(start);
            Kept::Long(shared)
        };
        self.kept.push((wire, kept));
        Ok(())
    }

    fn kept(&self, wire: &Wire<M>) -> Option<&Kept> {
        let (_, kept) = self.kept.iter().find(|(known, _)| known.is(wire))?;
        Some(kept)
    }

    /// The frame for members on `wire`.
    pub(super) fn on(&self, wire: &Wire<M>) -> Option<Frame<'_>> {
        Some(match self.kept(wire)? {
            Kept::Short(range) => Frame::Copied(&self.short[range.clone()]),
            Kept::Long(bytes) => Frame::Shared(bytes),
        })
    }
}

impl<M> Drop for Frames<M> {
    fn drop(&mut self) {
        Scratch::Message.give(std::mem::take(&mut self.short));
    }
}
