//! The wire of [`NoMessages`].

use super::{Decode, DecodeLimits, Encode, Frame, Wire};
use crate::{
    error::{DecodeError, EncodeError},
    frame::Line,
    protocol::NoMessages,
};

/// The wire of a side that says nothing: whatever is received on it is an error.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Wire for Silent {
    type Framing = Line;
    const NAME: &'static str = "silent";
}

impl Encode<NoMessages> for Silent {
    fn encode(message: &NoMessages, _out: &mut Vec<u8>) -> Result<(), EncodeError> {
        match *message {}
    }
}

impl Decode<NoMessages> for Silent {
    fn decode(_frame: Frame<'_>, _limits: &DecodeLimits) -> Result<NoMessages, DecodeError> {
        Err(DecodeError::malformed(
            Some(0),
            "this side sends no messages",
        ))
    }
}
