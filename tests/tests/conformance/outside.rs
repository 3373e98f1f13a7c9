//! Messages as bytes without a connection: `ReactiveProtocol::encode` and `decode`.

use arrayvec::ArrayVec;
use reactive_messaging::{DecodeError, EncodeError, Fixed, ReactiveProtocol};
use serde::{Deserialize, Serialize};

/// The same messages on a wire that lets them grow.
macro_rules! messages {
    ($($module:ident: $wire:ident;)*) => { $(
        mod $module {
            use super::*;
            use reactive_messaging::wire::$wire;

            #[derive(Debug, Clone, PartialEq, ReactiveProtocol, Serialize, Deserialize)]
            #[derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
            #[protocol(wire = $wire, max_frame_len = 64)]
            enum Message {
                Hello,
                Bytes(Vec<u8>),
                #[allow(dead_code)]
                Failing(Failing),
            }

            #[test]
            fn what_is_written_is_read_back_behind_what_was_there() {
                assert_read_back(&[
                    Message::Hello,
                    Message::Bytes(Vec::new()),
                    Message::Bytes(vec![7; 5]),
                ]);
            }

            #[test]
            fn f14_what_cannot_be_written_leaves_the_buffer_as_it_was() {
                let mut out = b"kept".to_vec();
                let long = Message::Bytes(vec![7; 65]).encode(&mut out);
                assert!(matches!(long, Err(EncodeError::TooLong { len: 65.., max: 64 })), "{long:?}");
                let failing = Message::Failing(Failing).encode(&mut out);
                assert!(matches!(failing, Err(EncodeError::Serialize(_))), "{failing:?}");
                assert_eq!(out, b"kept");
            }

            #[test]
            fn f13_other_lengths_are_typed_errors() {
                assert_eq!(Message::decode(&[]), Err(DecodeError::Empty));
                let too_long = Err(DecodeError::TooLong { max: 64 });
                assert_eq!(Message::decode(&[b' '; 65]), too_long);
                let mut hello = Vec::new();
                Message::Hello.encode(&mut hello).expect("a form");
                for len in 1..hello.len() {
                    let cut = Message::decode(&hello[..len]);
                    assert!(matches!(cut, Err(DecodeError::Malformed { .. })), "{cut:?}");
                }
                let more = Message::decode(&[&hello[..], b"x"].concat());
                let is_typed = matches!(
                    more,
                    Err(DecodeError::Malformed { .. } | DecodeError::TrailingBytes { .. })
                );
                assert!(is_typed, "{more:?}");
            }
        }
    )* };
}

messages! {
    ron: Ron;
    json: Json;
    postcard: Postcard;
    rkyv_archives: Rkyv;
}

/// Has no form.
#[derive(Debug, Clone, PartialEq)]
struct Failing;

impl Serialize for Failing {
    fn serialize<S: serde::Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("no form"))
    }
}

impl<'de> Deserialize<'de> for Failing {
    fn deserialize<D: serde::Deserializer<'de>>(_deserializer: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("no form"))
    }
}

impl rkyv::Archive for Failing {
    type Archived = ();
    type Resolver = ();

    fn resolve(&self, _resolver: (), _out: rkyv::Place<()>) {}
}

impl<S: rkyv::rancor::Fallible<Error: rkyv::rancor::Source>> rkyv::Serialize<S> for Failing {
    fn serialize(&self, _serializer: &mut S) -> Result<(), S::Error> {
        rkyv::rancor::fail!(std::fmt::Error)
    }
}

impl<D: rkyv::rancor::Fallible<Error: rkyv::rancor::Source>> rkyv::Deserialize<Failing, D> for () {
    fn deserialize(&self, _deserializer: &mut D) -> Result<Failing, D::Error> {
        rkyv::rancor::fail!(std::fmt::Error)
    }
}

#[track_caller]
fn assert_read_back<M: ReactiveProtocol + PartialEq + std::fmt::Debug>(messages: &[M]) {
    for message in messages {
        let mut out = b"kept".to_vec();
        message.encode(&mut out).expect("a form on its wire");
        assert_eq!(out[..4], *b"kept");
        assert_eq!(M::decode(&out[4..]).as_ref(), Ok(message));
    }
}

#[derive(Debug, PartialEq, ReactiveProtocol)]
#[protocol(wire = Fixed, max_frame_len = 7)]
enum Record {
    Hello,
    Bytes(ArrayVec<u8, 5>),
}

#[test]
fn records_are_read_back() {
    let bytes = ArrayVec::from_iter([1, 2, 3]);
    assert_read_back(&[Record::Hello, Record::Bytes(bytes)]);
}

#[test]
fn f13_records_of_other_lengths_are_typed_errors() {
    assert_eq!(Record::decode(&[]), Err(DecodeError::Empty));
    let too_long = Err(DecodeError::TooLong { max: 7 });
    assert_eq!(Record::decode(&[0; 8]), too_long);
    for len in 1..7 {
        let cut = Record::decode(&vec![0; len]);
        let at = cut.as_ref().err().and_then(DecodeError::offset);
        assert!(matches!(cut, Err(DecodeError::Malformed { .. })), "{cut:?}");
        assert_eq!(at, Some(len));
    }
}

/// A record is shorter than the limit here: what goes on behind it is another mistake.
#[derive(Debug, PartialEq, ReactiveProtocol)]
#[protocol(wire = Fixed)]
enum Short {
    Hello,
}

#[test]
fn f13_bytes_behind_a_record_are_trailing() {
    let trailing = Err(DecodeError::TrailingBytes { offset: 1 });
    assert_eq!(Short::decode(&[0, 0]), trailing);
    assert_eq!(Short::decode(&[0]), Ok(Short::Hello));
}
