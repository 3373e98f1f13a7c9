//! Records of one size: the fastest wire.
//!
//! What a record looks like is said once, in the docs of [`Fixed`]; `values` and `arrays` follow it
//! for the types of the language, the derive macro for those of users.

mod arrays;
#[cfg(feature = "arrayvec")]
mod arrayvec;
mod fields;
mod size;
#[cfg(test)]
mod tests;
mod values;

pub use fields::{FieldsReader, FieldsWriter};
pub use size::{FixedSize, InvalidValue};

use super::{Decode, DecodeLimits, Encode, Frame, Wire};
use crate::{
    error::{DecodeError, EncodeError},
    frame::Records,
};

/// Every message takes the same number of bytes, [`FixedSize::SIZE`], and nothing stands around it.
///
/// The fastest wire: neither lengths nor delimiters, nothing to parse, nothing to allocate. Messages
/// implement [`FixedSize`]: `#[protocol(wire = Fixed)]` beside `#[derive(ReactiveProtocol)]` does so,
/// and `#[derive(FixedSize)]` for whatever they contain, or for messages whose own wire is another.
///
/// An error variant (`#[protocol(error)]`) holds what is `From<String>`, which no text of bounded length
/// is; a newtype decides what becomes of a text that is too long:
///
/// ```
/// # #[cfg(all(feature = "derive", feature = "arrayvec"))] {
/// use arrayvec::ArrayString;
/// use reactive_messaging::prelude::*;
///
/// #[derive(Debug, FixedSize)]
/// struct Reason(ArrayString<63>);
///
/// impl From<String> for Reason {
///     fn from(text: String) -> Self {
///         let mut reason = ArrayString::new();
///         // as many characters as fit
///         let _ = text.chars().try_for_each(|char| reason.try_push(char));
///         Self(reason)
///     }
/// }
///
/// #[derive(Debug, ReactiveProtocol)]
/// #[protocol(wire = Fixed)]
/// enum Answer { Number(u64), #[protocol(error)] Failed(Reason) }
/// # }
/// ```
///
/// A record that is no message ends the dialog: bytes that got out of step cannot be told from others.
/// Records of more than 64 KiB need a larger `max_frame_len`, as all long messages do.
///
/// A remote that speaks another version of the protocol has records of another size, or others of
/// the same: agree on versions before, for instance in a first message that never changes its size.
///
/// # Layout
/// All numbers are little-endian; nothing is aligned; a value follows the one before it immediately.
///
/// | type | bytes | what they are |
/// |---|---|---|
/// | `u8` … `u128`, `i8` … `i128` | 1, 2, 4, 8, 16 | the number, signed ones in two's complement |
/// | `NonZeroU8` … `NonZeroI128` | the same | the number; 0 is invalid |
/// | `f32`, `f64` | 4, 8 | IEEE 754, every bit pattern |
/// | `bool` | 1 | 0 or 1 |
/// | `char` | 4 | the Unicode scalar value as a `u32` |
/// | `()`, `PhantomData` | 0 | |
/// | `[T; N]` | N × those of `T` | the elements |
/// | tuples of up to 12, structs | those of the fields | the fields, as they are declared |
/// | `Option<T>` | 1 + those of `T` | 0 and zeros, or 1 and the value |
/// | enums | tag + those of the longest variant | the position of the variant, counted from 0, as a `u8` (up to 256 variants), `u16` (up to 65,536) or `u32`; then its fields; then zeros |
/// | `ArrayString<N>` (feature `arrayvec`) | length + N | the length in bytes, then UTF-8, then zeros |
/// | `ArrayVec<T, N>` (feature `arrayvec`) | length + N × those of `T` | the number of elements, then the elements, then zeros |
///
/// The length of `ArrayString` and `ArrayVec` is a `u8`, `u16` or `u32`, the smallest that holds N.
/// Discriminants that an enum declares (`A = 5`) do not matter. Where zeros are said to follow, zeros
/// are sent; they are not looked at when they are received.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use reactive_messaging::{FixedSize, ReactiveProtocol, wire::Fixed};
///
/// #[derive(Debug, PartialEq, FixedSize)]
/// struct Price { cents: u32, per: char }
///
/// #[derive(Debug, PartialEq, ReactiveProtocol)]
/// #[protocol(wire = Fixed)]
/// enum Quote { Closed, Bid(Price), Ask { price: Price, firm: bool } }
///
/// assert_eq!(Quote::SIZE, 1 + 4 + 4 + 1);
/// let mut bytes = Vec::new();
/// Quote::Bid(Price { cents: 0x0102, per: 'x' }).encode(&mut bytes).unwrap();
/// assert_eq!(bytes, [1, /* cents */ 2, 1, 0, 0, /* per */ 0x78, 0, 0, 0, /* zeros */ 0]);
/// assert_eq!(Quote::decode(&bytes), Ok(Quote::Bid(Price { cents: 0x0102, per: 'x' })));
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Fixed;

impl Wire for Fixed {
    type Framing = Records;
    const NAME: &'static str = "fixed";
}

impl<M: FixedSize> Encode<M> for Fixed {
    const FRAME_LEN: Option<usize> = Some(record_len::<M>());

    #[inline]
    fn encode(message: &M, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len();
        out.resize(start + M::SIZE, 0);
        // of a length that the compiler knows, so that no field is checked
        message.write_fixed(&mut out[start..][..M::SIZE]);
        Ok(())
    }
}

impl<M: FixedSize> Decode<M> for Fixed {
    const FRAME_LEN: Option<usize> = Some(record_len::<M>());

    #[inline]
    fn decode(frame: Frame<'_>, _limits: &DecodeLimits) -> Result<M, DecodeError> {
        let record = frame.payload();
        if record.len() != M::SIZE {
            return Err(wrong_len(record.len(), M::SIZE));
        }
        M::read_fixed(record).map_err(InvalidValue::into_error)
    }
}

/// The length of a record, which a stream of bytes can be cut into.
const fn record_len<M: FixedSize>() -> usize {
    assert!(
        M::SIZE > 0,
        "a message of the wire `Fixed` takes at least one byte: make it an enum"
    );
    M::SIZE
}

#[cold]
fn wrong_len(len: usize, size: usize) -> DecodeError {
    if len > size {
        return DecodeError::TrailingBytes { offset: size };
    }
    DecodeError::malformed(
        Some(len),
        format_args!("the record ends before byte {size}"),
    )
}
