//! What a received message must not exceed, enforced for every serde wire by one wrapper.
//!
//! [`Limited`] stands between a message's `Deserialize` and the deserializer of a format. Whatever
//! is handed through it comes out limited again: the deserializer's visitors, their accesses, the
//! seeds of elements, and the deserializers that those seeds get. Serde recurses through these and
//! nothing else, so that every level of a recursive type passes here.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::budget::Budget;

/// A part of serde's machinery, within limits.
pub(super) struct Limited<'b, T> {
    inner: T,
    scope: Scope<'b>,
}

impl<'b, T> Limited<'b, T> {
    /// The deserializer of a whole message.
    #[inline]
    pub(super) fn new(inner: T, budget: &'b Budget) -> Self {
        Scope {
            levels: budget.max_depth(),
            counted: false,
            budget,
        }
        .limit(inner)
    }
}

#[derive(Clone, Copy)]
struct Scope<'b> {
    /// Levels of nesting that are left.
    levels: usize,
    /// Whether the payload declares how many elements there are; tuples and structs know it.
    counted: bool,
    budget: &'b Budget,
}

impl<'b> Scope<'b> {
    #[inline]
    fn limit<T>(self, inner: T) -> Limited<'b, T> {
        Limited { inner, scope: self }
    }

    #[inline]
    fn counted(self, counted: bool) -> Self {
        Self { counted, ..self }
    }

    /// One level further down.
    #[inline]
    fn within<E: Error>(self) -> Result<Self, E> {
        match self.levels.checked_sub(1) {
            Some(levels) => Ok(Self {
                levels,
                counted: false,
                ..self
            }),
            None => Err(self.budget.too_deep()),
        }
    }

    /// One level further down, in a container of as many elements as the payload declares.
    #[inline]
    fn within_container<E: Error>(self, declared: Option<usize>) -> Result<Self, E> {
        if let (true, Some(count)) = (self.counted, declared) {
            self.budget.spend(count)?;
        }
        self.within()
    }
}

macro_rules! deserialize {
    ($counted:expr => $($method:ident($($argument:ident: $type:ty),*))*) => { $(
        #[inline]
        fn $method<V: Visitor<'de>>(
            self,
            $($argument: $type,)*
            visitor: V,
        ) -> Result<V::Value, Self::Error> {
            let visitor = self.scope.counted($counted).limit(visitor);
            self.inner.$method($($argument,)* visitor)
        }
    )* };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Limited<'_, D> {
    type Error = D::Error;

    deserialize! { true => deserialize_seq() deserialize_map() }

    deserialize! { false =>
        deserialize_any() deserialize_ignored_any() deserialize_identifier()
        deserialize_bool()
        deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
        deserialize_f32() deserialize_f64() deserialize_char()
        deserialize_str() deserialize_string() deserialize_bytes() deserialize_byte_buf()
        deserialize_option() deserialize_unit()
        deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str)
        deserialize_tuple(len: usize)
        deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

macro_rules! visit {
    ($($method:ident: $type:ty),*) => { $(
        #[inline]
        fn $method<E: Error>(self, value: $type) -> Result<Self::Value, E> {
            self.inner.$method(value)
        }
    )* };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Limited<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    visit! {
        visit_bool: bool,
        visit_i8: i8, visit_i16: i16, visit_i32: i32, visit_i64: i64, visit_i128: i128,
        visit_u8: u8, visit_u16: u16, visit_u32: u32, visit_u64: u64, visit_u128: u128,
        visit_f32: f32, visit_f64: f64, visit_char: char,
        visit_str: &str, visit_borrowed_str: &'de str, visit_string: String,
        visit_bytes: &[u8], visit_borrowed_bytes: &'de [u8], visit_byte_buf: Vec<u8>
    }

    #[inline]
    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    #[inline]
    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, content: D) -> Result<V::Value, D::Error> {
        let scope = self.scope.within()?;
        self.inner.visit_some(scope.limit(content))
    }

    #[inline]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, content: D) -> Result<V::Value, D::Error> {
        let scope = self.scope.within()?;
        self.inner.visit_newtype_struct(scope.limit(content))
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<V::Value, A::Error> {
        let scope = self.scope.within_container(elements.size_hint())?;
        self.inner.visit_seq(scope.limit(elements))
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        let scope = self.scope.within_container(entries.size_hint())?;
        self.inner.visit_map(scope.limit(entries))
    }

    // takes no level: what a variant holds does
    #[inline]
    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.inner.visit_enum(self.scope.limit(variant))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Limited<'_, A> {
    type Error = A::Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.inner.next_element_seed(self.scope.limit(seed))
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.scope.budget.cautious(self.inner.size_hint())
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Limited<'_, A> {
    type Error = A::Error;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.inner.next_key_seed(self.scope.limit(seed))
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.inner.next_value_seed(self.scope.limit(seed))
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.scope.budget.cautious(self.inner.size_hint())
    }
}

impl<'b, 'de, A: EnumAccess<'de>> EnumAccess<'de> for Limited<'b, A> {
    type Error = A::Error;
    type Variant = Limited<'b, A::Variant>;

    #[inline]
    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), A::Error> {
        let Self { inner, scope } = self;
        let (name, content) = inner.variant_seed(scope.limit(seed))?;
        Ok((name, scope.limit(content)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Limited<'_, A> {
    type Error = A::Error;

    #[inline]
    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    #[inline]
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        let scope = self.scope.within()?;
        self.inner.newtype_variant_seed(scope.limit(seed))
    }

    #[inline]
    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.inner.tuple_variant(len, self.scope.limit(visitor))
    }

    #[inline]
    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.inner.struct_variant(fields, self.scope.limit(visitor))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Limited<'_, S> {
    type Value = S::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<S::Value, D::Error> {
        self.inner.deserialize(self.scope.limit(value))
    }
}
