//! Reads canonical RON into any type that serde can read.
//!
//! A `ron::Deserializer` without the white space, the comments, the extensions and the care for good
//! errors: [`Tokens`] takes the same steps through the text, and calls the same methods of the same
//! visitors with the same values. So whatever is read here to its end, the `ron` crate reads as the
//! same value. The rest is given up: all forms that [`Tokens`] does not know, types that ask for
//! whatever comes next, bytes, integers of 128 bits.

use std::{
    fmt::{self, Write},
    marker::PhantomData,
};

use serde::{
    Deserializer,
    de::DeserializeOwned,
    de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor},
    forward_to_deserialize_any,
};

use super::{
    GaveUp,
    tokens::{Text, Tokens},
};
use crate::wire::{DecodeLimits, budget::Budget, limited::Limited};

/// What `ron::value::RawValue` says to be read as it stands in the text.
const RAW_VALUE: &str = "$ron::private::RawValue";

/// The message that `text` is, if it is canonical, within `limits`.
#[inline]
pub(super) fn parse<M: DeserializeOwned>(text: &str, limits: &DecodeLimits) -> Option<M> {
    parse_seed(PhantomData, text, limits)
}

#[inline]
pub(super) fn parse_seed<S: for<'de> DeserializeSeed<'de, Value = M>, M>(
    seed: S,
    text: &str,
    limits: &DecodeLimits,
) -> Option<M> {
    let budget = Budget::new(text.len(), limits);
    let mut tokens = Tokens::new(text);
    let message = seed.deserialize(Limited::new(&mut tokens, &budget)).ok()?;
    tokens.is_read().then_some(message)
}

macro_rules! deserialize {
    ($($method:ident: $token:ident, $visit:ident)*) => { $(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
            let value = self.$token().and_then(|value| visitor.$visit(value));
            self.checked(value)
        }
    )* };
}

impl<'de> Deserializer<'de> for &mut Tokens<'de> {
    type Error = GaveUp;

    deserialize! {
        deserialize_bool: bool, visit_bool
        deserialize_i8: signed, visit_i8
        deserialize_i16: signed, visit_i16
        deserialize_i32: signed, visit_i32
        deserialize_i64: signed, visit_i64
        deserialize_u8: unsigned, visit_u8
        deserialize_u16: unsigned, visit_u16
        deserialize_u32: unsigned, visit_u32
        deserialize_u64: unsigned, visit_u64
        deserialize_f32: float, visit_f32
        deserialize_f64: float, visit_f64
        deserialize_char: char, visit_char
        deserialize_identifier: identifier, visit_borrowed_str
    }

    // these differ too much among forms and types
    forward_to_deserialize_any! { i128 u128 bytes byte_buf ignored_any }

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, GaveUp> {
        self.checked(Err(GaveUp))
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        let value = self.string().and_then(|text| match text {
            Text::Plain(text) => visitor.visit_borrowed_str(text),
            Text::Unescaped(text) => visitor.visit_string(text),
        });
        self.checked(value)
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        let value = match self.some() {
            Ok(true) => visitor.visit_some(&mut *self).and_then(|value| {
                self.expect(b')')?;
                Ok(value)
            }),
            Ok(false) => visitor.visit_none(),
            Err(gave_up) => Err(gave_up),
        };
        self.checked(value)
    }

    #[inline]
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        self.between(b'(', b')', |_| visitor.visit_unit())
    }

    #[inline]
    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, GaveUp> {
        self.deserialize_unit(visitor)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, GaveUp> {
        if name == RAW_VALUE {
            return self.checked(Err(GaveUp));
        }
        self.between(b'(', b')', |tokens| visitor.visit_newtype_struct(tokens))
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        self.between(b'[', b']', |tokens| {
            visitor.visit_seq(Items::<b']'>::new(tokens))
        })
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, GaveUp> {
        self.between(b'(', b')', |tokens| {
            visitor.visit_seq(Items::<b')'>::new(tokens))
        })
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, GaveUp> {
        self.deserialize_tuple(len, visitor)
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        if expects_flattened_struct(&visitor) {
            return self.checked(Err(GaveUp));
        }
        self.between(b'{', b'}', |tokens| {
            visitor.visit_map(Items::<b'}'>::new(tokens))
        })
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, GaveUp> {
        self.between(b'(', b')', |tokens| {
            visitor.visit_map(Items::<b')'>::new(tokens))
        })
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, GaveUp> {
        let value = visitor.visit_enum(Variant(self));
        self.checked(value)
    }
}

impl<'de> Tokens<'de> {
    #[inline]
    fn between<T>(
        &mut self,
        open: u8,
        close: u8,
        read: impl FnOnce(&mut Self) -> Result<T, GaveUp>,
    ) -> Result<T, GaveUp> {
        let value = self.expect(open).and_then(|()| read(self));
        let value = value.and_then(|value| {
            self.expect(close)?;
            Ok(value)
        });
        self.checked(value)
    }
}

/// What stands between commas in front of `CLOSE`; in parentheses, keys are names of fields.
struct Items<'a, 'de, const CLOSE: u8> {
    tokens: &'a mut Tokens<'de>,
    had_comma: bool,
}

impl<'a, 'de, const CLOSE: u8> Items<'a, 'de, CLOSE> {
    #[inline]
    fn new(tokens: &'a mut Tokens<'de>) -> Self {
        Self {
            tokens,
            had_comma: true,
        }
    }

    /// As `ron::de::CommaSeparated` has it: a comma in front of the end is fine.
    #[inline]
    fn has_next(&self) -> Result<bool, GaveUp> {
        match self.tokens.peek() == Some(CLOSE) {
            true => Ok(false),
            false if self.had_comma => Ok(true),
            false => Err(GaveUp),
        }
    }

    #[inline]
    fn next<T>(
        &mut self,
        read: impl FnOnce(&mut Tokens<'de>) -> Result<T, GaveUp>,
    ) -> Result<Option<T>, GaveUp> {
        let item = match self.has_next() {
            Ok(true) => read(self.tokens).map(Some),
            Ok(false) => Ok(None),
            Err(gave_up) => Err(gave_up),
        };
        self.tokens.checked(item)
    }
}

impl<'de, const CLOSE: u8> SeqAccess<'de> for Items<'_, 'de, CLOSE> {
    type Error = GaveUp;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, GaveUp> {
        let element = self.next(|tokens| seed.deserialize(tokens))?;
        if element.is_some() {
            self.had_comma = self.tokens.take(b',');
        }
        Ok(element)
    }
}

impl<'de, const CLOSE: u8> MapAccess<'de> for Items<'_, 'de, CLOSE> {
    type Error = GaveUp;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, GaveUp> {
        self.next(|tokens| match CLOSE {
            b')' => seed.deserialize(Identifier(tokens)),
            _ => seed.deserialize(tokens),
        })
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, GaveUp> {
        let colon = self.tokens.expect(b':');
        let value = colon.and_then(|()| seed.deserialize(&mut *self.tokens));
        self.had_comma = self.tokens.take(b',');
        self.tokens.checked(value)
    }
}

/// An enum's variant: its name, then its content.
struct Variant<'a, 'de>(&'a mut Tokens<'de>);

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = GaveUp;
    type Variant = Self;

    #[inline]
    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), GaveUp> {
        let name = seed.deserialize(Identifier(self.0));
        Ok((self.0.checked(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = GaveUp;

    #[inline]
    fn unit_variant(self) -> Result<(), GaveUp> {
        Ok(())
    }

    #[inline]
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, GaveUp> {
        self.0
            .between(b'(', b')', |tokens| seed.deserialize(tokens))
    }

    #[inline]
    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, GaveUp> {
        self.0.deserialize_tuple(len, visitor)
    }

    #[inline]
    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, GaveUp> {
        self.0.deserialize_struct("", fields, visitor)
    }
}

/// Where nothing but a name may stand, read as such.
struct Identifier<'a, 'de>(&'a mut Tokens<'de>);

impl<'de> Deserializer<'de> for Identifier<'_, 'de> {
    type Error = GaveUp;

    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        self.0.deserialize_identifier(visitor)
    }

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        self.0.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum ignored_any
    }
}

/// Whether the `ron` crate would read a map's keys as the fields of a struct with
/// `#[serde(flatten)]`, which it tells by what `visitor` says to expect.
#[inline]
fn expects_flattened_struct<'de>(visitor: &impl Visitor<'de>) -> bool {
    struct Expecting<V>(V);

    impl<'de, V: Visitor<'de>> fmt::Display for Expecting<&V> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.expecting(f)
        }
    }

    /// Fails at the first text that decides.
    struct Prefix {
        left: &'static str,
        differs: bool,
    }

    impl Write for Prefix {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let len = self.left.len().min(text.len());
            self.differs |= self.left.as_bytes()[..len] != text.as_bytes()[..len];
            self.left = &self.left[len..];
            if self.differs || self.left.is_empty() {
                return Err(fmt::Error);
            }
            Ok(())
        }
    }

    let mut prefix = Prefix {
        left: "struct ",
        differs: false,
    };
    let written = write!(prefix, "{}", Expecting(visitor));
    // shorter than the prefix differs as well; an error of the visitor's own makes ron panic
    !(prefix.differs || written.is_ok() && !prefix.left.is_empty())
}
