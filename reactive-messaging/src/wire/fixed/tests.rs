//! The layout, byte by byte, and what is no value. That of derived types is tested from outside.

use std::{fmt, marker::PhantomData, num::NonZero};

use proptest::prelude::*;

use super::{Fixed, FixedSize};
use crate::{
    error::DecodeError,
    wire::{Decode, DecodeLimits, Encode, Frame},
};

fn written<T: FixedSize>(value: &T) -> Vec<u8> {
    let mut out = b"kept".to_vec();
    Fixed::encode(value, &mut out).expect("a record is always written");
    out.split_off(4)
}

fn read<T: FixedSize>(bytes: &[u8]) -> Result<T, DecodeError> {
    Fixed::decode(Frame::new(bytes), &DecodeLimits::default())
}

#[track_caller]
fn is<T: FixedSize + PartialEq + fmt::Debug>(value: T, bytes: &[u8]) {
    assert_eq!(T::SIZE, bytes.len());
    let mut out = vec![0; T::SIZE];
    value.write_fixed(&mut out);
    assert_eq!(out, bytes);
    assert_eq!(T::read_fixed(bytes), Ok(value));
}

#[track_caller]
fn no<T: FixedSize + PartialEq + fmt::Debug>(bytes: &[u8], offset: usize) {
    let mistake = T::read_fixed(bytes).expect_err("no value");
    assert_eq!(mistake.offset(), offset, "{mistake:?}");
}

#[test]
fn numbers_are_little_endian() {
    is(0x01_u8, &[1]);
    is(0x0102_u16, &[2, 1]);
    is(0x0102_0304_u32, &[4, 3, 2, 1]);
    is(0x0102_0304_0506_0708_u64, &[8, 7, 6, 5, 4, 3, 2, 1]);
    is(
        1_u128 << 120,
        &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    );
    is(-2_i8, &[0xFE]);
    is(-2_i16, &[0xFE, 0xFF]);
    is(-2_i32, &[0xFE, 0xFF, 0xFF, 0xFF]);
    is(i64::MIN, &[0, 0, 0, 0, 0, 0, 0, 0x80]);
    is(-1_i128, &[0xFF; 16]);
    is(1.5_f32, &[0, 0, 0xC0, 0x3F]);
    is(-0.5_f64, &[0, 0, 0, 0, 0, 0, 0xE0, 0xBF]);
    is(NonZero::<u16>::MAX, &[0xFF, 0xFF]);
    no::<NonZero<i64>>(&[0; 8], 0);
    let quiet = f64::from_bits(0x7FF8_0000_0000_0001);
    let again: f64 = read(&written(&quiet)).expect("every bit pattern is a float");
    assert_eq!(again.to_bits(), quiet.to_bits());
}

#[test]
fn f12_bool_and_char_are_checked() {
    is(true, &[1]);
    is('é', &[0xE9, 0, 0, 0]);
    is(char::MAX, &[0xFF, 0xFF, 0x10, 0]);
    no::<bool>(&[2], 0);
    no::<char>(&[0, 0xD8, 0, 0], 0);
    no::<char>(&[0, 0, 0x11, 0], 0);
}

#[test]
fn arrays_tuples_and_options_follow_each_other_without_holes() {
    is([1_u16, 2], &[1, 0, 2, 0]);
    is([[1_u8; 2]; 2], &[1; 4]);
    is([(); 3], &[]);
    is([true, false], &[1, 0]);
    is((1_u8, 2_u32, ((), 3_u8)), &[1, 2, 0, 0, 0, 3]);
    is((1_u8, PhantomData::<String>), &[1]);
    is(Some(7_u16), &[1, 7, 0]);
    is(None::<u16>, &[0, 0, 0]);
    is(Some(None::<bool>), &[1, 0, 0]);
    no::<Option<bool>>(&[2, 0], 0);
    no::<Option<bool>>(&[1, 2], 1);
    no::<[bool; 3]>(&[1, 5, 6], 1);
    no::<(u16, [Option<char>; 2])>(&[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0xFF], 8);
}

#[test]
fn f12_what_follows_a_short_value_is_not_looked_at() {
    assert_eq!(<Option<u16>>::read_fixed(&[0, 9, 9]), Ok(None));
}

#[test]
fn f13_records_of_another_length_are_refused() {
    let trailing = DecodeError::TrailingBytes { offset: 2 };
    assert_eq!(read::<u16>(&[1, 2, 3]), Err(trailing));
    assert_eq!(read::<u16>(&[1]).expect_err("too short").offset(), Some(1));
}

#[cfg(feature = "arrayvec")]
#[test]
fn text_and_lists_are_behind_their_length() {
    use arrayvec::{ArrayString, ArrayVec};

    let text = ArrayString::<4>::from("é!").expect("it fits");
    is(text, &[3, 0xC3, 0xA9, b'!', 0]);
    is(
        ArrayVec::<u16, 3>::from_iter([1, 2]),
        &[2, 1, 0, 2, 0, 0, 0],
    );
    assert_eq!(<ArrayString<255>>::SIZE, 1 + 255);
    assert_eq!(<ArrayString<256>>::SIZE, 2 + 256);
    assert_eq!(<ArrayVec<u8, 65_535>>::SIZE, 2 + 65_535);
    assert_eq!(<ArrayVec<u8, 65_536>>::SIZE, 4 + 65_536);
    no::<ArrayString<4>>(&[5, b'a', b'a', b'a', b'a'], 0);
    no::<ArrayString<4>>(&[3, b'a', 0xFF, b'a', 0], 2);
    no::<ArrayVec<bool, 2>>(&[3, 0, 0], 0);
    no::<ArrayVec<bool, 2>>(&[2, 0, 7], 2);
    // behind the length nothing counts
    let short = ArrayVec::<bool, 2>::read_fixed(&[1, 1, 7]);
    assert_eq!(short, Ok(ArrayVec::from_iter([true])));
}

type Everything = (
    (bool, char, Option<Option<u8>>, [Option<char>; 3]),
    (u8, u16, u32, u64, u128),
    (i8, i16, i32, i64, i128),
    [[(i16, bool); 2]; 2],
);

fn everything() -> impl Strategy<Value = Everything> {
    any::<Everything>()
}

proptest! {
    #[test]
    #[cfg_attr(miri, ignore = "takes many minutes under Miri; fewer cases are above")]
    fn what_is_written_is_read_back(value in everything(), floats: (f32, f64)) {
        prop_assert_eq!(read(&written(&value)), Ok(value));
        let (single, double): (f32, f64) = read(&written(&floats)).expect("floats");
        prop_assert_eq!(single.to_bits(), floats.0.to_bits());
        prop_assert_eq!(double.to_bits(), floats.1.to_bits());
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes many minutes under Miri; fewer cases are above")]
    fn f7_any_bytes_are_a_value_or_a_mistake_within(
        bytes in proptest::collection::vec(prop_oneof![0..3_u8, any::<u8>()], Everything::SIZE)
    ) {
        match Everything::read_fixed(&bytes) {
            Ok(value) => prop_assert_eq!(read(&written(&value)), Ok(value)),
            Err(mistake) => prop_assert!(mistake.offset() < Everything::SIZE),
        }
    }
}
