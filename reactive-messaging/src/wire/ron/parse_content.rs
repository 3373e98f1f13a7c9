//! Reads what is in brackets, or behind the name of a variant.

use serde::{
    Deserializer,
    de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor},
    forward_to_deserialize_any,
};

use super::{GaveUp, tokens::Tokens};

/// What stands between commas in front of `CLOSE`; in parentheses, keys are names of fields.
pub(super) struct Items<'a, 'de, const CLOSE: u8> {
    tokens: &'a mut Tokens<'de>,
    had_comma: bool,
}

impl<'a, 'de, const CLOSE: u8> Items<'a, 'de, CLOSE> {
    #[inline]
    pub(super) fn new(tokens: &'a mut Tokens<'de>) -> Self {
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
pub(super) struct Variant<'a, 'de>(pub(super) &'a mut Tokens<'de>);

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
