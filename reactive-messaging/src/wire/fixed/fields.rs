//! Fields one behind the other, as structs, tuples and variants have them.

use super::{FixedSize, InvalidValue};

/// Writes fields into the bytes of the value that has them.
#[derive(Debug)]
pub struct FieldsWriter<'a> {
    rest: &'a mut [u8],
}

impl<'a> FieldsWriter<'a> {
    /// In front of the first field.
    #[inline]
    pub fn new(out: &'a mut [u8]) -> Self {
        Self { rest: out }
    }

    /// Writes the next field.
    ///
    /// # Panics
    /// If it has no room.
    #[inline]
    pub fn put<T: FixedSize>(&mut self, value: &T) {
        let (field, rest) = std::mem::take(&mut self.rest).split_at_mut(T::SIZE);
        value.write_fixed(field);
        self.rest = rest;
    }

    /// Writes fields of one type.
    #[cfg(feature = "arrayvec")]
    #[inline]
    pub(super) fn put_all<T: FixedSize>(&mut self, values: &[T]) {
        let bytes = values.len() * T::SIZE;
        let (fields, rest) = std::mem::take(&mut self.rest).split_at_mut(bytes);
        T::write_all_fixed(values, fields);
        self.rest = rest;
    }
}

/// Reads fields from the bytes of the value that has them.
#[derive(Debug)]
pub struct FieldsReader<'a> {
    rest: &'a [u8],
    taken: usize,
}

impl<'a> FieldsReader<'a> {
    /// In front of the first field.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        let taken = 0;
        Self { rest: bytes, taken }
    }

    /// The bytes of what comes next.
    #[inline]
    pub(super) fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (field, rest) = self.rest.split_at(count);
        self.rest = rest;
        self.taken += count;
        field
    }

    /// Reads the next field.
    ///
    /// # Errors
    /// [`InvalidValue`], seen from the value that has the field.
    ///
    /// # Panics
    /// If there are not so many bytes left.
    #[inline]
    pub fn take<T: FixedSize>(&mut self) -> Result<T, InvalidValue> {
        let before = self.taken;
        T::read_fixed(self.bytes(T::SIZE)).map_err(|invalid| invalid.shifted_by(before))
    }
}
