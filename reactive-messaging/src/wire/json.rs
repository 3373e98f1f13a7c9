//! One JSON value a line.

use serde::{Serialize, de::DeserializeOwned};

use super::{Decode, DecodeLimits, Encode, Frame, Wire, budget::Budget, limited::Limited, text};
use crate::{
    error::{DecodeError, EncodeError},
    frame::Line,
};

/// JSON ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)), one value a line, in serde's
/// externally tagged form: for other languages and browsers.
///
/// JSON has no `NaN` and no infinity: they are written as `null`, which is not read back as a
/// float. It has one `null`: what an `Option` holds must not be written so itself, or `Some(NaN)`,
/// `Some(None)` and `Some(())` come back as `None`. Keys of maps are strings, integers, `bool`s, `char`s or unit variants; any
/// other key fails to be written. What a type ignores may nest as it likes, since nothing
/// recurses into it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json;

impl Wire for Json {
    type Framing = Line;
    const NAME: &'static str = "json";
}

impl<M: Serialize> Encode<M> for Json {
    fn encode(message: &M, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        serde_json::to_writer(out, message).map_err(EncodeError::serialize)
    }
}

impl<M: DeserializeOwned> Decode<M> for Json {
    fn decode(frame: Frame<'_>, limits: &DecodeLimits) -> Result<M, DecodeError> {
        let text = text::utf8(frame)?;
        let budget = Budget::new(text.len(), limits);
        let mut deserializer = serde_json::Deserializer::from_str(text);
        // the budget's limit is the one that acts
        deserializer.disable_recursion_limit();
        let message =
            M::deserialize(Limited::new(&mut deserializer, &budget)).map_err(|error| {
                budget.broken(0).unwrap_or_else(|| {
                    let offset = offset(text, &error);
                    DecodeError::malformed(Some(offset), error)
                })
            })?;
        match deserializer.end() {
            Ok(()) => Ok(message),
            Err(error) => Err(DecodeError::TrailingBytes {
                offset: text[..offset(text, &error)].trim_ascii_end().len(),
            }),
        }
    }
}

/// Bytes in front of the mistake, or of the last byte of a value that is well-formed and wrong.
#[cold]
fn offset(text: &str, error: &serde_json::Error) -> usize {
    if error.is_eof() {
        return text.len();
    }
    // serde_json counts bytes, and the one that is wrong too
    (text::line_start(text, error.line()) + error.column()).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Message {
        Hello,
        Ping(u32),
        Say(u8, String),
    }

    fn written(message: &impl Serialize) -> String {
        let mut out = b"kept:".to_vec();
        Json::encode(message, &mut out).expect("a message that JSON can say");
        String::from_utf8(out.split_off(5)).expect("text")
    }

    fn read<M: DeserializeOwned>(text: &str) -> Result<M, DecodeError> {
        Json::decode(Frame::new(text.as_bytes()), &DecodeLimits::default())
    }

    #[test]
    fn the_form_is_externally_tagged() {
        for (message, text) in [
            (Message::Hello, r#""Hello""#),
            (Message::Ping(7), r#"{"Ping":7}"#),
            (
                Message::Say(1, "\n\u{1b}é".into()),
                r#"{"Say":[1,"\n\u001bé"]}"#,
            ),
        ] {
            assert_eq!(written(&message), text);
            assert_eq!(read(text), Ok(message));
        }
        assert_eq!(read(&i128::MIN.to_string()), Ok(i128::MIN));
    }

    #[test]
    fn floats_without_a_number_are_null() {
        assert_eq!(written(&[f64::NAN, f64::INFINITY]), "[null,null]");
        assert!(read::<f64>("null").is_err());
        assert!(read::<f64>("1e400").is_err());
    }

    #[test]
    fn f14_what_json_cannot_say_is_an_error() {
        let map = std::collections::BTreeMap::from([((1, 2), 3)]);
        assert!(matches!(
            Json::encode(&map, &mut Vec::new()),
            Err(EncodeError::Serialize(_))
        ));
    }

    #[test]
    fn offsets_are_bytes_in_front_of_the_mistake() {
        for (text, offset) in [
            (r#"{"Ping":x}"#, 8),
            (r#"{"Say":[1,"é日本" 5]}"#, 21),
            (r#"{"Say":[1,"é\q"]}"#, 14),
            (r#"{"Ping":1"#, 9),
            ("  ", 2),
            ("{\n\"Ping\":x}", 9),
            ("\"Hel\nlo\"", 4),
            // the last byte of what is well-formed and wrong
            (r#"{"Ping":"x"}"#, 10),
            (r#"{"Pong":1}"#, 6),
            (r#"{"Say":[300,""]}"#, 10),
        ] {
            let error = read::<Message>(text).expect_err(text);
            assert_eq!(error.offset(), Some(offset), "{text}: {error}");
        }
        assert_eq!(
            read::<Message>(r#""Hello" é"#),
            Err(DecodeError::TrailingBytes { offset: 7 })
        );
    }
}
