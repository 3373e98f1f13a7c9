//! Values of the language: numbers, `bool`, `char`, `Option`, tuples.

use std::{marker::PhantomData, num::NonZero};

use super::{FieldsReader, FieldsWriter, FixedSize, InvalidValue, arrays};

macro_rules! numbers {
    ($($number:ty)*) => { $(
        impl FixedSize for $number {
            const SIZE: usize = size_of::<$number>();

            #[inline]
            fn write_fixed(&self, out: &mut [u8]) {
                out.copy_from_slice(&self.to_le_bytes());
            }

            #[inline]
            fn read_fixed(bytes: &[u8]) -> Result<Self, InvalidValue> {
                Ok(number(bytes))
            }

            #[inline]
            fn read_all_fixed<const N: usize>(bytes: &[u8]) -> Result<[Self; N], InvalidValue> {
                Ok(arrays::from_chunks(bytes, number))
            }
        }

        impl Number for $number {
            type Bytes = [u8; size_of::<$number>()];

            #[inline]
            fn of(bytes: Self::Bytes) -> Self {
                Self::from_le_bytes(bytes)
            }
        }
    )* };
}

numbers! { u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 }

/// What the numbers have in common, and the language does not say.
trait Number: Sized {
    type Bytes: for<'a> TryFrom<&'a [u8]>;

    fn of(bytes: Self::Bytes) -> Self;
}

#[inline]
fn number<T: Number>(bytes: &[u8]) -> T {
    match T::Bytes::try_from(bytes) {
        Ok(bytes) => T::of(bytes),
        Err(_) => wrong_len(bytes.len(), size_of::<T>()),
    }
}

#[cold]
fn wrong_len(len: usize, size: usize) -> ! {
    panic!("a value of {size} bytes is read from {len}");
}

macro_rules! non_zero {
    ($($number:ty)*) => { $(
        impl FixedSize for NonZero<$number> {
            const SIZE: usize = <$number>::SIZE;

            #[inline]
            fn write_fixed(&self, out: &mut [u8]) {
                self.get().write_fixed(out);
            }

            #[inline]
            fn read_fixed(bytes: &[u8]) -> Result<Self, InvalidValue> {
                Self::new(number(bytes)).ok_or_else(|| InvalidValue::new(0, "the number is 0, which its type excludes"))
            }
        }
    )* };
}

non_zero! { u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 }

impl FixedSize for bool {
    const SIZE: usize = 1;

    #[inline]
    fn write_fixed(&self, out: &mut [u8]) {
        u8::from(*self).write_fixed(out);
    }

    #[inline]
    fn read_fixed(bytes: &[u8]) -> Result<Self, InvalidValue> {
        match number::<u8>(bytes) {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(InvalidValue::new(0, "a `bool` is neither 0 nor 1")),
        }
    }
}

impl FixedSize for char {
    const SIZE: usize = u32::SIZE;

    #[inline]
    fn write_fixed(&self, out: &mut [u8]) {
        u32::from(*self).write_fixed(out);
    }

    #[inline]
    fn read_fixed(bytes: &[u8]) -> Result<Self, InvalidValue> {
        Self::from_u32(number(bytes))
            .ok_or_else(|| InvalidValue::new(0, "a `char` is no Unicode scalar value"))
    }
}

impl<T: FixedSize> FixedSize for Option<T> {
    const SIZE: usize = bool::SIZE + T::SIZE;

    #[inline]
    fn write_fixed(&self, out: &mut [u8]) {
        let mut fields = FieldsWriter::new(out);
        fields.put(&self.is_some());
        if let Some(value) = self {
            fields.put(value);
        }
    }

    #[inline]
    fn read_fixed(bytes: &[u8]) -> Result<Self, InvalidValue> {
        let mut fields = FieldsReader::new(bytes);
        match number::<u8>(fields.bytes(bool::SIZE)) {
            0 => Ok(None),
            1 => fields.take().map(Some),
            _ => Err(InvalidValue::new(
                0,
                "the tag of an `Option` is neither 0 nor 1",
            )),
        }
    }
}

impl<T: ?Sized> FixedSize for PhantomData<T> {
    const SIZE: usize = 0;

    #[inline]
    fn write_fixed(&self, _out: &mut [u8]) {}

    #[inline]
    fn read_fixed(_bytes: &[u8]) -> Result<Self, InvalidValue> {
        Ok(Self)
    }
}

macro_rules! tuples {
    ($(($($name:ident)*))*) => { $(
        impl<$($name: FixedSize),*> FixedSize for ($($name,)*) {
            const SIZE: usize = 0 $(+ $name::SIZE)*;

            #[inline]
            fn write_fixed(&self, out: &mut [u8]) {
                #[allow(non_snake_case)]
                let ($($name,)*) = self;
                let mut _fields = FieldsWriter::new(out);
                $(_fields.put($name);)*
            }

            #[inline]
            fn read_fixed(bytes: &[u8]) -> Result<Self, InvalidValue> {
                let mut _fields = FieldsReader::new(bytes);
                Ok(($(_fields.take::<$name>()?,)*))
            }
        }
    )* };
}

tuples! {
    ()
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
    (A B C D E F G H)
    (A B C D E F G H I)
    (A B C D E F G H I J)
    (A B C D E F G H I J K)
    (A B C D E F G H I J K L)
}
