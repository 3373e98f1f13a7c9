//! No `Deserialize`, however it misuses serde, reads another value in one way than in the other.
//!
//! A derived one asks for every element until there is none, and returns the first error. Those
//! written by hand may stop early, may put a default in an error's place and go on, may read keys
//! without values, or nothing at all.

use std::fmt::{self, Write};

use proptest::{collection, prelude::*, sample::select};
use serde::{
    Deserializer,
    de::{DeserializeSeed, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor},
};

use super::{
    parse::parse_seed,
    test_equivalence::{changed, changes, limits},
};
use crate::wire::{DecodeLimits, budget::Budget, limited::Limited};

/// What is asked for.
#[derive(Debug, Clone)]
enum Shape {
    /// Returns without a look at the text, with an error or not.
    Nothing(bool),
    /// Puts a default in the place of an error.
    Forgiving(Box<Shape>),
    Any,
    Ignored,
    Bool,
    Signed,
    Unsigned,
    Float,
    Char,
    String,
    Identifier,
    Unit,
    UnitStruct,
    /// What is there decides, and not the shape.
    Option(Box<Shape>),
    Newtype(Box<Shape>),
    Seq(Vec<Shape>),
    Tuple(Vec<Shape>),
    Map(Vec<Entry>),
    Struct(Vec<Entry>),
    Enum(Box<Shape>, Content),
}

#[derive(Debug, Clone)]
enum Entry {
    Both(Shape, Shape),
    Key(Shape),
    Value(Shape),
}

#[derive(Debug, Clone)]
enum Content {
    Ignored,
    Unit,
    Newtype(Box<Shape>),
    Tuple(Vec<Shape>),
    Struct(Vec<Entry>),
}

/// Reads a shape, and writes down what came.
struct Rogue<'a>(&'a Shape);

impl<'de> DeserializeSeed<'de> for Rogue<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        match self.0 {
            Shape::Nothing(true) => Ok("nothing".into()),
            Shape::Nothing(false) => Err(D::Error::custom("without a look")),
            Shape::Forgiving(shape) => {
                Ok(Rogue(shape).deserialize(deserializer).unwrap_or("?".into()))
            }
            Shape::Any => deserializer.deserialize_any(self),
            Shape::Ignored => deserializer.deserialize_ignored_any(self),
            Shape::Bool => deserializer.deserialize_bool(self),
            Shape::Signed => deserializer.deserialize_i8(self),
            Shape::Unsigned => deserializer.deserialize_u64(self),
            Shape::Float => deserializer.deserialize_f64(self),
            Shape::Char => deserializer.deserialize_char(self),
            Shape::String => deserializer.deserialize_str(self),
            Shape::Identifier => deserializer.deserialize_identifier(self),
            Shape::Unit => deserializer.deserialize_unit(self),
            Shape::UnitStruct => deserializer.deserialize_unit_struct("A", self),
            Shape::Option(_) => deserializer.deserialize_option(self),
            Shape::Newtype(_) => deserializer.deserialize_newtype_struct("A", self),
            Shape::Seq(_) => deserializer.deserialize_seq(self),
            Shape::Tuple(items) => deserializer.deserialize_tuple(items.len(), self),
            Shape::Map(_) => deserializer.deserialize_map(self),
            Shape::Struct(_) => deserializer.deserialize_struct("A", &["a"], self),
            Shape::Enum(..) => deserializer.deserialize_enum("E", &["A"], self),
        }
    }
}

macro_rules! visit {
    ($($method:ident: $type:ty)*) => { $(
        fn $method<E: Error>(self, value: $type) -> Result<String, E> {
            Ok(format!("{}={value:?}", stringify!($method)))
        }
    )* };
}

impl<'de> Visitor<'de> for Rogue<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("whatever")
    }

    visit! {
        visit_bool: bool visit_i8: i8 visit_u8: u8 visit_u16: u16 visit_u32: u32 visit_u64: u64
        visit_f32: f32 visit_f64: f64 visit_char: char visit_str: &str visit_string: String
        visit_borrowed_str: &'de str
    }

    fn visit_unit<E: Error>(self) -> Result<String, E> {
        match self.0 {
            // a visitor may refuse what it gets
            Shape::UnitStruct => Err(E::custom("no unit")),
            _ => Ok("()".into()),
        }
    }

    fn visit_none<E: Error>(self) -> Result<String, E> {
        Ok("None".into())
    }

    fn visit_some<D: Deserializer<'de>>(self, content: D) -> Result<String, D::Error> {
        let (Shape::Option(shape) | Shape::Newtype(shape)) = self.0 else {
            return Err(D::Error::custom("no content"));
        };
        Ok(format!("Some({})", Rogue(shape).deserialize(content)?))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, content: D) -> Result<String, D::Error> {
        self.visit_some(content)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<String, A::Error> {
        let (Shape::Seq(shapes) | Shape::Tuple(shapes)) = self.0 else {
            return Err(A::Error::custom("no sequence"));
        };
        let mut log = String::from("[");
        for shape in shapes {
            let item = match shape {
                Shape::Forgiving(shape) => items.next_element_seed(Rogue(shape)).unwrap_or(None),
                _ => items.next_element_seed(Rogue(shape))?,
            };
            let _ = write!(log, "{item:?},");
        }
        Ok(log)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<String, A::Error> {
        let (Shape::Map(shapes) | Shape::Struct(shapes)) = self.0 else {
            return Err(A::Error::custom("no map"));
        };
        let mut log = String::from("{");
        for shape in shapes {
            if let Entry::Both(key, _) | Entry::Key(key) = shape {
                let key = match key {
                    Shape::Forgiving(key) => entries.next_key_seed(Rogue(key)).unwrap_or(None),
                    _ => entries.next_key_seed(Rogue(key))?,
                };
                let _ = write!(log, "{key:?}:");
            }
            if let Entry::Both(_, value) | Entry::Value(value) = shape {
                let value = match value {
                    Shape::Forgiving(value) => {
                        entries.next_value_seed(Rogue(value)).unwrap_or_default()
                    }
                    _ => entries.next_value_seed(Rogue(value))?,
                };
                let _ = write!(log, "{value},");
            }
        }
        Ok(log)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<String, A::Error> {
        let Shape::Enum(name, content) = self.0 else {
            return Err(A::Error::custom("no enum"));
        };
        let (name, variant) = variant.variant_seed(Rogue(name))?;
        let content = match content {
            Content::Ignored => String::new(),
            Content::Unit => format!("{:?}", variant.unit_variant()?),
            Content::Newtype(shape) => variant.newtype_variant_seed(Rogue(shape))?,
            Content::Tuple(shapes) => {
                variant.tuple_variant(shapes.len(), Rogue(&Shape::Tuple(shapes.clone())))?
            }
            Content::Struct(shapes) => {
                variant.struct_variant(&["a"], Rogue(&Shape::Struct(shapes.clone())))?
            }
        };
        Ok(format!("{name}({content})"))
    }
}

/// A text that has the shape, or nearly so.
fn text(shape: &Shape) -> String {
    let list = |shapes: &[Shape]| shapes.iter().map(text).collect::<Vec<_>>().join(",");
    let entries = |entries: &[Entry]| {
        let entries = entries.iter().map(|entry| match entry {
            Entry::Both(key, value) => format!("{}:{}", text(key), text(value)),
            Entry::Key(key) => text(key),
            Entry::Value(value) => format!(":{}", text(value)),
        });
        entries.collect::<Vec<_>>().join(",")
    };
    match shape {
        Shape::Nothing(_) => String::new(),
        Shape::Forgiving(shape) => text(shape),
        Shape::Any => "'x'".into(),
        Shape::Ignored | Shape::Bool => "true".into(),
        Shape::Signed => "-7".into(),
        Shape::Unsigned => "42".into(),
        Shape::Float => "1.5".into(),
        Shape::Char => r"'\n'".into(),
        Shape::String => r#""a\\""#.into(),
        Shape::Identifier => "a".into(),
        Shape::Unit | Shape::UnitStruct => "()".into(),
        Shape::Option(shape) => format!("Some({})", text(shape)),
        Shape::Newtype(shape) => format!("({})", text(shape)),
        Shape::Seq(shapes) => format!("[{}]", list(shapes)),
        Shape::Tuple(shapes) => format!("({})", list(shapes)),
        Shape::Map(shapes) => format!("{{{}}}", entries(shapes)),
        Shape::Struct(shapes) => format!("({})", entries(shapes)),
        Shape::Enum(name, content) => {
            let content = match content {
                Content::Ignored | Content::Unit => String::new(),
                Content::Newtype(shape) => format!("({})", text(shape)),
                Content::Tuple(shapes) => format!("({})", list(shapes)),
                Content::Struct(shapes) => format!("({})", entries(shapes)),
            };
            text(name) + &content
        }
    }
}

fn shape() -> impl Strategy<Value = Shape> {
    let leaf = select(vec![
        Shape::Nothing(true),
        Shape::Nothing(false),
        Shape::Any,
        Shape::Ignored,
        Shape::Bool,
        Shape::Signed,
        Shape::Unsigned,
        Shape::Float,
        Shape::Char,
        Shape::String,
        Shape::Identifier,
        Shape::Unit,
        Shape::UnitStruct,
    ]);
    leaf.prop_recursive(3, 8, 3, |inner| {
        let list = collection::vec(inner.clone(), 0..4);
        let name = prop_oneof![4 => Just(Shape::Identifier), 1 => inner.clone()];
        let entry = |key: BoxedStrategy<Shape>| {
            let both =
                (key.clone(), inner.clone()).prop_map(|(key, value)| Entry::Both(key, value));
            let (key, value) = (
                key.prop_map(Entry::Key),
                inner.clone().prop_map(Entry::Value),
            );
            collection::vec(prop_oneof![4 => both, 1 => key, 1 => value], 0..4)
        };
        let (entries, fields) = (entry(inner.clone().boxed()), entry(name.clone().boxed()));
        let boxed = inner.clone().prop_map(Box::new);
        let content = prop_oneof![
            Just(Content::Ignored),
            Just(Content::Unit),
            boxed.clone().prop_map(Content::Newtype),
            list.clone().prop_map(Content::Tuple),
            fields.clone().prop_map(Content::Struct),
        ];
        prop_oneof![
            boxed.clone().prop_map(Shape::Forgiving),
            boxed.clone().prop_map(Shape::Option),
            boxed.prop_map(Shape::Newtype),
            list.clone().prop_map(Shape::Seq),
            list.prop_map(Shape::Tuple),
            entries.prop_map(Shape::Map),
            fields.prop_map(Shape::Struct),
            (name, content).prop_map(|(name, content)| Shape::Enum(Box::new(name), content)),
        ]
    })
}

fn by_crate(shape: &Shape, text: &str, limits: &DecodeLimits) -> Result<String, ron::Error> {
    let budget = Budget::new(text.len(), limits);
    let mut deserializer = ron::Deserializer::from_str_with_options(text, &super::options(limits))?;
    let log = Rogue(shape).deserialize(Limited::new(&mut deserializer, &budget))?;
    deserializer.end()?;
    Ok(log)
}

fn agree(shape: &Shape, text: &str, limits: &DecodeLimits) -> bool {
    let Some(parsed) = parse_seed(Rogue(shape), text, limits) else {
        return false;
    };
    assert_eq!(Ok(parsed), by_crate(shape, text, limits), "{text:?}");
    true
}

proptest! {
    #[test]
    fn rogues_read_the_same_both_ways(shape in shape(), changes in changes(), limits in limits()) {
        let text = text(&shape);
        agree(&shape, &text, &limits);
        agree(&shape, &changed(&text, &changes), &limits);
    }
}

#[test]
fn an_error_is_final_whoever_gets_it() {
    let forgiving = |shape| Shape::Forgiving(Box::new(shape));
    for (shape, text) in [
        (forgiving(Shape::String), r#""a\,"#),
        (Shape::Tuple(vec![forgiving(Shape::Bool)]), "(x)"),
        (Shape::Seq(vec![forgiving(Shape::Char)]), "['a]"),
        (
            Shape::Newtype(Box::new(forgiving(Shape::UnitStruct))),
            "(())",
        ),
    ] {
        assert!(!agree(&shape, text, &DecodeLimits::default()), "{text}");
    }
}

#[test]
fn keys_without_values_are_not_parted_by_commas() {
    let keys = Shape::Map([Shape::Bool, Shape::Bool].map(Entry::Key).to_vec());
    assert!(!agree(&keys, "{true,false}", &DecodeLimits::default()));
}
