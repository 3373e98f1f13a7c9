//! A little-endian `u32` length, then four zeros and an [rkyv](https://rkyv.org) archive: a tag, and
//! the fields, little-endian and aligned. With the zeros all of them are in a buffer of such frames.

use super::{NotAPong, Pong, Wire};

const PREFIX: usize = size_of::<u32>();
/// Behind four zeros.
const TAG: usize = PREFIX + 4;
/// Aligned to 4, behind three zeros.
const SEQUENCE: usize = TAG + 4;
const PAYLOAD: usize = SEQUENCE + size_of::<u32>();
const FRAME: usize = PAYLOAD + size_of::<u64>();
/// It does not count itself.
const LENGTH: [u8; PREFIX] = ((FRAME - PREFIX) as u32).to_le_bytes();
/// Both `Ping` and `Pong` are the first variant of their enum.
const FIRST_VARIANT: u8 = 0;

/// Length-prefixed archives.
#[derive(Debug, Clone, Copy)]
pub struct Rkyv;

impl Wire for Rkyv {
    #[inline]
    fn put_ping(out: &mut Vec<u8>, sequence: u32, payload: u64) {
        let mut frame = [FIRST_VARIANT; FRAME];
        frame[..PREFIX].copy_from_slice(&LENGTH);
        frame[SEQUENCE..PAYLOAD].copy_from_slice(&sequence.to_le_bytes());
        frame[PAYLOAD..].copy_from_slice(&payload.to_le_bytes());
        out.extend_from_slice(&frame);
    }

    #[inline]
    fn take_pong(bytes: &[u8]) -> Result<Option<Pong>, NotAPong> {
        let Some(frame) = bytes.first_chunk::<FRAME>() else {
            return Ok(None);
        };
        let (head, fields) = frame.split_at(SEQUENCE);
        if head[..PREFIX] != LENGTH || head[TAG] != FIRST_VARIANT {
            return Err(NotAPong);
        }
        let (sequence, payload) = fields.split_at(size_of::<u32>());
        Ok(Some(Pong {
            sequence: u32::from_le_bytes(sequence.try_into().map_err(|_| NotAPong)?),
            payload: u64::from_le_bytes(payload.try_into().map_err(|_| NotAPong)?),
            length: FRAME,
        }))
    }
}

#[cfg(test)]
mod tests {
    use reactive_messaging::{
        Encode,
        frame::{Framing, LengthPrefixed},
        wire::Rkyv as Theirs,
    };

    use super::*;
    use crate::wire::pinned;

    fn framed<M>(message: &M) -> Vec<u8>
    where
        Theirs: Encode<M>,
    {
        let mut out = Vec::new();
        LengthPrefixed::begin(&mut out);
        Theirs::encode(message, &mut out).expect("an archive");
        LengthPrefixed::finish(&mut out, 0, 64).expect("a short frame");
        out
    }

    #[test]
    fn it_is_what_the_crate_speaks() {
        pinned::check::<Rkyv>(framed, framed);
    }

    #[test]
    fn archives_of_another_length_are_no_pongs() {
        let mut longer = [0; FRAME + 1];
        longer[0] = LENGTH[0] + 1;
        assert_eq!(Rkyv::take_pong(&longer), Err(NotAPong));
    }
}
