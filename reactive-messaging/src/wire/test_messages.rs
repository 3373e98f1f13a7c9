//! What is written comes back, on every serde wire; what is no message is a typed error.

use std::{collections::BTreeMap, fmt};

use proptest::{collection, option, prelude::*};
use serde::{Deserialize, Serialize};

use super::{Decode, DecodeLimits, Encode, Frame, Json, Postcard, Ron};
use crate::{
    error::DecodeError,
    frame::{Framing, Line},
};

pub(super) fn encoded<W: Encode<M>, M>(message: &M) -> Vec<u8> {
    let mut out = Vec::new();
    W::encode(message, &mut out).expect("the message has a form on this wire");
    out
}

pub(super) fn decoded<W: Decode<M>, M>(payload: &[u8]) -> Result<M, DecodeError> {
    W::decode(Frame::new(payload), &DecodeLimits::default())
}

#[test]
fn f13_trailing_bytes_are_refused_where_they_begin() {
    fn trailing<W: Decode<u8>>(payload: &[u8]) {
        let error = decoded::<W, u8>(payload).err();
        let offset = if W::NAME == "postcard" { 1 } else { 2 };
        assert_eq!(
            error,
            Some(DecodeError::TrailingBytes { offset }),
            "{}",
            W::NAME
        );
    }
    trailing::<Ron>(b"12 13");
    trailing::<Ron>("12é".as_bytes());
    trailing::<Json>(b"12 \t13");
    trailing::<Json>(b"12]");
    trailing::<Postcard>(&[12, 13]);
    assert_eq!(decoded::<Ron, u8>(b" 12 "), Ok(12));
    assert_eq!(decoded::<Json, u8>(b" 12 "), Ok(12));
}

#[test]
fn f7_bad_utf8_and_nul_are_refused() {
    fn refused<W: Decode<(String, u8)>>(payload: &[u8], at: usize) {
        let error = decoded::<W, (String, u8)>(payload).expect_err("not decodable");
        assert_eq!(error.offset(), Some(at), "{}: {error}", W::NAME);
    }
    refused::<Ron>(b"(\"a\xff\", 1)", 3);
    refused::<Ron>(b"(\"a\",\0 1)", 5);
    refused::<Json>(b"[\"a\xff\", 1]", 3);
    refused::<Json>(b"[\"a\0\", 1]", 3);
    refused::<Postcard>(b"\x02a\xff\x01", 3);
}

/// Types that ask for whatever comes next; the text wires can tell.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Tagged {
    Unit,
    Named { inner: Vec<Untagged>, at: f64 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u32),
    Text(String),
    Flat(Flat),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    id: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, u32>,
}

#[test]
fn text_wires_read_what_describes_itself() {
    let rest = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]);
    let inner = vec![
        Untagged::Number(1),
        Untagged::Text("x".into()),
        Untagged::Flat(Flat { id: 3, rest }),
    ];
    for message in [Tagged::Unit, Tagged::Named { inner, at: 0.5 }] {
        let (ron, json) = (encoded::<Ron, _>(&message), encoded::<Json, _>(&message));
        assert_eq!(decoded::<Ron, Tagged>(&ron).as_ref(), Ok(&message));
        assert_eq!(decoded::<Json, Tagged>(&json).as_ref(), Ok(&message));
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Tuple(i8, Unit, char);

/// Every kind of value of serde's data model that all wires carry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Message {
    Unit,
    Empty {},
    Numbers(bool, u8, u16, u32, u64, i16, i32, i64),
    Floats { single: f32, double: f64 },
    Text(String, char, Option<String>),
    Nested(Box<Message>, Option<Box<Message>>),
    Many(Vec<(Tuple, String)>, BTreeMap<u32, String>, [u8; 3]),
}

fn message() -> impl Strategy<Value = Message> {
    let tuple = (any::<i8>(), any::<char>()).prop_map(|(int, char)| Tuple(int, Unit, char));
    let leaf = prop_oneof![
        Just(Message::Unit),
        Just(Message::Empty {}),
        any::<(bool, u8, u16, u32, u64, i16, i32, i64)>()
            .prop_map(|(a, b, c, d, e, f, g, h)| Message::Numbers(a, b, c, d, e, f, g, h)),
        // sums of few powers of two: serde_json without `float_roundtrip` is exact for these
        any::<(i16, i32)>().prop_map(|(single, double)| Message::Floats {
            single: f32::from(single) / 8.0,
            double: f64::from(double) / 8.0,
        }),
        (any::<String>(), any::<char>(), any::<Option<String>>())
            .prop_map(|(text, char, option)| Message::Text(text, char, option)),
        (
            collection::vec((tuple, any::<String>()), 0..4),
            collection::btree_map(any::<u32>(), any::<String>(), 0..4),
            any::<[u8; 3]>(),
        )
            .prop_map(|(many, map, bytes)| Message::Many(many, map, bytes)),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        (inner.clone(), option::of(inner))
            .prop_map(|(one, other)| Message::Nested(Box::new(one), other.map(Box::new)))
    })
}

fn comes_back<W, M>(message: &M) -> Result<(), TestCaseError>
where
    W: Encode<M> + Decode<M>,
    M: fmt::Debug + PartialEq,
{
    let mut payload = encoded::<W, M>(message);
    let read = decoded::<W, M>(&payload);
    prop_assert_eq!(read.as_ref(), Ok(message), "{}", W::NAME);
    if W::Framing::RESYNCHRONISES {
        prop_assert!(
            Line::finish(&mut payload, 0, usize::MAX).is_ok(),
            "one line"
        );
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_is_written_is_one_frame_and_read_back(message in message()) {
        comes_back::<Ron, _>(&message)?;
        comes_back::<Json, _>(&message)?;
        comes_back::<Postcard, _>(&message)?;
    }

    #[test]
    fn f7_no_bytes_make_a_wire_panic(mut bytes in collection::vec(any::<u8>(), 0..64)) {
        let _ = decoded::<Postcard, Message>(&bytes);
        let _ = decoded::<Json, Message>(&bytes);
        let _ = decoded::<Ron, Message>(&bytes);
        bytes.iter_mut().for_each(|byte| *byte &= 0x7F);
        let _ = decoded::<Json, Message>(&bytes);
        let _ = decoded::<Ron, Message>(&bytes);
    }

    #[test]
    fn f7_no_damage_makes_a_wire_panic(message in message(), at: prop::sample::Index, byte: u8) {
        fn damaged<W: Encode<Message> + Decode<Message>>(message: &Message, at: usize, byte: u8) {
            let mut payload = encoded::<W, _>(message);
            let at = at % payload.len();
            payload[at] = byte;
            let _ = decoded::<W, Message>(&payload);
            let _ = decoded::<W, Message>(&payload[..at]);
        }
        let at = at.index(1 << 16);
        damaged::<Ron>(&message, at, byte);
        damaged::<Json>(&message, at, byte);
        damaged::<Postcard>(&message, at, byte);
    }
}
