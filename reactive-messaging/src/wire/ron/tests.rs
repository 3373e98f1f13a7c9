//! Forms, errors and their offsets.

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
