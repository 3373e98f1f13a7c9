//! Types that use serde in as many ways as there are, and values of them.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Debug},
    marker::PhantomData,
    net::IpAddr,
    num::NonZeroU8,
    ops::{Bound, Range},
    time::Duration,
};

use proptest::{collection, option, prelude::*, sample::select};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Visitor};

/// What is written and read without the `ron` crate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Plain {
    Unit,
    Empty {},
    EmptyTuple(),
    OfUnit(()),
    OfUnitStruct(Unit),
    OfTuple((u8, i8)),
    OfNewtype(Newtype),
    OfStruct(Named),
    OfOption(Option<Option<bool>>),
    OfSeq(Vec<()>),
    OfEnum(Box<Plain>),
    Integers(u8, i8, u16, i16, u32, i32, u64, i64),
    Floats {
        single: f32,
        double: f64,
    },
    Text(String, char, Cow<'static, str>),
    Maps(
        BTreeMap<String, Vec<u16>>,
        BTreeMap<(i8, char), Option<String>>,
        BTreeMap<Key, Plain>,
        BTreeMap<bool, ()>,
    ),
    Std(
        Duration,
        Range<i16>,
        Result<u8, String>,
        Bound<i32>,
        IpAddr,
        NonZeroU8,
    ),
    Many(Vec<Plain>, [u8; 3], PhantomData<u8>, BTreeSet<String>),
    #[serde(rename = "type")]
    Type,
    #[serde(rename = "r")]
    R(u8),
    #[serde(rename = "br")]
    Br,
    Inf,
    Adjacent(Adjacent),
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Unit;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Newtype(u8);

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Named {
    an_integer: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    maybe: Option<u8>,
    #[serde(default)]
    nested: Option<Box<Named>>,
    #[serde(skip)]
    _never: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Key {
    A,
    Ab(char),
    Named { a: u8, ab: Option<bool> },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
pub(super) enum Adjacent {
    A,
    B(u8, u8),
    C { x: i8 },
}

/// What takes the `ron` crate to write or to read, in some values at least.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Odd {
    #[serde(rename = "kebab-case")]
    Kebab(u8),
    #[serde(rename = "true")]
    True,
    #[serde(rename = "Some")]
    Some(u8),
    #[serde(rename = "été")]
    Ete {
        x: u8,
    },
    #[serde(rename = "7up")]
    Digit,
    Fields {
        #[serde(rename = "a.b")]
        dotted: u8,
        #[serde(rename = "NaN")]
        keyword: Option<u8>,
    },
    Struct(Renamed),
    Floats(f32, f64),
    Bytes(Bytes),
    Large(Option<u128>, i128),
    Tagged(Tagged),
    Adjacent(Adjacent),
    Untagged(Untagged),
    Flat(Flat),
    Value(ron::Value),
    Raw(Box<ron::value::RawValue>),
    Nested(Box<Odd>),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename = "not an identifier")]
pub(super) struct Renamed(u8);

#[derive(Debug, Clone)]
pub(super) struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Buffer;

        impl Visitor<'_> for Buffer {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.into()))
            }
        }

        deserializer.deserialize_bytes(Buffer)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type")]
pub(super) enum Tagged {
    Unit,
    Named { inner: Vec<Untagged>, at: f64 },
    Newtype(Named),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Untagged {
    Number(u32),
    Text(String),
    Flat(Flat),
    Key(Key),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Flat {
    id: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, u32>,
}

fn char() -> impl Strategy<Value = char> + Clone {
    let special =
        "\0\t\n\r\"'\\\u{1b}\u{7f}\u{85}é日\u{301}\u{200e}\u{2028}\u{feff}😀 ,:()[]{}#/aA0";
    prop_oneof![
        any::<char>(),
        select(special.chars().collect::<Vec<_>>()),
        prop::char::range(' ', '~'),
    ]
}

fn text() -> impl Strategy<Value = String> + Clone {
    collection::vec(char(), 0..12).prop_map(String::from_iter)
}

fn finite() -> impl Strategy<Value = f64> {
    let bits = any::<u64>().prop_map(f64::from_bits);
    let short = any::<(i16, u8)>().prop_map(|(n, d)| f64::from(n) / f64::from(d.max(1)));
    let edges = select(vec![
        0.0,
        -0.0,
        1e16,
        1e-7,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
    ]);
    prop_oneof![bits, short, edges].prop_filter("finite", |float| float.is_finite())
}

fn named() -> impl Strategy<Value = Named> {
    let leaf = any::<(i64, Option<u8>)>().prop_map(|(an_integer, maybe)| Named {
        an_integer,
        maybe,
        ..Named::default()
    });
    (leaf.clone(), option::of(leaf)).prop_map(|(named, nested)| Named {
        nested: nested.map(Box::new),
        ..named
    })
}

fn key() -> impl Strategy<Value = Key> + Clone {
    prop_oneof![
        Just(Key::A),
        char().prop_map(Key::Ab),
        any::<(u8, Option<bool>)>().prop_map(|(a, ab)| Key::Named { a, ab }),
    ]
}

fn std() -> impl Strategy<Value = Plain> {
    let result = prop_oneof![any::<u8>().prop_map(Ok), text().prop_map(Err)];
    let bound = prop_oneof![
        any::<i32>().prop_map(Bound::Included),
        any::<i32>().prop_map(Bound::Excluded),
        Just(Bound::Unbounded),
    ];
    let rest = any::<(u32, Range<i16>, IpAddr, NonZeroU8)>();
    (result, bound, rest).prop_map(|(result, bound, (millis, range, ip, not_zero))| {
        let duration = Duration::from_millis(millis.into());
        Plain::Std(duration, range, result, bound, ip, not_zero)
    })
}

pub(super) fn plain() -> impl Strategy<Value = Plain> {
    let leaf = prop_oneof![
        select(vec![
            Plain::Unit,
            Plain::Empty {},
            Plain::EmptyTuple(),
            Plain::OfUnit(()),
            Plain::OfUnitStruct(Unit),
            Plain::Type,
            Plain::Br,
            Plain::Inf,
            Plain::Adjacent(Adjacent::A),
        ]),
        any::<(u8, i8)>().prop_map(Plain::OfTuple),
        any::<u8>().prop_map(|n| Plain::OfNewtype(Newtype(n))),
        any::<u8>().prop_map(Plain::R),
        named().prop_map(Plain::OfStruct),
        any::<Option<Option<bool>>>().prop_map(Plain::OfOption),
        (0..4_usize).prop_map(|len| Plain::OfSeq(vec![(); len])),
        any::<(u8, i8, u16, i16, u32, i32, u64, i64)>()
            .prop_map(|(a, b, c, d, e, f, g, h)| Plain::Integers(a, b, c, d, e, f, g, h)),
        finite().prop_map(|double| Plain::Floats {
            single: Some(double as f32)
                .filter(|float| float.is_finite())
                .unwrap_or(f32::MAX),
            double,
        }),
        (text(), char(), text()).prop_map(|(a, b, c)| Plain::Text(a, b, c.into())),
        any::<(u8, u8)>().prop_map(|(a, b)| Plain::Adjacent(Adjacent::B(a, b))),
        std(),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let maps = (
            collection::btree_map(text(), any::<Vec<u16>>(), 0..3),
            collection::btree_map((any::<i8>(), char()), option::of(text()), 0..3),
            collection::btree_map(key(), inner.clone(), 0..3),
            collection::btree_map(any::<bool>(), Just(()), 0..3),
        );
        let many = (
            collection::vec(inner.clone(), 0..3),
            any::<[u8; 3]>(),
            collection::btree_set(text(), 0..3),
        );
        prop_oneof![
            inner.prop_map(|plain| Plain::OfEnum(Box::new(plain))),
            maps.prop_map(|(a, b, c, d)| Plain::Maps(a, b, c, d)),
            many.prop_map(|(a, b, c)| Plain::Many(a, b, PhantomData, c)),
        ]
    })
}

pub(super) fn odd() -> impl Strategy<Value = Odd> {
    let flat = (
        any::<u8>(),
        collection::btree_map(text(), any::<u32>(), 0..3),
    )
        .prop_map(|(id, rest)| Flat { id, rest });
    let untagged = prop_oneof![
        any::<u32>().prop_map(Untagged::Number),
        text().prop_map(Untagged::Text),
        flat.clone().prop_map(Untagged::Flat),
        key().prop_map(Untagged::Key),
    ];
    let inner = collection::vec(untagged.clone(), 0..3);
    let raw = select(vec!["1", " (a:/**/1)", "'x'", "[1,2]", "\"\\n\"", "A(3)"]);
    let leaf = prop_oneof![
        any::<u8>().prop_map(Odd::Kebab),
        any::<u8>().prop_map(Odd::Some),
        any::<u8>().prop_map(|x| Odd::Ete { x }),
        any::<u8>().prop_map(|n| Odd::Struct(Renamed(n))),
        any::<(u8, Option<u8>)>().prop_map(|(dotted, keyword)| Odd::Fields { dotted, keyword }),
        select(vec![Odd::True, Odd::Digit, Odd::Tagged(Tagged::Unit)]),
        any::<(u32, u64)>().prop_map(|(a, b)| Odd::Floats(f32::from_bits(a), f64::from_bits(b))),
        select(vec![f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY])
            .prop_map(|float| Odd::Floats(float as f32, float)),
        any::<Vec<u8>>().prop_map(|bytes| Odd::Bytes(Bytes(bytes))),
        any::<(Option<u128>, i128)>().prop_map(|(a, b)| Odd::Large(a, b)),
        (inner, finite()).prop_map(|(inner, at)| Odd::Tagged(Tagged::Named { inner, at })),
        named().prop_map(|named| Odd::Tagged(Tagged::Newtype(named))),
        any::<i8>().prop_map(|x| Odd::Adjacent(Adjacent::C { x })),
        untagged.prop_map(Odd::Untagged),
        flat.prop_map(Odd::Flat),
        any::<(bool, u8)>().prop_map(|(flag, n)| Odd::Value(ron::Value::Seq(vec![
            ron::Value::Bool(flag),
            ron::Value::Number(n.into()),
        ]))),
        raw.prop_map(|ron| Odd::Raw(
            ron::value::RawValue::from_boxed_ron(ron.into()).expect("it is RON")
        )),
    ];
    leaf.prop_recursive(2, 4, 1, |inner| {
        inner.prop_map(|odd| Odd::Nested(Box::new(odd)))
    })
}
