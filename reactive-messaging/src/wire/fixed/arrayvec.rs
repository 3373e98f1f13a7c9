//! `arrayvec`: text and lists of bounded length.

use arrayvec::{ArrayString, ArrayVec};

use super::{FieldsReader, FieldsWriter, FixedSize, InvalidValue};

const TOO_LONG: &str = "a length exceeds the capacity";

/// Bytes of a length that is at most `capacity`.
const fn len_size(capacity: usize) -> usize {
    match capacity {
        0..=0xFF => 1,
        0x100..=0xFFFF => 2,
        _ => {
            assert!(
                capacity as u64 <= u32::MAX as u64,
                "no capacity is beyond 4 GiB"
            );
            4
        }
    }
}

#[inline]
fn put_len(fields: &mut FieldsWriter<'_>, len: usize, capacity: usize) {
    match len_size(capacity) {
        1 => fields.put(&(len as u8)),
        2 => fields.put(&(len as u16)),
        _ => fields.put(&(len as u32)),
    }
}

#[inline]
fn take_len(fields: &mut FieldsReader<'_>, capacity: usize) -> Result<usize, InvalidValue> {
    let len = match len_size(capacity) {
        1 => fields.take::<u8>()?.into(),
        2 => fields.take::<u16>()?.into(),
        _ => fields.take::<u32>()? as usize,
    };
    if len > capacity {
        return Err(InvalidValue::new(0, TOO_LONG));
    }
    Ok(len)
}

impl<const N: usize> FixedSize for ArrayString<N> {
    const SIZE: usize = len_size(N) + N;

    #[inline]
    fn write_fixed(&self, out: &mut [u8]) {
        let mut fields = FieldsWriter::new(out);
        put_len(&mut fields, self.len(), N);
        fields.put_all(self.as_bytes());
    }

    #[inline]
    fn read_fixed(bytes: &[u8]) -> Result<Self, InvalidValue> {
        let mut fields = FieldsReader::new(bytes);
        let len = take_len(&mut fields, N)?;
        let text = std::str::from_utf8(fields.bytes(len)).map_err(|error| {
            InvalidValue::new(error.valid_up_to(), "invalid UTF-8").shifted_by(len_size(N))
        })?;
        Self::from(text).map_err(|_| InvalidValue::new(0, TOO_LONG))
    }
}

impl<T: FixedSize, const N: usize> FixedSize for ArrayVec<T, N> {
    const SIZE: usize = len_size(N) + N * T::SIZE;

    #[inline]
    fn write_fixed(&self, out: &mut [u8]) {
        let mut fields = FieldsWriter::new(out);
        put_len(&mut fields, self.len(), N);
        fields.put_all(self);
    }

    #[inline]
    fn read_fixed(bytes: &[u8]) -> Result<Self, InvalidValue> {
        let mut fields = FieldsReader::new(bytes);
        let len = take_len(&mut fields, N)?;
        let mut list = Self::new();
        for _ in 0..len {
            // `len` is within the capacity
            let _ = list.try_push(fields.take()?);
        }
        Ok(list)
    }
}
