//! Arrays.

use std::array;

use super::{FieldsReader, FixedSize, InvalidValue};

impl<T: FixedSize, const N: usize> FixedSize for [T; N] {
    const SIZE: usize = N * T::SIZE;

    #[inline]
    fn write_fixed(&self, out: &mut [u8]) {
        T::write_all_fixed(self, out);
    }

    #[inline]
    fn read_fixed(bytes: &[u8]) -> Result<Self, InvalidValue> {
        T::read_all_fixed(bytes)
    }
}

/// Elements that any bytes are.
#[inline]
pub(super) fn from_chunks<T: FixedSize, const N: usize>(
    bytes: &[u8],
    element: impl Fn(&[u8]) -> T,
) -> [T; N] {
    let mut elements = FieldsReader::new(bytes);
    array::from_fn(|_| element(elements.bytes(T::SIZE)))
}

/// Elements that some bytes are not. Behind the first mistake nothing is read.
#[inline]
pub(super) fn read_each<T: FixedSize, const N: usize>(
    bytes: &[u8],
) -> Result<[T; N], InvalidValue> {
    let mut elements = FieldsReader::new(bytes);
    let mut mistake = None;
    let read: [Option<T>; N] = array::from_fn(|_| {
        if mistake.is_some() {
            return None;
        }
        elements
            .take()
            .map_err(|invalid| mistake = Some(invalid))
            .ok()
    });
    match mistake {
        Some(invalid) => Err(invalid),
        None => Ok(read.map(|element| element.expect("no element is missing without a mistake"))),
    }
}
