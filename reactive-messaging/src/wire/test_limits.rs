//! No message, whatever it nests or declares, takes more than the limits allow.

use std::{collections::BTreeMap, fmt, thread};

use ron::value::RawValue;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{SeqAccess, Visitor},
};

use super::{
    Decode, Encode, Json, Postcard, Ron,
    test_messages::{decoded, encoded},
};
use crate::error::DecodeError;

/// Every way in which a type can contain itself.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Tree {
    Leaf,
    Node(Box<Tree>),
    Many(Vec<Tree>),
    Opt(Option<Box<Tree>>),
    Pair((), Box<Tree>),
    Named { tree: Box<Tree> },
    Map(BTreeMap<u8, Tree>),
    Newtype(Newtype),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Newtype(Box<Tree>);

/// A type without an end: nothing of the payload is consumed on the way down.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Endless(Box<Endless>);

impl Tree {
    /// Wraps `inner`, and tells how many levels that adds.
    fn wrap(inner: Self, kind: usize) -> (Self, usize) {
        let inner = Box::new(inner);
        match kind % 7 {
            0 => (Self::Node(inner), 1),
            1 => (Self::Many(vec![*inner]), 2),
            2 => (Self::Opt(Some(inner)), 2),
            3 => (Self::Pair((), inner), 1),
            4 => (Self::Named { tree: inner }, 1),
            5 => (Self::Map([(7, *inner)].into()), 2),
            _ => (Self::Newtype(Newtype(inner)), 2),
        }
    }
}

/// Runs where a recursion that does not stop early would overflow the stack.
fn on_a_small_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = thread::Builder::new().stack_size(512 * 1024).spawn(run);
    thread.expect("a thread").join().expect("no panic")
}

fn too_deep<W: Decode<M>, M: Send + 'static>(payload: Vec<u8>) {
    let error = on_a_small_stack(move || decoded::<W, M>(&payload).err());
    assert_eq!(error, Some(DecodeError::TooDeep { max: 32 }));
}

/// A message that consists of `open` and, if it is well-formed, of what closes it.
fn nested(open: &str, leaf: &str, close: &str) -> Vec<u8> {
    [&open.repeat(10_000), leaf, &close.repeat(10_000)]
        .concat()
        .into()
}

#[test]
fn f8_ron_nested_10000_deep_is_a_typed_error() {
    for (open, close) in [
        ("Node(", ")"),
        ("Many([", "])"),
        ("Opt(Some(", "))"),
        ("Pair((),", ")"),
        ("Named(tree:", ")"),
        ("Map({1:", "})"),
        ("Newtype((", "))"),
    ] {
        too_deep::<Ron, Tree>(nested(open, "Leaf", close));
        too_deep::<Ron, Tree>(nested(open, "", ""));
    }
    too_deep::<Ron, Endless>(nested("(", "", ")"));
    // extensions let a message recurse without a byte for each level
    too_deep::<Ron, Endless>(b"#![enable(unwrap_newtypes)] x".to_vec());
    // ron recurses into what it skips
    too_deep::<Ron, Ignoring>([&b"(ignored:"[..], &nested("[", "", "]")].concat());
    too_deep::<Ron, Box<RawValue>>(nested("[", "", "]"));
}

#[test]
fn f8_json_nested_10000_deep_is_a_typed_error() {
    for (open, close) in [
        (r#"{"Node":"#, "}"),
        (r#"{"Many":["#, "]}"),
        (r#"{"Opt":"#, "}"),
        (r#"{"Pair":[null,"#, "]}"),
        (r#"{"Named":{"tree":"#, "}}"),
        (r#"{"Map":{"1":"#, "}}"),
        (r#"{"Newtype":"#, "}"),
    ] {
        too_deep::<Json, Tree>(nested(open, r#""Leaf""#, close));
        too_deep::<Json, Tree>(nested(open, "", ""));
    }
    too_deep::<Json, Endless>(b"0".to_vec());
    too_deep::<Json, serde_json::Value>(nested("[", "", "]"));
    let ignored = [&br#"{"ignored":"#[..], &nested("[", "", "]"), b"}"].concat();
    let read = on_a_small_stack(move || decoded::<Json, Ignoring>(&ignored));
    assert_eq!(read, Ok(Ignoring {}), "serde_json skips without recursion");
}

#[derive(Debug, PartialEq, Deserialize)]
struct Ignoring {}

#[test]
fn f9_postcard_nested_10000_deep_is_a_typed_error() {
    for open in [&[1][..], &[2, 1], &[3, 1], &[4], &[5], &[6, 1, 7], &[7]] {
        too_deep::<Postcard, Tree>([open.repeat(10_000), vec![0]].concat());
    }
    too_deep::<Postcard, Endless>(vec![0]);
}

fn deepest<W: Encode<Tree> + Decode<Tree>>() {
    for kind in 0..7 {
        let (mut tree, mut levels) = (Tree::Leaf, 0);
        for step in 0.. {
            let (wrapped, added) = Tree::wrap(tree, if step == 0 { kind } else { step });
            (tree, levels) = (wrapped, levels + added);
            let payload = encoded::<W, _>(&tree);
            let read = on_a_small_stack(move || decoded::<W, Tree>(&payload));
            if levels > 32 {
                assert_eq!(read, Err(DecodeError::TooDeep { max: 32 }), "{}", W::NAME);
                break;
            }
            assert_eq!(read.as_ref(), Ok(&tree), "{} levels of {}", levels, W::NAME);
        }
    }
}

#[test]
fn every_wire_counts_the_same_32_levels() {
    deepest::<Ron>();
    deepest::<Json>();
    deepest::<Postcard>();
}

#[test]
fn f10_postcard_counts_that_the_payload_cannot_hold_are_typed_errors() {
    let two_to_the_60 = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10];
    let payload = [&[9], &two_to_the_60[..], &[0; 5]].concat();
    let refused = DecodeError::LengthOutOfBounds { offset: Some(1) };
    assert_eq!(
        decoded::<Postcard, (u8, Vec<()>)>(&payload),
        Err(refused.clone())
    );
    assert_eq!(
        decoded::<Postcard, (u8, Vec<String>)>(&payload),
        Err(refused.clone())
    );
    assert_eq!(
        decoded::<Postcard, (u8, BTreeMap<u8, ()>)>(&payload),
        Err(refused.clone())
    );
    // one more than the bytes that remain
    assert_eq!(
        decoded::<Postcard, (u8, Vec<()>)>(&[9, 3, 0, 0]),
        Err(refused)
    );
    // a count that the type knows is no claim of the payload
    assert_eq!(decoded::<Postcard, (u8, [(); 30])>(&[9]), Ok((9, [(); 30])));
}

#[test]
fn f10_counts_of_elements_without_bytes_do_not_add_up_to_the_square_of_the_payload() {
    // 20,000 sequences of as many `()` as there are bytes behind each of them
    let mut payload = vec![0xA0, 0x9C, 0x01];
    for left in (0..20_000_u32).rev() {
        let count = (left * 3).min(16_384);
        payload.extend([
            count as u8 | 0x80,
            (count >> 7) as u8 | 0x80,
            (count >> 14) as u8,
        ]);
    }
    let read = decoded::<Postcard, Vec<Vec<()>>>(&payload);
    assert!(matches!(read, Err(DecodeError::LengthOutOfBounds { .. })));
}

/// Remembers for how many elements it was asked to reserve room.
#[derive(Debug, PartialEq)]
struct Hinted(Option<usize>);

impl<'de> Deserialize<'de> for Hinted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Hint;

        impl<'de> Visitor<'de> for Hint {
            type Value = Hinted;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut bytes: A) -> Result<Hinted, A::Error> {
                let hint = bytes.size_hint();
                while bytes.next_element::<u8>()?.is_some() {}
                Ok(Hinted(hint))
            }
        }

        deserializer.deserialize_seq(Hint)
    }
}

#[test]
fn no_more_than_a_step_is_reserved_for_what_is_merely_declared() {
    let hinted = |len| decoded::<Postcard, Hinted>(&encoded::<Postcard, _>(&vec![0_u8; len]));
    assert_eq!(hinted(10), Ok(Hinted(Some(10))));
    assert_eq!(hinted(10_000), Ok(Hinted(Some(4096 / 64))));
}
