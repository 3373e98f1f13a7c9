//! What it means to take the same number of bytes, whatever the value.

use thiserror::Error;

use crate::error::DecodeError;

/// A type whose values all take the same number of bytes on the wire [`Fixed`](super::Fixed), whose
/// docs have the layout.
///
/// `#[derive(FixedSize)]` implements it for structs and enums of such types. By hand it is for types
/// of other crates, in a newtype:
///
/// ```
/// use std::time::Duration;
/// use reactive_messaging::wire::{FixedSize, InvalidValue};
///
/// struct Millis(Duration);
///
/// impl FixedSize for Millis {
///     const SIZE: usize = u64::SIZE;
///
///     fn write_fixed(&self, out: &mut [u8]) {
///         u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX).write_fixed(out);
///     }
///
///     fn read_fixed(bytes: &[u8]) -> Result<Self, InvalidValue> {
///         u64::read_fixed(bytes).map(|millis| Self(Duration::from_millis(millis)))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fixed size",
    label = "no `FixedSize`, which all fields have to be for the wire `Fixed`",
    note = "instead of a `String` take `arrayvec::ArrayString<N>`, instead of a `Vec` take `arrayvec::ArrayVec<T, N>` (both need the feature `arrayvec`) or `[T; N]`",
    note = "instead of a `Box` or a reference take the value itself, instead of `usize` take `u64`; types of your own need `#[derive(FixedSize)]`",
    note = "messages of any size need another wire, such as `Postcard`"
)]
pub trait FixedSize: Sized {
    /// Bytes that every value takes.
    const SIZE: usize;

    /// Writes the value.
    ///
    /// `out` is [`SIZE`](Self::SIZE) bytes long and holds zeros: what a short value leaves stays so.
    ///
    /// # Panics
    /// May panic when `out` is of another length.
    fn write_fixed(&self, out: &mut [u8]);

    /// Reads a value from `bytes`, of which there are [`SIZE`](Self::SIZE).
    ///
    /// # Errors
    /// [`InvalidValue`] when they are no value of this type.
    ///
    /// # Panics
    /// May panic when there are not so many, and for no other reason: they come from a network.
    fn read_fixed(bytes: &[u8]) -> Result<Self, InvalidValue>;

    /// Writes values one behind the other.
    #[doc(hidden)]
    #[inline]
    fn write_all_fixed(values: &[Self], out: &mut [u8]) {
        let mut fields = super::FieldsWriter::new(out);
        values.iter().for_each(|value| fields.put(value));
    }

    /// Reads as many values as the array has, one behind the other.
    #[doc(hidden)]
    #[inline]
    fn read_all_fixed<const N: usize>(bytes: &[u8]) -> Result<[Self; N], InvalidValue> {
        super::arrays::read_each(bytes)
    }
}

/// Bytes that are no value of a [`FixedSize`] type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{reason} at byte {offset}")]
pub struct InvalidValue {
    offset: usize,
    reason: &'static str,
}

impl InvalidValue {
    /// The mistake is `offset` bytes behind the value's first one.
    #[cold]
    pub const fn new(offset: usize, reason: &'static str) -> Self {
        Self { offset, reason }
    }

    /// The same mistake, seen from a value that begins so many bytes earlier.
    #[cold]
    pub const fn shifted_by(self, bytes: usize) -> Self {
        Self::new(self.offset + bytes, self.reason)
    }

    /// Bytes between the value's first one and the mistake.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    #[cold]
    pub(super) fn into_error(self) -> DecodeError {
        DecodeError::malformed(Some(self.offset), self.reason)
    }
}
