//! One message a line, ended by `\n`.

use super::{Framing, Scan, Span};
use crate::error::{EncodeError, FrameError};

/// Lines ended by `\n`; one `\r` in front of it is stripped, blank lines are ignored.
///
/// The format that [`reactive-messaging` 0.4](https://docs.rs/reactive-messaging/0.4.1) announced,
/// and what `nc` and most languages speak without a library. A payload that contains `\n`, ends in
/// `\r`, or is empty cannot be sent.
#[derive(Debug, Clone, Copy)]
pub struct Line;

impl Framing for Line {
    const RESYNCHRONISES: bool = true;
    const OVERHEAD: usize = 1;

    fn scan(bytes: &[u8], scanned: usize, max_frame_len: usize) -> Scan {
        let whole = memchr::memrchr(b'\n', &bytes[scanned..]).map_or(0, |at| scanned + at + 1);
        // a `\r` at the end may be the one that will be stripped
        let too_long = without_cr(&bytes[whole..]).len() > max_frame_len;
        let error = too_long.then_some(FrameError::TooLong { max: max_frame_len });
        Scan { whole, error }
    }

    #[inline]
    fn next(bytes: &[u8], max_frame_len: usize) -> Result<Option<Span>, FrameError> {
        let mut start = 0;
        while let Some(length) = memchr::memchr(b'\n', &bytes[start..]) {
            let newline = start + length;
            let payload = without_cr(&bytes[start..newline]);
            if payload.len() > max_frame_len {
                return Err(FrameError::TooLong { max: max_frame_len });
            }
            let next = newline + 1;
            if !payload.is_empty() {
                let end = start + payload.len();
                return Ok(Some(Span { start, end, next }));
            }
            start = next;
        }
        Ok(None)
    }

    fn begin(_out: &mut Vec<u8>) {}

    #[inline]
    fn finish(out: &mut Vec<u8>, start: usize, max_frame_len: usize) -> Result<(), EncodeError> {
        let payload = &out[start..];
        let len = payload.len();
        if len > max_frame_len {
            return Err(EncodeError::TooLong {
                len,
                max: max_frame_len,
            });
        }
        // the reader would split it, ignore it, or strip its last byte
        let altered =
            memchr::memchr(b'\n', payload).is_some() || matches!(payload, [] | [.., b'\r']);
        if altered {
            return Err(EncodeError::Undelimitable);
        }
        out.push(b'\n');
        Ok(())
    }
}

#[inline]
fn without_cr(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payloads(mut bytes: &[u8]) -> Vec<&[u8]> {
        let mut found = Vec::new();
        while let Some(span) = Line::next(bytes, 8).expect("lines are short") {
            found.push(&bytes[span.start..span.end]);
            bytes = &bytes[span.next..];
        }
        found
    }

    #[test]
    fn f6_blank_lines_are_ignored_and_one_carriage_return_is_stripped() {
        assert_eq!(
            payloads(b"\n\r\na\r\n\nb\n\r\r\n"),
            [&b"a"[..], b"b", b"\r"]
        );
    }

    #[test]
    fn only_lines_that_have_ended_are_whole() {
        let (whole, error) = (4, None);
        assert_eq!(Line::scan(b"a\nb\nc", 0, 8), Scan { whole, error });
        assert_eq!(Line::scan(b"abc", 0, 8).whole, 0);
    }

    #[test]
    fn f5_scanning_does_not_look_again_at_what_was_scanned() {
        // were any byte looked at twice, the first one would be found as the end of a line
        const LEN: usize = if cfg!(miri) { 256 } else { 64 * 1024 };
        let line = [b"\n", &[b'a'; LEN][..]].concat();
        for received in 2..=line.len() {
            let scanned = received - 1;
            let scan = Line::scan(&line[..received], scanned, line.len());
            assert_eq!(scan.whole, 0);
        }
    }

    #[test]
    fn f1_the_limit_counts_the_payload_only() {
        assert_eq!(payloads(b"12345678\r\n"), [b"12345678"]);
        assert_eq!(Line::scan(b"12345678\r", 0, 8).error, None);
        let too_long = Some(FrameError::TooLong { max: 8 });
        assert_eq!(Line::scan(b"123456789", 0, 8).error, too_long);
        assert_eq!(Line::scan(b"12345678\rx", 0, 8).error, too_long);
        assert_eq!(Line::scan(b"12345678\r\r", 0, 8).error, too_long);
        assert_eq!(Line::next(b"123456789\n", 8).err(), too_long);
    }

    #[test]
    fn no_limit_is_no_overflow() {
        assert_eq!(Line::scan(b"a", 0, usize::MAX).error, None);
    }

    #[test]
    fn a_payload_that_would_not_be_read_back_is_refused() {
        for payload in [&b"a\nb"[..], b"", b"\r", b"a\r"] {
            let mut out = payload.to_vec();
            let refused = Line::finish(&mut out, 0, 8);
            assert!(matches!(refused, Err(EncodeError::Undelimitable)));
        }
    }
}
