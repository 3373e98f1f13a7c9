//! Payloads of one length, back to back.

use super::{Framing, Scan, Span};
use crate::error::{EncodeError, FrameError};

/// Nothing around a payload: every one is exactly `max_frame_len` bytes long.
///
/// For wires that give all messages of a type one length, and say so by `FRAME_LEN` of
/// [`Encode`](crate::Encode) and [`Decode`](crate::Decode). Bytes that got out of step cannot be
/// told from others, so that whatever is undecodable ends the dialog.
#[derive(Debug, Clone, Copy)]
pub struct Records;

impl Framing for Records {
    const RESYNCHRONISES: bool = false;
    const FIXED_LEN: bool = true;
    const OVERHEAD: usize = 0;

    #[inline]
    fn scan(bytes: &[u8], _scanned: usize, record_len: usize) -> Scan {
        match bytes.len().checked_rem(record_len) {
            Some(unfinished) => Scan {
                whole: bytes.len() - unfinished,
                error: None,
            },
            // whatever comes is too long for records without bytes
            None => Scan {
                whole: 0,
                error: (!bytes.is_empty()).then_some(FrameError::TooLong { max: 0 }),
            },
        }
    }

    #[inline]
    fn next(bytes: &[u8], record_len: usize) -> Result<Option<Span>, FrameError> {
        if record_len == 0 && !bytes.is_empty() {
            return Err(FrameError::TooLong { max: 0 });
        }
        let is_there = record_len > 0 && bytes.len() >= record_len;
        Ok(is_there.then_some(Span {
            start: 0,
            end: record_len,
            next: record_len,
        }))
    }

    #[inline]
    fn begin(_out: &mut Vec<u8>) {}

    #[inline]
    fn finish(out: &mut Vec<u8>, start: usize, record_len: usize) -> Result<(), EncodeError> {
        match out.len() - start {
            0 => Err(EncodeError::Undelimitable),
            len if len > record_len => Err(EncodeError::TooLong {
                len,
                max: record_len,
            }),
            len if len < record_len => Err(EncodeError::Undelimitable),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f4_only_whole_records_are_frames() {
        let bytes = *b"abcabcab";
        for received in 0..=bytes.len() {
            let (whole, error) = (received / 3 * 3, None);
            let received = &bytes[..received];
            assert_eq!(Records::scan(received, 0, 3), Scan { whole, error });
            let next = Records::next(received, 3).expect("no record is wrong");
            assert_eq!(next.map(|span| span.next), (whole > 0).then_some(3));
        }
    }

    #[test]
    fn records_of_another_length_are_never_sent() {
        for len in [0, 2, 4] {
            assert!(Records::finish(&mut vec![7; 5 + len], 5, 3).is_err());
        }
        assert!(Records::finish(&mut vec![7; 5 + 3], 5, 3).is_ok());
    }

    #[test]
    fn records_without_bytes_are_no_frames() {
        let too_long = FrameError::TooLong { max: 0 };
        assert_eq!(Records::scan(b"abc", 0, 0).error, Some(too_long.clone()));
        assert_eq!(Records::next(b"abc", 0), Err(too_long));
        assert_eq!(Records::scan(b"", 0, 0).error, None);
        assert_eq!(Records::next(b"", 0), Ok(None));
    }
}
