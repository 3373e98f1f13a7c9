//! Both ways of writing give the same text, both ways of reading the same values.

use std::fmt::Debug;

use proptest::{collection, prelude::*, sample::select};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    decode_by_crate, encode_by_crate, parse, print,
    test_types::{
        Adjacent, Flat, Key, Named, Newtype, Odd, Plain, Tagged, Unit, Untagged, odd, plain,
    },
};
use crate::wire::DecodeLimits;

pub(super) fn by_crate<M: Serialize>(message: &M) -> Option<String> {
    let mut out = Vec::new();
    encode_by_crate(message, &mut out).ok()?;
    Some(String::from_utf8(out).expect("text"))
}

pub(super) fn printed<M: Serialize>(message: &M) -> Option<String> {
    let mut out = Vec::new();
    let printed = print::print(message, &mut out);
    printed.then(|| String::from_utf8(out).expect("text"))
}

/// What is parsed is what the `ron` crate reads; tells whether anything was parsed.
pub(super) fn agree<M: DeserializeOwned + Debug>(text: &str, limits: &DecodeLimits) -> bool {
    let Some(parsed) = parse::parse::<M>(text, limits) else {
        return false;
    };
    // `Debug` tells -0.0 from 0.0, and takes NaN to be NaN
    let parsed = format!("{parsed:?}");
    match decode_by_crate::<M>(text, limits) {
        Ok(read) => assert_eq!(parsed, format!("{read:?}"), "{text}"),
        Err(error) => panic!("{text} was parsed as {parsed}: {error}"),
    }
    true
}

macro_rules! agree_as {
    ($text:expr, $limits:expr, $($type:ty),* $(,)?) => { $( agree::<$type>($text, $limits); )* };
}

fn agree_as_any_type(text: &str, limits: &DecodeLimits) {
    agree_as!(
        text, limits, Plain, Odd, Key, Named, Newtype, Unit, Adjacent, Tagged, Untagged, Flat
    );
    agree_as!(
        text, limits, bool, u8, i8, u16, i16, u32, i32, u64, i64, u128, f32, f64, char
    );
    agree_as!(
        text,
        limits,
        (),
        String,
        Option<Option<()>>,
        Option<i8>,
        Vec<f64>,
        Vec<Vec<()>>
    );
    agree_as!(text, limits, (u8, String), [char; 2], std::collections::BTreeMap<i16, bool>);
    agree_as!(text, limits, std::collections::BTreeMap<String, Key>, Vec<Newtype>, Vec<Key>);
    agree_as!(
        text,
        limits,
        std::time::Duration,
        std::ops::RangeTo<u8>,
        std::ops::Range<f32>
    );
    agree_as!(
        text,
        limits,
        ron::Value,
        Box<ron::value::RawValue>,
        serde::de::IgnoredAny
    );
}

/// Bits and pieces of RON.
fn token() -> impl Strategy<Value = String> {
    let tokens = "( ) [ ] { } : , \" ' \\ # _ . + - e E 0 1 9 42 007 -1 0x1f 1_0 1.5 1. .5 1e3 -0.0 \
        1u8 2f32 18446744073709551615 18446744073709551616 9223372036854775808 true false None Some \
        Some( () A Ab Ab( (a: ab: t:B c: id: inf NaN -inf r#type r#\"x\"# b'a' b\"b\" r# // /**/ \
        #![enable(implicit_some)] \\n \\' \\u{e9} \\u{ \\x41 \"a\" 'a' ''' .. ..= 1..2 é \u{200e}";
    let mut tokens: Vec<_> = tokens.split(' ').map(String::from).collect();
    tokens.extend([" ", "\n", "\t", "\0", "\\\n ", "'''"].map(String::from));
    select(tokens)
}

/// A place of a text, how many characters go there, and what comes instead.
pub(super) fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, usize, String)>> {
    let inserted = prop_oneof![
        4 => token(),
        2 => Just(String::new()),
        1 => any::<char>().prop_map(String::from),
    ];
    collection::vec((any::<prop::sample::Index>(), 0..3_usize, inserted), 1..4)
}

pub(super) fn changed(text: &str, changes: &[(prop::sample::Index, usize, String)]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (at, removed, inserted) in changes {
        let at = at.index(chars.len() + 1);
        let end = (at + removed).min(chars.len());
        chars.splice(at..end, inserted.chars());
    }
    chars.into_iter().collect()
}

pub(super) fn limits() -> impl Strategy<Value = DecodeLimits> {
    prop_oneof![2 => Just(32), 1 => 0..8_usize].prop_map(|max_depth| DecodeLimits {
        max_depth,
        ..DecodeLimits::default()
    })
}

proptest! {
    #[test]
    fn canonical_text_takes_the_fast_way(message in plain(), limits in limits()) {
        let text = by_crate(&message).expect("it can be written");
        prop_assert_eq!(printed(&message), Some(text.clone()));
        let read = decode_by_crate::<Plain>(&text, &limits);
        prop_assert_eq!(agree::<Plain>(&text, &limits), read.is_ok(), "{}", text);
    }

    #[test]
    fn what_is_odd_is_the_same_both_ways(message in odd(), limits in limits()) {
        if let Some(text) = printed(&message) {
            prop_assert_eq!(Some(text), by_crate(&message));
        }
        if let Some(text) = by_crate(&message) {
            agree::<Odd>(&text, &limits);
        }
    }

    #[test]
    fn damaged_text_is_the_same_both_ways(
        message in plain(),
        changes in changes(),
        limits in limits(),
    ) {
        let text = by_crate(&message).expect("it can be written");
        agree_as_any_type(&changed(&text, &changes), &limits);
    }

    #[test]
    fn damaged_odd_text_is_the_same_both_ways(message in odd(), changes in changes()) {
        if let Some(text) = by_crate(&message) {
            agree_as_any_type(&changed(&text, &changes), &DecodeLimits::default());
        }
    }

    #[test]
    fn any_tokens_are_the_same_both_ways(tokens in collection::vec(token(), 0..6)) {
        agree_as_any_type(&tokens.concat(), &DecodeLimits::default());
    }

    #[test]
    fn digits_are_the_same_both_ways(digits in "-?[0-9]{1,21}", tail in "[-,).:/ 0-9_a-z+\u{3a}é]{0,9}") {
        let limits = DecodeLimits::default();
        agree_as!(&digits, &limits, u8, i8, u16, i16, u32, i32, u64, i64, f32, f64);
        agree_as!(&format!("{digits}{tail}"), &limits, u64, i64, f64);
        let text = format!("[{digits}{tail},{digits}]");
        agree_as!(&text, &limits, Vec<u8>, Vec<i16>, Vec<u64>, Vec<i64>, Vec<f64>);
    }
}
