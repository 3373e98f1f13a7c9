//! What a wire promises, asserted.

use std::{error::Error, fmt};

use crate::{
    error::{DecodeError, EncodeError},
    frame::{Framing, Scan},
    wire::{Decode, DecodeLimits, Encode, Frame, Wire},
};

/// What a wire does with bytes of a frame that are no part of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrailingBytes {
    /// They make the message undecodable, as [`Decode::decode`] demands.
    Refused,
    /// They are not seen, because messages are read where they lie: `Rkyv` is such a wire.
    Unseen,
}

/// Asserts that `W` carries these messages as [`Encode`], [`Decode`] and [`Framing`] promise.
///
/// * What is encoded is appended, is decoded to the same message, and is as long as `FRAME_LEN` says.
/// * Its frame is found in any stream of frames, wherever that is cut into chunks, and no part of a
///   frame is taken for one.
/// * Frames beyond `max_frame_len` are refused in both directions.
/// * Payloads that are cut short, damaged, or two in one, are decoded to a typed error or to another
///   message; they cause no panic, and the offset of an error lies within.
///
/// It is quick for messages of up to some hundred bytes: its work grows with the square of their
/// length. Give it at least one message of every kind.
///
/// ```
/// # #[cfg(feature = "json")] {
/// use reactive_messaging::{testing::{TrailingBytes, assert_wire}, wire::Json};
///
/// assert_wire::<Json, (u8, String)>(TrailingBytes::Refused, [(7, "seven".into()), (0, "\n".into())]);
/// # }
/// ```
///
/// # Panics
/// If the wire breaks a promise, or the messages cannot be encoded, or differ from themselves, as `NaN`
/// does.
#[track_caller]
pub fn assert_wire<W, M>(trailing: TrailingBytes, messages: impl IntoIterator<Item = M>)
where
    W: Encode<M> + Decode<M>,
    M: PartialEq + fmt::Debug,
{
    let messages: Vec<M> = messages.into_iter().collect();
    assert!(!messages.is_empty(), "without messages nothing is checked");
    assert_eq!(
        <W as Encode<M>>::FRAME_LEN,
        <W as Decode<M>>::FRAME_LEN,
        "{}: both directions have the same FRAME_LEN",
        W::NAME
    );
    for message in &messages {
        payload::<W, M>(message);
        frame::<W, M>(message);
        damage::<W, M>(message);
    }
    // not of each: twice `0` may be another way to say `0`
    assert!(
        trailing == TrailingBytes::Unseen || messages.iter().any(sees_trailing_bytes::<W, M>),
        "{}: two payloads in one frame are read as one message",
        W::NAME
    );
    stream::<W, M>(&messages);
}

/// A message and its payload go with each other.
#[track_caller]
fn payload<W: Encode<M> + Decode<M>, M: PartialEq + fmt::Debug>(message: &M) {
    let name = W::NAME;
    let payload = encoded::<W, M>(message);
    assert!(!payload.is_empty(), "{name}: {message:?} has no bytes");
    if let Some(len) = <W as Encode<M>>::FRAME_LEN {
        assert_eq!(payload.len(), len, "{name}: FRAME_LEN and {message:?}");
    }
    let mut behind = b"kept".to_vec();
    W::encode(message, &mut behind).expect("it was encoded before");
    assert!(
        behind.strip_prefix(b"kept") == Some(&payload),
        "{name}: {message:?} is appended, whatever stands in front of it"
    );
    assert_eq!(
        decoded::<W, M>(&payload).as_ref(),
        Ok(message),
        "{name}: a message is read back"
    );
}

/// A payload and its frame go with each other.
#[track_caller]
fn frame<W: Encode<M>, M: fmt::Debug>(message: &M) {
    let name = W::NAME;
    let (payload, frame) = (encoded::<W, M>(message), framed::<W, M>(message));
    let (exact, max) = (W::FRAME_LEN.is_some(), payload.len());
    assert!(
        frame.len() <= max + W::Framing::OVERHEAD,
        "{name}: OVERHEAD is what a frame takes at most beside its payload"
    );
    let span = W::Framing::next(&frame, max)
        .unwrap_or_else(|error| panic!("{name}: {error}: {message:?}"))
        .unwrap_or_else(|| panic!("{name}: no frame: {message:?}"));
    assert!(
        frame[span.start..span.end] == payload && span.next == frame.len(),
        "{name}: the frame of {message:?} is {span:?}"
    );
    for cut in 0..frame.len() {
        let part = &frame[..cut];
        let (whole, error) = (0, None);
        assert_eq!(
            W::Framing::next(part, max),
            Ok(None),
            "{name}: {cut} bytes of {message:?}"
        );
        assert_eq!(
            W::Framing::scan(part, cut.saturating_sub(1), max),
            Scan { whole, error },
            "{name}: {cut} bytes of {message:?}"
        );
    }
    if max > 1 && !exact {
        let below = max - 1;
        let mut out = Vec::new();
        W::Framing::begin(&mut out);
        out.extend_from_slice(&payload);
        assert!(
            matches!(
                W::Framing::finish(&mut out, 0, below),
                Err(EncodeError::TooLong { .. })
            ),
            "{name}: a payload of {max} bytes is not sent where {below} are allowed"
        );
        assert!(
            W::Framing::next(&frame, below).is_err(),
            "{name}: a payload of {max} bytes is not received where {below} are allowed"
        );
    }
}

/// What is no message is an error.
#[track_caller]
fn damage<W: Encode<M> + Decode<M>, M: PartialEq + fmt::Debug>(message: &M) {
    let name = W::NAME;
    let payload = encoded::<W, M>(message);
    let check = |damaged: &[u8]| {
        if let Err(error) = decoded::<W, M>(damaged) {
            assert!(
                error.offset().is_none_or(|offset| offset <= damaged.len()),
                "{name}: an error beyond the end: {error:?} in {damaged:?}"
            );
        }
    };
    for at in 0..payload.len() {
        // at least one byte: an empty frame never gets to a wire
        if at > 0 {
            check(&payload[..at]);
        }
        let mut damaged = payload.clone();
        for byte in [0, 1, 0x7F, 0x80, 0xFF, payload[at] ^ 1, payload[at] ^ 0x20] {
            damaged[at] = byte;
            check(&damaged);
        }
    }
    check(&[&payload[..], &payload].concat());
}

/// Whether a second payload behind that of the message makes a difference.
fn sees_trailing_bytes<W: Encode<M> + Decode<M>, M: PartialEq + fmt::Debug>(message: &M) -> bool {
    let payload = encoded::<W, M>(message);
    decoded::<W, M>(&[&payload[..], &payload].concat()).as_ref() != Ok(message)
}

/// Frames are found wherever a stream of them is cut.
#[track_caller]
fn stream<W: Encode<M> + Decode<M>, M: PartialEq + fmt::Debug>(messages: &[M]) {
    let name = W::NAME;
    let frames = messages.iter().map(framed::<W, M>).collect::<Vec<_>>();
    let stream = frames.concat();
    let max = <W as Encode<M>>::FRAME_LEN.unwrap_or(stream.len());
    for chunk in (1..=frames[0].len() + 1).chain([stream.len()]) {
        let mut read = Vec::new();
        let (mut buffer, mut scanned) = (Vec::new(), 0);
        for chunk in stream.chunks(chunk) {
            buffer.extend_from_slice(chunk);
            let Scan { whole, error } = W::Framing::scan(&buffer, scanned, max);
            assert_eq!(error, None, "{name}: chunks of {} bytes", chunk.len());
            let mut rest = &buffer[..whole];
            while let Some(span) = W::Framing::next(rest, max).expect("it was scanned") {
                let message = decoded::<W, M>(&rest[span.start..span.end]);
                read.push(message.expect("it was read before"));
                rest = &rest[span.next..];
            }
            buffer.drain(..whole);
            scanned = buffer.len();
        }
        assert!(
            read == messages && buffer.is_empty(),
            "{name}: chunks of {chunk} bytes give {read:?}"
        );
    }
}

#[track_caller]
fn encoded<W: Encode<M>, M: fmt::Debug>(message: &M) -> Vec<u8> {
    let mut out = Vec::new();
    match W::encode(message, &mut out) {
        Ok(()) => out,
        Err(error) => refused::<W>(&error, message),
    }
}

#[track_caller]
fn framed<W: Encode<M>, M: fmt::Debug>(message: &M) -> Vec<u8> {
    let payload = encoded::<W, M>(message);
    let mut frame = Vec::new();
    W::Framing::begin(&mut frame);
    frame.extend_from_slice(&payload);
    match W::Framing::finish(&mut frame, 0, payload.len()) {
        Ok(()) => frame,
        Err(error) => refused::<W>(&error, message),
    }
}

#[track_caller]
fn refused<W: Wire>(error: &EncodeError, message: &impl fmt::Debug) -> ! {
    let cause = error.source().map(|cause| format!(": {cause}"));
    panic!(
        "{}: {error}{}: {message:?}",
        W::NAME,
        cause.unwrap_or_default()
    );
}

fn decoded<W: Decode<M>, M>(payload: &[u8]) -> Result<M, DecodeError> {
    W::decode(Frame::new(payload), &DecodeLimits::default())
}

#[cfg(all(test, feature = "json", feature = "postcard"))]
mod tests {
    use serde::{Serialize, de::DeserializeOwned};

    use super::*;
    use crate::{frame::LengthPrefixed, wire::Postcard};

    /// Postcard, broken in one way.
    #[derive(Debug, Clone, Copy, Default)]
    struct Broken<const WAY: u8>;

    impl<const WAY: u8> Wire for Broken<WAY> {
        type Framing = LengthPrefixed;
        const NAME: &'static str = "broken";
    }

    impl<M: Serialize, const WAY: u8> Encode<M> for Broken<WAY> {
        fn encode(message: &M, out: &mut Vec<u8>) -> Result<(), EncodeError> {
            if WAY == 1 {
                out.clear();
            }
            Postcard::encode(message, out)
        }
    }

    impl<M: DeserializeOwned, const WAY: u8> Decode<M> for Broken<WAY> {
        const FRAME_LEN: Option<usize> = match WAY {
            2 => Some(2),
            _ => None,
        };

        fn decode(frame: Frame<'_>, limits: &DecodeLimits) -> Result<M, DecodeError> {
            let payload = frame.payload();
            match WAY {
                3 => Postcard::decode(Frame::new(&payload[..payload.len().min(2)]), limits),
                4 if payload[0] == 0xFF => Err(DecodeError::malformed(Some(3), "beyond")),
                _ => Postcard::decode(frame, limits),
            }
        }
    }

    fn check<const WAY: u8>() {
        assert_wire::<Broken<WAY>, (u8, u8)>(TrailingBytes::Refused, [(1, 2), (3, 4)]);
    }

    #[test]
    #[cfg(all(feature = "fixed", feature = "rkyv", feature = "ron"))]
    fn our_own_wires_keep_their_promises() {
        use crate::wire::{Fixed, Json, Rkyv, Ron};

        let texts = || [(0_u8, String::new()), (255, "é \" \n \u{1b}".into())];
        assert_wire::<Ron, _>(TrailingBytes::Refused, texts());
        assert_wire::<Json, _>(TrailingBytes::Refused, texts());
        assert_wire::<Postcard, _>(TrailingBytes::Refused, texts());
        assert_wire::<Rkyv, _>(TrailingBytes::Unseen, texts());
        let records = [(0_u64, true, None), (u64::MAX, false, Some('é'))];
        assert_wire::<Fixed, _>(TrailingBytes::Refused, records);
    }

    #[test]
    fn a_wire_that_keeps_its_promises_passes() {
        check::<0>();
    }

    #[test]
    #[should_panic(expected = "whatever stands in front of it")]
    fn what_was_there_before_must_stay() {
        check::<1>();
    }

    #[test]
    #[should_panic(expected = "the same FRAME_LEN")]
    fn both_directions_must_have_one_length() {
        check::<2>();
    }

    #[test]
    #[should_panic(expected = "two payloads in one frame")]
    fn bytes_behind_the_message_must_be_seen() {
        check::<3>();
    }

    #[test]
    #[should_panic(expected = "an error beyond the end")]
    fn errors_must_lie_within_the_payload() {
        check::<4>();
    }
}
