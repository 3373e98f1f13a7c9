//! Whatever the chunks in which bytes arrive, the frames are the same.

use proptest::{collection::vec, prelude::*};

use super::{Framing, LengthPrefixed, Line, Scan};
use crate::error::FrameError;

type Frames = (Vec<Vec<u8>>, Option<FrameError>);

/// Reads as a connection does: appends a chunk, scans what is new, takes the whole frames.
fn read<'a, F: Framing>(chunks: impl IntoIterator<Item = &'a [u8]>, max: usize) -> Frames {
    let (mut frames, mut buffer, mut scanned) = (Vec::new(), Vec::new(), 0);
    for chunk in chunks {
        buffer.extend_from_slice(chunk);
        let Scan { whole, error } = F::scan(&buffer, scanned, max);
        let mut start = 0;
        loop {
            match F::next(&buffer[start..whole], max) {
                Ok(Some(span)) => {
                    frames.push(buffer[start + span.start..start + span.end].to_vec());
                    start += span.next;
                }
                Ok(None) => break,
                Err(error) => return (frames, Some(error)),
            }
        }
        if error.is_some() {
            return (frames, error);
        }
        buffer.drain(..whole);
        scanned = buffer.len();
    }
    (frames, None)
}

/// Cuts `bytes` into chunks of these lengths, over and over.
fn cut<'a>(mut bytes: &'a [u8], lengths: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    lengths.iter().cycle().map_while(move |&length| {
        let (chunk, rest) = bytes.split_at(length.min(bytes.len()));
        bytes = rest;
        (!chunk.is_empty()).then_some(chunk)
    })
}

fn framed<F: Framing>(payload: &[u8], max: usize) -> Option<Vec<u8>> {
    let mut out = b"kept".to_vec();
    F::begin(&mut out);
    out.extend_from_slice(payload);
    F::finish(&mut out, 4, max).ok()?;
    Some(out.split_off(4))
}

/// What [`Line`] promises, said in another way.
fn lines(bytes: &[u8], max: usize) -> Frames {
    let mut frames = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let ended = line.strip_suffix(b"\n");
        let payload = ended.unwrap_or(line);
        let payload = payload.strip_suffix(b"\r").unwrap_or(payload);
        if payload.len() > max {
            return (frames, Some(FrameError::TooLong { max }));
        }
        if ended.is_some() && !payload.is_empty() {
            frames.push(payload.to_vec());
        }
    }
    (frames, None)
}

fn declared(lengths: &[usize], max: usize) -> Frames {
    let fitting = lengths.iter().take_while(|length| **length <= max);
    let frames: Vec<_> = fitting.map(|length| vec![b'x'; *length]).collect();
    let error = (frames.len() < lengths.len()).then_some(FrameError::TooLong { max });
    (frames, error)
}

fn prefixed(lengths: &[usize]) -> Vec<u8> {
    let frame =
        |length: &usize| [&(*length as u32).to_le_bytes()[..], &vec![b'x'; *length]].concat();
    lengths.iter().flat_map(frame).collect()
}

fn reads_back<F: Framing>(payload: &[u8], max: usize) -> Result<(), TestCaseError> {
    let ambiguous = payload.contains(&b'\n') || payload.ends_with(b"\r");
    match framed::<F>(payload, max) {
        Some(bytes) => {
            prop_assert!(bytes.len() <= payload.len() + F::OVERHEAD);
            prop_assert_eq!(read::<F>([&bytes[..]], max), (vec![payload.to_vec()], None));
        }
        None if payload.is_empty() || payload.len() > max => {}
        None => prop_assert!(F::RESYNCHRONISES && ambiguous),
    }
    Ok(())
}

#[test]
fn f4_every_split_point_gives_the_same_lines() {
    let bytes = b"a\r\n\n\r\nbcd\n\r\r\ne\r";
    for at in 0..=bytes.len() {
        let (head, tail) = bytes.split_at(at);
        assert_eq!(
            read::<Line>([head, tail], 3),
            lines(bytes, 3),
            "split at {at}"
        );
    }
}

#[test]
fn f4_every_split_point_gives_the_same_prefixed_frames() {
    let lengths = [3, 0, 1, 300];
    let bytes = prefixed(&lengths);
    for at in 0..=bytes.len() {
        let (head, tail) = bytes.split_at(at);
        let read = read::<LengthPrefixed>([head, tail], 300);
        assert_eq!(read, declared(&lengths, 300), "split at {at}");
    }
}

proptest! {
    #[test]
    fn f4_any_chunks_give_the_same_lines(
        bytes in vec(prop::sample::select(&b"ab\r\r\n\n"[..]), 0..64),
        lengths in vec(1..8_usize, 1..8),
        max in 0..6_usize,
    ) {
        prop_assert_eq!(read::<Line>(cut(&bytes, &lengths), max), lines(&bytes, max));
    }

    #[test]
    fn f4_any_chunks_give_the_same_prefixed_frames(
        declared_lengths in vec(0..12_usize, 0..8),
        unfinished in vec(any::<u8>(), 0..4),
        lengths in vec(1..8_usize, 1..8),
        max in 0..14_usize,
    ) {
        let bytes = [prefixed(&declared_lengths), unfinished].concat();
        let read = read::<LengthPrefixed>(cut(&bytes, &lengths), max);
        prop_assert_eq!(read, declared(&declared_lengths, max));
    }

    #[test]
    fn f14_a_payload_is_read_back_or_refused(
        payload in vec(prop::sample::select(&b"ab\r\n"[..]), 0..8),
        max in 0..8_usize,
    ) {
        reads_back::<Line>(&payload, max)?;
        reads_back::<LengthPrefixed>(&payload, max)?;
    }

    #[test]
    fn counting_agrees_with_reading(bytes in vec(prop::sample::select(&b"ab\r\n"[..]), 0..64)) {
        let (frames, error) = read::<Line>([&bytes[..]], 64);
        prop_assert_eq!(error, None);
        prop_assert_eq!(super::count::<Line>(&bytes, 64).0, frames.len() as u64);
    }
}
