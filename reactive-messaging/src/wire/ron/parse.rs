//! Reads canonical RON into any type that serde can read.
//!
//! A `ron::Deserializer` without the white space, the comments, the extensions and the care for good
//! errors: [`Tokens`] takes the same steps through the text, and calls the same methods of the same
//! visitors with the same values. So whatever is read here to its end, the `ron` crate reads as the
//! same value. The rest is given up: all forms that [`Tokens`] does not know, types that ask for
//! whatever comes next, bytes, integers of 128 bits.

use std::marker::PhantomData;

use serde::{
    Deserializer,
    de::DeserializeOwned,
    de::{DeserializeSeed, Visitor},
    forward_to_deserialize_any,
};

use super::{
    GaveUp,
    flatten::expects_flattened_struct,
    parse_content::{Items, Variant},
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
    /// What `read` makes of the text in between.
    #[inline]
    pub(super) fn between<T>(
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
