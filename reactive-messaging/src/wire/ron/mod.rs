//! One RON value a line.
//!
//! [`print`] and [`parse`] are the fast way for the form in which nearly every message travels; what
//! they give up is written and read by the `ron` crate, from its beginning. They may fail at anything,
//! but when they succeed, the crate would have succeeded with the same text or value. The crate also
//! makes all errors, so that these do not depend on the way.

mod flatten;
mod parse;
mod parse_content;
mod print;
mod print_content;
#[cfg(test)]
mod test_equivalence;
#[cfg(test)]
mod test_rogue_reading;
#[cfg(test)]
mod test_rogue_writing;
#[cfg(test)]
mod test_types;
#[cfg(test)]
mod tests;
mod tokens;

use std::{
    error::Error,
    fmt::{self, Display, Write},
};

use ron::error::SpannedError;
use serde::{Serialize, de, de::DeserializeOwned, ser};

use super::{Decode, DecodeLimits, Encode, Frame, Wire, budget::Budget, limited::Limited, text};
use crate::{
    error::{DecodeError, EncodeError},
    frame::Line,
};

/// Human-readable [Rusty Object Notation](https://docs.rs/ron), one value a line.
///
/// The default: speak it with `nc`. The form is that of `reactive-messaging` 0.4's text: ron's
/// options as they are by default, without pretty printing. `NaN` and `inf` are written and read;
/// integers of 128 bits are not, unless the feature `integer128` of `ron` is on. Extensions are on for
/// a message that begins with `#![enable(…)]`, as RON has it.
///
/// # Speed
/// What is written is canonical: no white space, no comments, no names of structs, no extensions, as in
/// `Say(1,"hello")`. Such a text is read several times faster than any other, `Say(1, "hello")` say.
/// Some things take a whole message the slower way even so:
///
/// * names that are not plain ASCII identifiers, such as `r#kebab-case`; bytes, and integers of 128
///   bits;
/// * when read: `NaN` and `inf`; types with `#[serde(untagged)]` or `#[serde(flatten)]`, most of those
///   with `#[serde(tag = …)]`; fields that the type does not know.
///
/// The slower way begins anew, so that a `Serialize` or `Deserialize` of your own may run twice for one
/// message.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ron;

impl Wire for Ron {
    type Framing = Line;
    const NAME: &'static str = "ron";
}

impl<M: Serialize> Encode<M> for Ron {
    #[inline]
    fn encode(message: &M, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len();
        if print::print(message, out) {
            return Ok(());
        }
        out.truncate(start);
        encode_by_crate(message, out)
    }
}

#[cold]
fn encode_by_crate<M: Serialize>(message: &M, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    ron::Options::default()
        .to_writer(Text(out), message)
        .map_err(EncodeError::serialize)
}

impl<M: DeserializeOwned> Decode<M> for Ron {
    #[inline]
    fn decode(frame: Frame<'_>, limits: &DecodeLimits) -> Result<M, DecodeError> {
        let text = text::utf8(frame)?;
        match parse::parse(text, limits) {
            Some(message) => Ok(message),
            None => decode_by_crate(text, limits),
        }
    }
}

#[cold]
fn decode_by_crate<M: DeserializeOwned>(
    text: &str,
    limits: &DecodeLimits,
) -> Result<M, DecodeError> {
    let budget = Budget::new(text.len(), limits);
    let mut deserializer = ron::Deserializer::from_str_with_options(text, &options(limits))
        .map_err(|error| malformed(text, error))?;
    let message =
        M::deserialize(Limited::new(&mut deserializer, &budget)).map_err(|error| {
            match (budget.broken(0), error) {
                (Some(error), _) => error,
                (None, ron::Error::ExceededRecursionLimit) => budget.depth_error(),
                (None, error) => malformed(text, deserializer.span_error(error)),
            }
        })?;
    let offset = text.len() - deserializer.remainder().len();
    match deserializer.end() {
        Ok(()) => Ok(message),
        Err(ron::Error::TrailingCharacters) => Err(DecodeError::TrailingBytes { offset }),
        Err(error) => Err(malformed(text, deserializer.span_error(error))),
    }
}

/// Leaves the depth to [`Limited`]; ron's own limit, which counts up to three for one level of ours,
/// stays for what ron skips by itself: `ron::value::RawValue`.
fn options(limits: &DecodeLimits) -> ron::Options {
    let unreachable = limits.max_depth.saturating_mul(4).saturating_add(8);
    ron::Options::default().with_recursion_limit(unreachable)
}

#[cold]
fn malformed(text: &str, error: SpannedError) -> DecodeError {
    use ron::Error::*;

    let at = match error.code {
        // the token that is wrong was consumed
        DuplicateStructField { .. }
        | ExpectedDifferentStructName { .. }
        | IntegerOutOfBounds
        | InvalidEscape(_)
        | InvalidValueForType { .. }
        | Message(_)
        | NoSuchEnumVariant { .. }
        | NoSuchExtension(_)
        | NoSuchStructField { .. } => error.span.start,
        // something else was expected there
        _ => error.span.end,
    };
    // ron counts characters
    let line = text::line_start(text, at.line);
    let before = text[line..].chars().take(at.col.saturating_sub(1));
    let offset = line + before.map(char::len_utf8).sum::<usize>();
    DecodeError::malformed(Some(offset), error.code)
}

/// Lets ron append to a buffer of bytes.
struct Text<'a>(&'a mut Vec<u8>);

impl Write for Text<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }

    #[inline]
    fn write_char(&mut self, char: char) -> fmt::Result {
        push_char(self.0, char);
        Ok(())
    }
}

/// ron escapes strings, but neither a line feed nor any other character in a `char`.
#[inline]
fn push_char(out: &mut Vec<u8>, char: char) {
    if char.is_control() {
        out.extend(char.escape_default().map(|escaped| escaped as u8));
    } else {
        out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// This message is not for the fast way. Says nothing more, since the `ron` crate will.
#[derive(Debug)]
struct GaveUp;

impl Display for GaveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not canonical")
    }
}

impl Error for GaveUp {}

impl ser::Error for GaveUp {
    #[inline]
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

impl de::Error for GaveUp {
    #[inline]
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}
