//! Records of one size: a tag, then the fields, little-endian and not aligned.

use super::{NotAPong, Pong, Wire};

const SEQUENCE: usize = size_of::<u8>();
const PAYLOAD: usize = SEQUENCE + size_of::<u32>();
const RECORD: usize = PAYLOAD + size_of::<u64>();
/// Both `Ping` and `Pong` are the first variant of their enum.
const FIRST_VARIANT: u8 = 0;

/// Unframed records.
#[derive(Debug, Clone, Copy)]
pub struct Fixed;

impl Wire for Fixed {
    #[inline]
    fn put_ping(out: &mut Vec<u8>, sequence: u32, payload: u64) {
        let mut record = [FIRST_VARIANT; RECORD];
        record[SEQUENCE..PAYLOAD].copy_from_slice(&sequence.to_le_bytes());
        record[PAYLOAD..].copy_from_slice(&payload.to_le_bytes());
        out.extend_from_slice(&record);
    }

    #[inline]
    fn take_pong(bytes: &[u8]) -> Result<Option<Pong>, NotAPong> {
        let Some(&[tag, s0, s1, s2, s3, ref payload @ ..]) = bytes.first_chunk::<RECORD>() else {
            return Ok(None);
        };
        if tag != FIRST_VARIANT {
            return Err(NotAPong);
        }
        Ok(Some(Pong {
            sequence: u32::from_le_bytes([s0, s1, s2, s3]),
            payload: u64::from_le_bytes(*payload),
            length: RECORD,
        }))
    }
}

#[cfg(test)]
mod tests {
    use reactive_messaging::{Encode, wire::Fixed as Theirs};

    use super::*;
    use crate::wire::pinned;

    fn record<M>(message: &M) -> Vec<u8>
    where
        Theirs: Encode<M>,
    {
        let mut out = Vec::new();
        Theirs::encode(message, &mut out).expect("a record");
        out
    }

    #[test]
    fn it_is_what_the_crate_speaks() {
        pinned::check::<Fixed>(record, record);
    }
}
