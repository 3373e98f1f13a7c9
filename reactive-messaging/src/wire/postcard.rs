//! Compact binary for any serde type.

use postcard::{
    Error::{DeserializeUnexpectedEnd, SerializeBufferFull},
    de_flavors, ser_flavors,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{Decode, DecodeLimits, Encode, Frame, Wire, budget::Budget, limited::Limited};
use crate::{
    error::{DecodeError, EncodeError},
    frame::LengthPrefixed,
};

/// [Postcard](https://postcard.jamesmunns.com/wire-format.html) behind a `u32` length.
///
/// The format does not describe itself: types that ask for whatever comes next, such as those
/// with `#[serde(untagged)]` or `#[serde(flatten)]`, are written but cannot be read. A sequence or
/// map of elements that take no byte, such as `Vec<()>`, is refused when its count exceeds the bytes
/// of the message that follow it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Postcard;

impl Wire for Postcard {
    type Framing = LengthPrefixed;
    const NAME: &'static str = "postcard";
}

impl<M: Serialize> Encode<M> for Postcard {
    #[inline]
    fn encode(message: &M, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len();
        out.extend_from_slice(&[0; SHORT]);
        let written = postcard::to_slice(message, &mut out[start..]).map(|written| written.len());
        out.truncate(start + written.as_ref().map_or(0, |len| *len));
        match written {
            Ok(_) => Ok(()),
            Err(SerializeBufferFull) => encode_long(message, out),
            Err(error) => Err(EncodeError::serialize(error)),
        }
    }
}

/// Writes a message that is longer than [`SHORT`].
fn encode_long<M: Serialize>(message: &M, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    postcard::serialize_with_flavor(message, Appending { out }).map_err(EncodeError::serialize)
}

impl<M: DeserializeOwned> Decode<M> for Postcard {
    #[inline]
    fn decode(frame: Frame<'_>, limits: &DecodeLimits) -> Result<M, DecodeError> {
        let payload = frame.payload();
        let budget = Budget::new(payload.len(), limits);
        let mut deserializer = postcard::Deserializer::from_flavor(Cursor {
            rest: payload.iter(),
            budget: &budget,
        });
        let message = M::deserialize(Limited::new(&mut deserializer, &budget));
        let offset = payload.len() - deserializer.finalize().unwrap_or_default();
        match message {
            Ok(message) if offset == payload.len() => Ok(message),
            Ok(_) => Err(DecodeError::TrailingBytes { offset }),
            Err(error) => Err(refused(error, offset, &budget)),
        }
    }
}

#[cold]
fn refused(error: postcard::Error, consumed: usize, budget: &Budget) -> DecodeError {
    use postcard::Error::{DeserializeBadBool, DeserializeBadOption};

    let mistake = match error {
        DeserializeBadBool | DeserializeBadOption => consumed.saturating_sub(1),
        _ => consumed,
    };
    budget
        .broken(consumed)
        .unwrap_or_else(|| DecodeError::malformed(Some(mistake), error))
}

/// Bytes within which a message is written in place, without a look at the buffer's capacity for
/// each of its fields.
const SHORT: usize = 64;

/// Reads a payload, and tells the budget how much of it lies ahead.
struct Cursor<'de> {
    rest: std::slice::Iter<'de, u8>,
    budget: &'de Budget,
}

impl<'de> de_flavors::Flavor<'de> for Cursor<'de> {
    type Remainder = usize;
    type Source = &'de [u8];

    #[inline]
    fn pop(&mut self) -> postcard::Result<u8> {
        self.rest.next().copied().ok_or(DeserializeUnexpectedEnd)
    }

    // Called by the size hint of a sequence, and nowhere else. No hint makes the sequence tell the
    // count that was declared.
    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.budget.set_ahead(self.rest.len());
        None
    }

    #[inline]
    fn try_take_n(&mut self, count: usize) -> postcard::Result<&'de [u8]> {
        let (taken, rest) = self
            .rest
            .as_slice()
            .split_at_checked(count)
            .ok_or(DeserializeUnexpectedEnd)?;
        self.rest = rest.iter();
        Ok(taken)
    }

    fn finalize(self) -> postcard::Result<usize> {
        Ok(self.rest.len())
    }
}

/// Writes behind what a buffer holds already.
struct Appending<'a> {
    out: &'a mut Vec<u8>,
}

impl ser_flavors::Flavor for Appending<'_> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.out.push(byte);
        Ok(())
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    #[inline]
    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Message {
        Hello,
        Ping(u32, bool),
        Say(String, Option<u64>),
    }

    fn read(payload: &[u8]) -> Result<Message, DecodeError> {
        Postcard::decode(Frame::new(payload), &DecodeLimits::default())
    }

    #[test]
    fn the_form_is_what_postcard_itself_writes_and_reads() {
        for message in [
            Message::Hello,
            Message::Ping(u32::MAX, true),
            Message::Say("a text that is not short".into(), Some(u64::MAX)),
        ] {
            let mut out = b"kept".to_vec();
            Postcard::encode(&message, &mut out).expect("a message that postcard can write");
            let theirs =
                ::postcard::to_stdvec(&message).expect("a message that postcard can write");
            assert_eq!(out, [b"kept", &theirs[..]].concat());
            assert_eq!(read(&theirs), Ok(message));
        }
    }

    #[test]
    fn offsets_are_bytes_that_were_consumed_before_the_mistake() {
        for (payload, offset) in [
            (&[9][..], 1),
            (&[1], 1),
            (&[1, 0xFF, 0xFF], 3),
            (&[1, 7, 2], 2),
            (&[1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], 6),
            (&[2, 3, b'a', b'b'], 2),
            (&[2, 1, 0xFF, 0], 3),
            (&[2, 0, 2], 2),
        ] {
            let error = read(payload).expect_err("no message");
            assert_eq!(error.offset(), Some(offset), "{payload:?}: {error}");
        }
    }

    #[test]
    fn f13_bytes_behind_the_message_are_refused() {
        let refused = DecodeError::TrailingBytes { offset: 3 };
        assert_eq!(read(&[1, 7, 1, 0]), Err(refused));
    }
}
