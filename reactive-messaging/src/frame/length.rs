//! A length in front of every message.

use super::{Framing, Scan, Span};
use crate::error::{EncodeError, FrameError};

const PREFIX: usize = size_of::<u32>();

/// Payloads behind their length in bytes, a little-endian `u32` that does not count itself.
///
/// A length of zero is a frame without payload, which no wire decodes.
#[derive(Debug, Clone, Copy)]
pub struct LengthPrefixed;

impl LengthPrefixed {
    #[inline]
    fn declared(bytes: &[u8]) -> Option<usize> {
        let prefix = bytes.first_chunk::<PREFIX>()?;
        // a `usize` of 16 bits cannot hold every length; saturating keeps such a one above any limit
        Some(usize::try_from(u32::from_le_bytes(*prefix)).unwrap_or(usize::MAX))
    }
}

impl Framing for LengthPrefixed {
    const RESYNCHRONISES: bool = false;
    const OVERHEAD: usize = PREFIX;

    fn scan(bytes: &[u8], _scanned: usize, max_frame_len: usize) -> Scan {
        let mut whole = 0;
        let error = loop {
            match Self::next(&bytes[whole..], max_frame_len) {
                Ok(Some(span)) => whole += span.next,
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        Scan { whole, error }
    }

    #[inline]
    fn next(bytes: &[u8], max_frame_len: usize) -> Result<Option<Span>, FrameError> {
        let Some(length) = Self::declared(bytes) else {
            return Ok(None);
        };
        if length > max_frame_len {
            return Err(FrameError::TooLong { max: max_frame_len });
        }
        if bytes.len() - PREFIX < length {
            return Ok(None);
        }
        let end = PREFIX + length;
        Ok(Some(Span {
            start: PREFIX,
            end,
            next: end,
        }))
    }

    #[inline]
    fn begin(out: &mut Vec<u8>) {
        out.extend_from_slice(&[0; PREFIX]);
    }

    #[inline]
    fn finish(out: &mut Vec<u8>, start: usize, max_frame_len: usize) -> Result<(), EncodeError> {
        let len = out.len() - start - PREFIX;
        let Some(prefix) = u32::try_from(len).ok().filter(|_| len <= max_frame_len) else {
            let max = max_frame_len.min(u32::MAX as usize);
            return Err(EncodeError::TooLong { len, max });
        };
        if len == 0 {
            return Err(EncodeError::Undelimitable);
        }
        out[start..start + PREFIX].copy_from_slice(&prefix.to_le_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        LengthPrefixed::begin(&mut out);
        out.extend_from_slice(payload);
        LengthPrefixed::finish(&mut out, 0, 64).expect("a short payload");
        out
    }

    #[test]
    fn the_prefix_is_a_little_endian_u32() {
        assert_eq!(framed(b"ab"), [2, 0, 0, 0, b'a', b'b']);
    }

    #[test]
    fn f4_no_prefix_of_a_frame_is_a_frame() {
        let frame = framed(b"abc");
        for cut in 0..frame.len() {
            let (whole, error) = (0, None);
            assert_eq!(LengthPrefixed::next(&frame[..cut], 64), Ok(None));
            assert_eq!(
                LengthPrefixed::scan(&frame[..cut], 0, 64),
                Scan { whole, error }
            );
        }
        assert_eq!(LengthPrefixed::scan(&frame, 0, 64).whole, frame.len());
    }

    #[test]
    fn f2_a_declared_length_above_the_limit_is_refused_before_its_payload_arrives() {
        let mut bytes = framed(b"abc");
        bytes.extend_from_slice(&[0xFF; 4]);
        let scan = LengthPrefixed::scan(&bytes, 0, 64);
        assert_eq!(scan.whole, 7);
        assert_eq!(scan.error, Some(FrameError::TooLong { max: 64 }));
    }

    #[test]
    fn no_limit_is_no_overflow() {
        assert_eq!(LengthPrefixed::next(&[0xFF; 8], usize::MAX), Ok(None));
    }

    #[test]
    fn f6_a_length_of_zero_is_a_frame_that_is_received_and_never_sent() {
        let empty = Span {
            start: 4,
            end: 4,
            next: 4,
        };
        assert_eq!(LengthPrefixed::next(&[0; 5], 64), Ok(Some(empty)));
        let refused = LengthPrefixed::finish(&mut vec![0; 4], 0, 64);
        assert!(matches!(refused, Err(EncodeError::Undelimitable)));
    }
}
