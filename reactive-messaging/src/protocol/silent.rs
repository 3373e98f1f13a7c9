//! The protocol that has no messages.

use super::ReactiveProtocol;
#[cfg(feature = "rkyv")]
use crate::wire::Rkyv;
use crate::{
    error::{DecodeError, EncodeError},
    frame::Line,
    wire::{Decode, DecodeLimits, Encode, Frame, Wire},
};

/// The protocol of a side that never says anything: it has no values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    any(feature = "ron", feature = "json", feature = "postcard"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub enum NoMessages {}

impl ReactiveProtocol for NoMessages {
    type Wire = Silent;
}

/// What is said of anything that such a side sends.
const SILENCE: &str = "this side sends no messages";

/// The wire of [`NoMessages`]: whatever is received on it is an error.
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
        Err(DecodeError::malformed(Some(0), SILENCE))
    }
}

/// An enum without variants: a tag that none has.
#[cfg(feature = "fixed")]
impl crate::wire::FixedSize for NoMessages {
    const SIZE: usize = 1;

    fn write_fixed(&self, _out: &mut [u8]) {
        match *self {}
    }

    fn read_fixed(_bytes: &[u8]) -> Result<Self, crate::wire::InvalidValue> {
        Err(crate::wire::InvalidValue::new(0, SILENCE))
    }
}

// rkyv archives no enum without variants

#[cfg(feature = "rkyv")]
impl Encode<NoMessages> for Rkyv {
    fn encode(message: &NoMessages, _out: &mut Vec<u8>) -> Result<(), EncodeError> {
        match *message {}
    }
}

#[cfg(feature = "rkyv")]
impl Decode<NoMessages> for Rkyv {
    fn decode(frame: Frame<'_>, limits: &DecodeLimits) -> Result<NoMessages, DecodeError> {
        Silent::decode(frame, limits)
    }
}
