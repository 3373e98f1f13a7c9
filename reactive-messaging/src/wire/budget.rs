//! What the decoding of one message has spent of its [`DecodeLimits`].

use std::cell::Cell;

use serde::de::Error;

use super::DecodeLimits;
use crate::error::DecodeError;

/// Bytes of memory that one element is taken to need, when a count that was merely declared is
/// turned into a reservation.
const ELEMENT: usize = 64;

/// The limits of one message, and which of them it broke.
pub(super) struct Budget {
    limits: DecodeLimits,
    /// Elements that may still be declared.
    elements: Cell<usize>,
    /// Bytes of the payload that are known to lie ahead, or more.
    ahead: Cell<usize>,
    broken: Cell<Option<Broken>>,
}

#[derive(Clone, Copy)]
enum Broken {
    Depth,
    Count(usize),
}

impl Budget {
    /// For a payload of `len` bytes.
    #[inline]
    pub(super) fn new(len: usize, limits: &DecodeLimits) -> Self {
        Self {
            limits: *limits,
            elements: Cell::new(len),
            ahead: Cell::new(len),
            broken: Cell::new(None),
        }
    }

    #[inline]
    pub(super) fn max_depth(&self) -> usize {
        self.limits.max_depth
    }

    /// Tells how many bytes of the payload lie ahead.
    #[cfg(feature = "postcard")]
    #[inline]
    pub(super) fn set_ahead(&self, bytes: usize) {
        self.ahead.set(bytes);
    }

    /// Takes as many elements as the payload declares.
    ///
    /// Every element begins at a byte of its own, so that the counts of a message sum up to less
    /// than its length. Without the sum, nested sequences of elements that take no byte would keep
    /// us busy for the square of the payload's length.
    #[inline]
    pub(super) fn spend<E: Error>(&self, count: usize) -> Result<(), E> {
        let left = self.elements.get();
        if count > left || count > self.ahead.get() {
            return Err(self.broke(Broken::Count(count)));
        }
        self.elements.set(left - count);
        Ok(())
    }

    #[cold]
    pub(super) fn too_deep<E: Error>(&self) -> E {
        self.broke(Broken::Depth)
    }

    #[cold]
    fn broke<E: Error>(&self, limit: Broken) -> E {
        self.broken.set(Some(limit));
        E::custom("beyond the limits")
    }

    /// The most elements to reserve room for, of those that were declared.
    #[inline]
    pub(super) fn cautious(&self, declared: Option<usize>) -> Option<usize> {
        declared.map(|count| count.min(self.limits.prealloc_step / ELEMENT))
    }

    /// The limit that was broken, if that is why decoding failed.
    #[cold]
    pub(super) fn broken(&self, consumed: usize) -> Option<DecodeError> {
        let error = match self.broken.get()? {
            Broken::Depth => self.depth_error(),
            Broken::Count(count) => DecodeError::LengthOutOfBounds {
                offset: consumed.checked_sub(varint_len(count)),
            },
        };
        Some(error)
    }

    #[cold]
    pub(super) fn depth_error(&self) -> DecodeError {
        DecodeError::TooDeep {
            max: self.limits.max_depth,
        }
    }
}

/// Bytes of `count` as a [varint](https://postcard.jamesmunns.com/wire-format.html#varint-encoded-integers):
/// seven bits a byte.
fn varint_len(count: usize) -> usize {
    (count.max(1).ilog2() / 7 + 1) as usize
}
