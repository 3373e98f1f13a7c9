//! What must hold.

use std::fmt::Debug;

use reactive_messaging::{
    error::{DecodeError, FrameError},
    frame::Framing,
    wire::{Decode, DecodeLimits, Encode, Frame, Rkyv, Ron, View},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::messages::Archive;

/// Decoding never panics; what was decoded is encoded and decoded again.
pub fn round_trip<W, M>(payload: &[u8])
where
    W: Encode<M> + Decode<M>,
    M: Debug,
{
    let limits = DecodeLimits::default();
    let written = |message: &M| {
        let mut out = Vec::new();
        W::encode(message, &mut out).expect("what was read can be written");
        out
    };
    match W::decode(Frame::new(payload), &limits) {
        Ok(message) => {
            // compared in their written form, since NaN is not equal to itself
            let first = written(&message);
            f7_no_lossy_conversion(payload, &message);
            let again = W::decode(Frame::new(&first), &limits)
                .unwrap_or_else(|error| panic!("{error:?} for {message:?}"));
            assert_eq!(first, written(&again));
        }
        Err(error) => assert!(error.offset().is_none_or(|offset| offset <= payload.len())),
    }
}

/// F7: bytes that are no UTF-8 are refused, not replaced. Whatever replacement character a message has
/// was sent as one, or as its number in an escape.
fn f7_no_lossy_conversion<M: Debug>(payload: &[u8], message: &M) {
    const REPLACEMENT: char = '\u{FFFD}';
    let shown = format!("{message:?}");
    if shown.contains(REPLACEMENT) {
        let sent = String::from_utf8_lossy(payload);
        let was_sent = payload.windows(3).any(|bytes| bytes == b"\xEF\xBF\xBD")
            || sent.to_ascii_lowercase().contains("fffd")
            || payload.windows(2).any(|bytes| bytes == [0xFD, 0xFF]);
        assert!(was_sent, "{message:?}");
    }
}

/// F11: a view that was accepted is read through and through, and says what its copy says.
pub fn f11_what_is_accepted_is_readable(payload: &[u8]) {
    let view: Result<View<Archive>, _> =
        Rkyv::decode(Frame::new(payload), &DecodeLimits::default());
    if let Ok(view) = view {
        assert_eq!(format!("{view:?}"), format!("{:?}", view.compact()));
    }
}

/// `Ron` reads and writes what the `ron` crate does, whatever way it takes.
pub fn same_as_ron<M>(payload: &[u8])
where
    M: Serialize + DeserializeOwned + Debug,
{
    let limits = DecodeLimits::default();
    // beyond what `max_depth` allows
    let options = ron::Options::default().with_recursion_limit(4 * limits.max_depth + 8);
    let written = |message: &M| ron::to_string(message).expect("what was read can be written");
    let ours: Result<M, _> = Ron::decode(Frame::new(payload), &limits);
    match (ours, options.from_bytes::<M>(payload)) {
        (Ok(ours), Ok(theirs)) => {
            // compared in their written form, since NaN is not equal to itself
            let theirs = written(&theirs);
            assert_eq!(written(&ours), theirs);
            let mut out = Vec::new();
            Ron::encode(&ours, &mut out).expect("what was read can be written");
            // the crate writes a `char` as it is, and no other control character
            let escaped = theirs.chars().map(|char| match char.is_control() {
                true => char.escape_default().to_string(),
                false => char.to_string(),
            });
            assert_eq!(String::from_utf8_lossy(&out), escaped.collect::<String>());
        }
        (Err(DecodeError::TooDeep { .. }), _) | (Err(_), Err(_)) => {}
        (ours, theirs) => panic!("{ours:?}, but the crate says {theirs:?}"),
    }
}

/// Any chunks of a stream of bytes give the same frames as the whole.
pub fn same_frames<F: Framing>(input: &[u8]) {
    let [max, chunk, bytes @ ..] = input else {
        return;
    };
    let (max, chunk) = (usize::from(*max), usize::from(*chunk) % 16 + 1);
    let whole = read::<F>([bytes].into_iter(), max);
    assert_eq!(read::<F>(bytes.chunks(chunk), max), whole);
    assert_eq!(read::<F>(bytes.chunks(1), max), whole);
}

/// Reads as a connection does: appends a chunk, scans what is new, takes the whole frames.
fn read<'a, F: Framing>(
    chunks: impl Iterator<Item = &'a [u8]>,
    max: usize,
) -> (Vec<Vec<u8>>, Option<FrameError>) {
    let (mut frames, mut buffer, mut scanned) = (Vec::new(), Vec::new(), 0);
    for chunk in chunks {
        buffer.extend_from_slice(chunk);
        let scan = F::scan(&buffer, scanned, max);
        let mut rest = &buffer[..scan.whole];
        loop {
            match F::next(rest, max) {
                Ok(Some(span)) => {
                    assert!(span.end - span.start <= max);
                    frames.push(rest[span.start..span.end].to_vec());
                    rest = &rest[span.next..];
                }
                Ok(None) => break,
                Err(error) => return (frames, Some(error)),
            }
        }
        if scan.error.is_some() {
            return (frames, scan.error);
        }
        buffer.drain(..scan.whole);
        assert!(buffer.len() <= max + F::OVERHEAD);
        scanned = buffer.len();
    }
    (frames, None)
}
