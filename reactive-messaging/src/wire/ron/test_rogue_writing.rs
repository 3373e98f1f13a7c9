//! No `Serialize`, however it misuses serde, writes another text in one way than in the other.

use proptest::{collection, prelude::*, sample::select};
use serde::{
    Serialize, Serializer,
    ser::{
        Error, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};

use super::test_equivalence::{by_crate, printed};

/// What is written, by calls with these names.
#[derive(Debug, Clone)]
enum Shape {
    /// An error of its own.
    Error,
    Integer(i64),
    Large(u128),
    Float(f32),
    Text(String),
    Char(char),
    Bytes(Vec<u8>),
    None,
    Unit,
    Displayed(String),
    UnitStruct(&'static str),
    UnitVariant(&'static str, &'static str),
    Some(Box<Shape>),
    Newtype(&'static str, Box<Shape>),
    NewtypeVariant(&'static str, &'static str, Box<Shape>),
    Seq(Vec<Item>),
    Tuple(Vec<Item>),
    TupleStruct(&'static str, Vec<Item>),
    TupleVariant(&'static str, &'static str, Vec<Item>),
    Map(Vec<(bool, Item)>),
    Struct(&'static str, Vec<(&'static str, Item)>),
    StructVariant(&'static str, &'static str, Vec<(&'static str, Item)>),
}

/// Part of another shape; its error may be ignored.
#[derive(Debug, Clone)]
struct Item {
    shape: Shape,
    forgiven: bool,
}

impl Item {
    fn checked<E>(&self, written: Result<(), E>) -> Result<(), E> {
        if self.forgiven { Ok(()) } else { written }
    }
}

macro_rules! items {
    ($items:ident, $writer:expr, $method:ident) => {{
        let mut writer = $writer?;
        for item in $items {
            item.checked(writer.$method(&item.shape))?;
        }
        writer.end()
    }};
}

macro_rules! fields {
    ($fields:ident, $writer:expr) => {{
        let mut writer = $writer?;
        for (name, item) in $fields {
            item.checked(writer.serialize_field(name, &item.shape))?;
        }
        writer.end()
    }};
}

impl Serialize for Shape {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Error => Err(S::Error::custom("an error of its own")),
            Self::Integer(value) => writer.serialize_i64(*value),
            Self::Large(value) => writer.serialize_u128(*value),
            Self::Float(value) => writer.serialize_f32(*value),
            Self::Text(text) => writer.serialize_str(text),
            Self::Char(char) => writer.serialize_char(*char),
            Self::Bytes(bytes) => writer.serialize_bytes(bytes),
            Self::None => writer.serialize_none(),
            Self::Unit => writer.serialize_unit(),
            Self::Displayed(text) => writer.collect_str(text),
            Self::UnitStruct(name) => writer.serialize_unit_struct(name),
            Self::UnitVariant(name, variant) => writer.serialize_unit_variant(name, 0, variant),
            Self::Some(shape) => writer.serialize_some(shape),
            Self::Newtype(name, shape) => writer.serialize_newtype_struct(name, shape),
            Self::NewtypeVariant(name, variant, shape) => {
                writer.serialize_newtype_variant(name, 0, variant, shape)
            }
            Self::Seq(items) => items!(items, writer.serialize_seq(None), serialize_element),
            Self::Tuple(items) => items!(items, writer.serialize_tuple(9), serialize_element),
            Self::TupleStruct(name, items) => {
                items!(
                    items,
                    writer.serialize_tuple_struct(name, 9),
                    serialize_field
                )
            }
            Self::TupleVariant(name, variant, items) => {
                let writer = writer.serialize_tuple_variant(name, 0, variant, 9);
                items!(items, writer, serialize_field)
            }
            Self::Map(items) => {
                let mut writer = writer.serialize_map(Some(9))?;
                for (is_key, item) in items {
                    let written = match is_key {
                        true => writer.serialize_key(&item.shape),
                        false => writer.serialize_value(&item.shape),
                    };
                    item.checked(written)?;
                }
                writer.end()
            }
            Self::Struct(name, fields) => fields!(fields, writer.serialize_struct(name, 9)),
            Self::StructVariant(name, variant, fields) => {
                fields!(fields, writer.serialize_struct_variant(name, 0, variant, 9))
            }
        }
    }
}

fn shape() -> impl Strategy<Value = Shape> {
    let name = || {
        let odd = select(vec![
            "",
            "7",
            "a.b",
            "true",
            "Some",
            "inff32",
            "NaN",
            "é",
            "two words",
            "two\nlines",
            "$ron::private::RawValue",
            "$serde_json::private::Number",
        ]);
        let plain = select(vec![
            "A",
            "Ab",
            "_",
            "a_1",
            "r",
            "Infinity",
            "true_",
            "Range",
            "RangeFull",
        ]);
        prop_oneof![1 => odd, 9 => plain]
    };
    let leaf = prop_oneof![
        1 => Just(Shape::Error),
        6 => any::<i64>().prop_map(Shape::Integer),
        1 => any::<u128>().prop_map(Shape::Large),
        6 => any::<u32>().prop_map(|bits| Shape::Float(f32::from_bits(bits))),
        6 => any::<String>().prop_map(Shape::Text),
        6 => any::<char>().prop_map(Shape::Char),
        1 => any::<Vec<u8>>().prop_map(Shape::Bytes),
        6 => select(vec![Shape::None, Shape::Unit]),
        6 => any::<String>().prop_map(Shape::Displayed),
        6 => name().prop_map(Shape::UnitStruct),
        6 => (name(), name()).prop_map(|(name, variant)| Shape::UnitVariant(name, variant)),
    ];
    leaf.prop_recursive(4, 12, 4, move |inner| {
        let item =
            (inner.clone(), any::<bool>()).prop_map(|(shape, forgiven)| Item { shape, forgiven });
        let items = collection::vec(item.clone(), 0..4);
        let fields = collection::vec((name(), item.clone()), 0..4);
        let boxed = inner.prop_map(Box::new);
        prop_oneof![
            boxed.clone().prop_map(Shape::Some),
            (name(), boxed.clone()).prop_map(|(name, shape)| Shape::Newtype(name, shape)),
            (name(), name(), boxed)
                .prop_map(|(name, variant, shape)| { Shape::NewtypeVariant(name, variant, shape) }),
            items.clone().prop_map(Shape::Seq),
            items.clone().prop_map(Shape::Tuple),
            (name(), items.clone()).prop_map(|(name, items)| Shape::TupleStruct(name, items)),
            (name(), name(), items)
                .prop_map(|(name, variant, items)| { Shape::TupleVariant(name, variant, items) }),
            collection::vec((any::<bool>(), item), 0..6).prop_map(Shape::Map),
            (name(), fields.clone()).prop_map(|(name, fields)| Shape::Struct(name, fields)),
            (name(), name(), fields).prop_map(|(name, variant, fields)| {
                Shape::StructVariant(name, variant, fields)
            }),
        ]
    })
}

/// Tells whether anything was printed.
fn agree(shape: &Shape) -> bool {
    let printed = printed(shape);
    if printed.is_some() {
        assert_eq!(printed, by_crate(shape));
    }
    printed.is_some()
}

proptest! {
    #[test]
    fn rogues_write_the_same_both_ways(shape in shape()) {
        agree(&shape);
    }
}

#[test]
fn an_error_is_final_whoever_gets_it() {
    let item = |shape, forgiven| Item { shape, forgiven };
    let forgiven = |shape| vec![item(Shape::Integer(1), false), item(shape, true)];
    assert!(agree(&Shape::Seq(forgiven(Shape::Unit))));
    assert!(!agree(&Shape::Seq(forgiven(Shape::Bytes(vec![1])))));
    assert!(!agree(&Shape::Struct(
        "A",
        vec![("a b", item(Shape::Unit, true))]
    )));
    assert!(!agree(&Shape::Map(vec![(
        true,
        item(Shape::Large(1), true)
    )])));
}

#[test]
fn what_nests_too_deep_is_refused_both_ways() {
    let integer = || Box::new(Shape::Integer(1));
    let item = |shape: Box<Shape>| Item {
        shape: *shape,
        forgiven: false,
    };
    // the crate allows for one level more for every list that it has written
    let list = || Box::new(Shape::Seq(vec![]));
    let wraps: [&dyn Fn(Box<Shape>) -> Shape; 4] = [
        &Shape::Some,
        &|shape| Shape::NewtypeVariant("A", "B", shape),
        &|shape| Shape::Tuple(vec![item(shape)]),
        &|shape| Shape::Seq(vec![item(list()), item(list()), item(shape)]),
    ];
    for wrap in wraps {
        let mut shape = integer();
        for levels in 1..140 {
            shape = Box::new(wrap(shape));
            assert_eq!(agree(&shape), levels <= 128, "{levels}");
        }
    }
}
