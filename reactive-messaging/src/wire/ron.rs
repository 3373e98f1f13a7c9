//! One RON value a line.

use std::fmt::{self, Write};

use ron::error::SpannedError;
use serde::{Serialize, de::DeserializeOwned};

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
#[derive(Debug, Clone, Copy, Default)]
pub struct Ron;

impl Wire for Ron {
    type Framing = Line;
    const NAME: &'static str = "ron";
}

impl<M: Serialize> Encode<M> for Ron {
    fn encode(message: &M, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        ron::Options::default()
            .to_writer(Text(out), message)
            .map_err(EncodeError::serialize)
    }
}

impl<M: DeserializeOwned> Decode<M> for Ron {
    fn decode(frame: Frame<'_>, limits: &DecodeLimits) -> Result<M, DecodeError> {
        let text = text::utf8(frame)?;
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

    // ron escapes strings, but neither a line feed nor any other character in a `char`
    #[inline]
    fn write_char(&mut self, char: char) -> fmt::Result {
        if char.is_control() {
            return write!(self, "{}", char.escape_default());
        }
        self.write_str(char.encode_utf8(&mut [0; 4]))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serializer};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Message {
        Hello,
        Ping(u32),
        Say(u8, String),
        At { x: f64, y: Option<i8> },
    }

    fn written(message: &impl Serialize) -> String {
        let mut out = b"kept:".to_vec();
        Ron::encode(message, &mut out).expect("a message that ron can write");
        String::from_utf8(out.split_off(5)).expect("text")
    }

    fn read<M: DeserializeOwned>(text: &str) -> Result<M, DecodeError> {
        Ron::decode(Frame::new(text.as_bytes()), &DecodeLimits::default())
    }

    #[test]
    fn the_form_is_that_of_the_announced_text() {
        let text = "Say(1,\"\\u{1b}\\n\\r\\t\\0\\\"\\'\\\\é\\u{2028}\")";
        let said = Message::Say(1, "\u{1b}\n\r\t\0\"'\\é\u{2028}".into());
        for (message, text) in [
            (Message::Hello, "Hello"),
            (Message::Ping(7), "Ping(7)"),
            (said, text),
            (Message::At { x: 1.0, y: None }, "At(x:1.0,y:None)"),
            (
                Message::At {
                    x: f64::INFINITY,
                    y: Some(-1),
                },
                "At(x:inf,y:Some(-1))",
            ),
        ] {
            assert_eq!(written(&message), text);
            assert_eq!(read(text), Ok(message));
        }
        let map = BTreeMap::from([((1, 'a'), [true, false])]);
        assert_eq!(written(&map), "{(1,'a'):(true,false)}");
        assert_eq!(read("{(1,'a'):(true,false)}"), Ok(map));
        assert_eq!(
            read(" Ping ( 7 , ) // people type like this"),
            Ok(Message::Ping(7))
        );
    }

    struct Bytes(&'static [u8]);

    impl Serialize for Bytes {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(self.0)
        }
    }

    #[test]
    fn no_value_of_any_kind_is_written_in_two_lines() {
        assert_eq!(written(&Bytes(b"a\n\xff")), r#"b"a\n\xff""#);
        assert_eq!(written(&'\n'), r"'\n'");
        assert_eq!(written(&('\u{1b}', '\'', 'é')), r"('\u{1b}','\'','é')");
        for char in ('\0'..='\u{ff}').chain("\u{2028}\u{2029}\u{202e}\u{feff}".chars()) {
            let text = written(&char);
            assert!(!text.contains(['\n', '\r']), "{text:?}");
            assert_eq!(read(&text), Ok(char));
        }
    }

    #[test]
    fn floats_without_a_number_are_written_and_read() {
        assert_eq!(written(&[f64::NAN, f64::NEG_INFINITY]), "(NaN,-inf)");
        assert!(read::<f64>("NaN").is_ok_and(f64::is_nan));
        assert_eq!(read::<f64>("-inf"), Ok(f64::NEG_INFINITY));
    }

    #[test]
    fn f14_what_ron_cannot_write_is_an_error() {
        #[derive(Serialize)]
        enum Unwritable {
            #[serde(rename = "two\nlines")]
            Name,
            Content(#[serde(serialize_with = "fail")] u8),
        }

        fn fail<S: Serializer>(_: &u8, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("for a reason of its own"))
        }

        for message in [Unwritable::Name, Unwritable::Content(1)] {
            let refused = Ron::encode(&message, &mut Vec::new());
            assert!(matches!(refused, Err(EncodeError::Serialize(_))));
        }
    }

    #[test]
    fn offsets_are_bytes_in_front_of_the_mistake() {
        for (text, offset) in [
            ("Ping(x)", 5),
            ("Pong(1)", 0),
            ("Ping 1)", 5),
            ("Ping(1", 6),
            ("Ping(99999999999)", 5),
            ("Ping(1u8)", 6),
            ("Say(1,\"é日本\" 5)", 17),
            ("Say(300,\"é\")", 4),
            ("Say(1,\"é日本\\q\")", 7),
            ("At(x:1,x:2)", 7),
            ("  ", 2),
            ("\"é\"\n\n x", 0),
            ("Ping(/*é\né*/ x)", 15),
            ("#![enable(é)] Hello", 10),
        ] {
            let error = read::<Message>(text).expect_err(text);
            assert_eq!(error.offset(), Some(offset), "{text}: {error}");
        }
        assert_eq!(
            read::<Message>("Hello é"),
            Err(DecodeError::TrailingBytes { offset: 5 })
        );
        assert!(read::<Message>("Hello /* x").is_err());
    }

    #[test]
    fn integers_out_of_range_are_errors() {
        let digits = "9".repeat(100);
        for text in [
            "256",
            "-129",
            "1e3",
            "0x100",
            &digits,
            &format!("-{digits}"),
        ] {
            assert!(read::<u8>(text).is_err());
            assert!(read::<i8>(text).is_err());
        }
        assert_eq!(read("18446744073709551615"), Ok(u64::MAX));
        assert_eq!(read("-9223372036854775808"), Ok(i64::MIN));
    }
}
