//! A wire of one's own: [MessagePack](https://msgpack.org) behind a length of two bytes.
//!
//! Everything that a wire is stands here: a framing, a name, how a message becomes bytes, and how
//! bytes that come from a network become a message again. The example `custom_wire` speaks it.

use std::io::Cursor;

use reactive_messaging::{
    error::{DecodeError, EncodeError, FrameError},
    frame::{Framing, Scan, Span},
    wire::{Decode, DecodeLimits, Encode, Frame, Wire},
};
use serde::{Serialize, de::DeserializeOwned};

/// MessagePack, with the names of variants and the positions of fields.
#[derive(Debug, Clone, Copy, Default)]
pub struct MessagePack;

impl Wire for MessagePack {
    type Framing = ShortPrefixed;
    const NAME: &'static str = "message-pack";
}

impl<M: Serialize> Encode<M> for MessagePack {
    fn encode(message: &M, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        rmp_serde::encode::write(out, message).map_err(EncodeError::serialize)
    }
}

impl<M: DeserializeOwned> Decode<M> for MessagePack {
    fn decode(frame: Frame<'_>, limits: &DecodeLimits) -> Result<M, DecodeError> {
        let mut deserializer = rmp_serde::Deserializer::new(Cursor::new(frame.payload()));
        // whoever sends decides how deep a message nests, and must not decide how deep we recurse
        deserializer.set_max_depth(limits.max_depth);
        let read = M::deserialize(&mut deserializer);
        let offset = deserializer.position() as usize;
        match read {
            // nothing may follow the message: whoever sent it meant something by it
            Ok(message) if offset == frame.len() => Ok(message),
            Ok(_) => Err(DecodeError::TrailingBytes { offset }),
            Err(rmp_serde::decode::Error::DepthLimitExceeded) => Err(DecodeError::TooDeep {
                max: limits.max_depth,
            }),
            Err(error) => Err(DecodeError::malformed(Some(offset), error)),
        }
    }
}

/// A length in front of every payload, a big-endian `u16` that does not count itself.
#[derive(Debug, Clone, Copy)]
pub struct ShortPrefixed;

const PREFIX: usize = size_of::<u16>();

impl Framing for ShortPrefixed {
    // a length that is wrong once leaves everything behind it in the wrong place
    const RESYNCHRONISES: bool = false;
    const OVERHEAD: usize = PREFIX;

    fn scan(bytes: &[u8], _scanned: usize, max_frame_len: usize) -> Scan {
        let mut whole = 0;
        let error = loop {
            match Self::next(&bytes[whole..], max_frame_len) {
                Ok(Some(frame)) => whole += frame.next,
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        Scan { whole, error }
    }

    fn next(bytes: &[u8], max_frame_len: usize) -> Result<Option<Span>, FrameError> {
        let Some((prefix, rest)) = bytes.split_first_chunk() else {
            return Ok(None);
        };
        let len = usize::from(u16::from_be_bytes(*prefix));
        if len > max_frame_len {
            return Err(FrameError::TooLong { max: max_frame_len });
        }
        let end = PREFIX + len;
        Ok((len <= rest.len()).then_some(Span {
            start: PREFIX,
            end,
            next: end,
        }))
    }

    fn begin(out: &mut Vec<u8>) {
        out.extend_from_slice(&[0; PREFIX]);
    }

    fn finish(out: &mut Vec<u8>, start: usize, max_frame_len: usize) -> Result<(), EncodeError> {
        let len = out.len() - start - PREFIX;
        let max = max_frame_len.min(usize::from(u16::MAX));
        match u16::try_from(len) {
            Ok(0) => Err(EncodeError::Undelimitable),
            Ok(prefix) if len <= max => {
                out[start..start + PREFIX].copy_from_slice(&prefix.to_be_bytes());
                Ok(())
            }
            _ => Err(EncodeError::TooLong { len, max }),
        }
    }
}

#[cfg(test)]
mod tests {
    use reactive_messaging::testing::{TrailingBytes, assert_wire};
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Message {
        Hello,
        Number(i64),
        Text {
            text: String,
            more: Option<Box<Message>>,
        },
    }

    #[test]
    fn it_is_a_wire() {
        let text = |more| Message::Text {
            text: "é".into(),
            more,
        };
        assert_wire::<MessagePack, _>(
            TrailingBytes::Refused,
            [
                Message::Hello,
                Message::Number(i64::MIN),
                text(None),
                text(Some(Box::new(Message::Hello))),
            ],
        );
    }

    #[test]
    fn a_message_nests_as_deep_as_it_may_and_no_deeper() {
        let nested = |depth| {
            (0..depth).fold(Message::Hello, |inner, _| Message::Text {
                text: String::new(),
                more: Some(Box::new(inner)),
            })
        };
        let decode = |message| {
            let mut payload = Vec::new();
            MessagePack::encode(&message, &mut payload).expect("a message");
            MessagePack::decode(Frame::new(&payload), &DecodeLimits::default())
        };
        assert_eq!(decode(nested(5)), Ok(nested(5)));
        let refused: Result<Message, _> = decode(nested(100));
        assert_eq!(refused, Err(DecodeError::TooDeep { max: 32 }));
    }
}
