//! Writes any type that serde can write as canonical RON.
//!
//! A `ron::Serializer` without pretty printing and extensions, straight into bytes. Byte for byte the
//! same text; what takes care is given up: names that are not plain identifiers, bytes, integers of
//! 128 bits, messages of many levels.

use std::io::Write;

use serde::{Serialize, Serializer};

use super::{GaveUp, print_content::Items, push_char, tokens::IN_IDENTIFIER};

/// Levels that the `ron` crate writes by default; it counts fewer of them in some messages.
const MAX_LEVELS: u32 = 128;

/// Appends `message` to `out`, and tells whether that is all of it.
#[inline]
pub(super) fn print<M: Serialize>(message: &M, out: &mut Vec<u8>) -> bool {
    let mut printer = Printer {
        out,
        levels: MAX_LEVELS,
        gave_up: false,
    };
    let printed = message.serialize(&mut printer);
    printed.is_ok() && !printer.gave_up
}

pub(super) struct Printer<'o> {
    pub(super) out: &'o mut Vec<u8>,
    /// Levels that are left.
    levels: u32,
    /// Whether something was not written, whatever the receiver of the error makes of it.
    pub(super) gave_up: bool,
}

impl Printer<'_> {
    #[inline]
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// The name of a type is not written, but is none of ron's if it is not an identifier.
    #[inline]
    fn name(&self, name: &str) -> Result<(), GaveUp> {
        match name.as_bytes() {
            [b'A'..=b'Z' | b'a'..=b'z' | b'_', rest @ ..]
                if rest.iter().all(|byte| IN_IDENTIFIER[usize::from(*byte)]) =>
            {
                Ok(())
            }
            _ => Err(GaveUp),
        }
    }

    #[inline]
    pub(super) fn identifier(&mut self, name: &str) -> Result<(), GaveUp> {
        self.name(name)?;
        match name {
            // ron writes `r#` in front
            "true" | "false" | "Some" | "None" | "inf" | "inff32" | "inff64" | "NaN" | "NaNf32"
            | "NaNf64" => Err(GaveUp),
            _ => {
                self.text(name);
                Ok(())
            }
        }
    }

    /// What stands one level further down.
    #[inline]
    pub(super) fn value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), GaveUp> {
        self.levels = self.levels.checked_sub(1).ok_or(GaveUp)?;
        value.serialize(&mut *self)?;
        self.levels += 1;
        Ok(())
    }

    #[inline]
    fn in_parentheses<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), GaveUp> {
        self.out.push(b'(');
        self.value(value)?;
        self.out.push(b')');
        Ok(())
    }
}

macro_rules! integers {
    ($($method:ident: $type:ty)*) => { $(
        #[inline]
        fn $method(self, value: $type) -> Result<(), GaveUp> {
            self.text(itoa::Buffer::new().format(value));
            Ok(())
        }
    )* };
}

macro_rules! floats {
    ($($method:ident: $type:ty)*) => { $(
        #[inline]
        fn $method(self, value: $type) -> Result<(), GaveUp> {
            if value.is_nan() && value.is_sign_negative() {
                self.out.push(b'-');
            }
            write!(self.out, "{value:?}").map_err(|_| GaveUp)
        }
    )* };
}

impl<'a, 'o> Serializer for &'a mut Printer<'o> {
    type Ok = ();
    type Error = GaveUp;
    type SerializeSeq = Items<'a, 'o, b']'>;
    type SerializeTuple = Items<'a, 'o, b')'>;
    type SerializeTupleStruct = Items<'a, 'o, b')'>;
    type SerializeTupleVariant = Items<'a, 'o, b')'>;
    type SerializeMap = Items<'a, 'o, b'}'>;
    type SerializeStruct = Items<'a, 'o, b')'>;
    type SerializeStructVariant = Items<'a, 'o, b')'>;

    integers! {
        serialize_i8: i8
        serialize_i16: i16
        serialize_i32: i32
        serialize_i64: i64
        serialize_u8: u8
        serialize_u16: u16
        serialize_u32: u32
        serialize_u64: u64
    }

    floats! {
        serialize_f32: f32
        serialize_f64: f64
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<(), GaveUp> {
        self.text(if value { "true" } else { "false" });
        Ok(())
    }

    #[inline]
    fn serialize_char(self, value: char) -> Result<(), GaveUp> {
        self.out.push(b'\'');
        if matches!(value, '\\' | '\'') {
            self.out.push(b'\\');
        }
        push_char(self.out, value);
        self.out.push(b'\'');
        Ok(())
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), GaveUp> {
        self.out.push(b'"');
        let mut rest = value;
        while let Some((plain, char, behind)) = split_at_special(rest) {
            self.text(plain);
            for char in char.escape_debug() {
                self.text(char.encode_utf8(&mut [0; 4]));
            }
            rest = behind;
        }
        self.text(rest);
        self.out.push(b'"');
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), GaveUp> {
        Err(GaveUp)
    }

    #[inline]
    fn serialize_none(self) -> Result<(), GaveUp> {
        self.text("None");
        Ok(())
    }

    #[inline]
    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), GaveUp> {
        self.text("Some");
        self.in_parentheses(value)
    }

    #[inline]
    fn serialize_unit(self) -> Result<(), GaveUp> {
        self.text("()");
        Ok(())
    }

    #[inline]
    fn serialize_unit_struct(self, name: &'static str) -> Result<(), GaveUp> {
        self.name(name)?;
        self.serialize_unit()
    }

    #[inline]
    fn serialize_unit_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), GaveUp> {
        self.name(name)?;
        self.identifier(variant)
    }

    // the name of `ron::value::RawValue`, which stands for text as it is, is no identifier
    #[inline]
    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), GaveUp> {
        self.name(name)?;
        self.in_parentheses(value)
    }

    #[inline]
    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), GaveUp> {
        self.name(name)?;
        self.identifier(variant)?;
        self.in_parentheses(value)
    }

    #[inline]
    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, GaveUp> {
        Ok(Items::open(self, b'['))
    }

    #[inline]
    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, GaveUp> {
        Ok(Items::open(self, b'('))
    }

    #[inline]
    fn serialize_tuple_struct(
        self,
        name: &'static str,
        len: usize,
    ) -> Result<Self::SerializeTupleStruct, GaveUp> {
        self.name(name)?;
        self.serialize_tuple(len)
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Self::SerializeTupleVariant, GaveUp> {
        self.name(name)?;
        self.identifier(variant)?;
        self.serialize_tuple(len)
    }

    #[inline]
    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, GaveUp> {
        Ok(Items::open(self, b'{'))
    }

    #[inline]
    fn serialize_struct(
        self,
        name: &'static str,
        len: usize,
    ) -> Result<Self::SerializeStruct, GaveUp> {
        self.serialize_tuple_struct(name, len)
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Self::SerializeStructVariant, GaveUp> {
        self.serialize_tuple_variant(name, index, variant, len)
    }
}

/// Splits `text` at its first character that may have to be escaped.
#[inline]
fn split_at_special(text: &str) -> Option<(&str, char, &str)> {
    let len = text.bytes().position(|byte| !PLAIN[usize::from(byte)])?;
    let (plain, rest) = text.split_at(len);
    let mut chars = rest.chars();
    Some((plain, chars.next()?, chars.as_str()))
}

/// Whether a byte stands for itself in a string, and needs no look at the character that it is of.
static PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        table[byte as usize] = !matches!(byte, b'"' | b'\'' | b'\\');
        byte += 1;
    }
    table
};
