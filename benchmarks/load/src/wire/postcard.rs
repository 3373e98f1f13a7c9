//! A little-endian `u32` length, then [postcard](https://postcard.jamesmunns.com/wire-format.html).

use super::{NotAPong, Pong, Wire};

const PREFIX: usize = size_of::<u32>();
/// Both `Ping` and `Pong` are the first variant of their enum.
const FIRST_VARIANT: u8 = 0;

/// Length-prefixed postcard.
#[derive(Debug, Clone, Copy)]
pub struct Postcard;

impl Wire for Postcard {
    #[inline]
    fn put_ping(out: &mut Vec<u8>, sequence: u32, payload: u64) {
        let mut frame = [0; 20];
        frame[PREFIX] = FIRST_VARIANT;
        let end = put_varint(&mut frame, PREFIX + 1, sequence.into());
        let end = put_varint(&mut frame, end, payload);
        // at most 16, so the other three bytes of the length are zero
        frame[0] = (end - PREFIX) as u8;
        out.extend_from_slice(&frame[..end]);
    }

    #[inline]
    fn take_pong(bytes: &[u8]) -> Result<Option<Pong>, NotAPong> {
        let Some((prefix, rest)) = bytes.split_first_chunk::<PREFIX>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*prefix) as usize;
        let Some(frame) = rest.get(..length) else {
            return Ok(None);
        };
        let [FIRST_VARIANT, fields @ ..] = frame else {
            return Err(NotAPong);
        };
        let (sequence, fields) = take_varint(fields)?;
        let (payload, []) = take_varint(fields)? else {
            return Err(NotAPong);
        };
        Ok(Some(Pong {
            sequence: sequence.try_into().map_err(|_| NotAPong)?,
            payload,
            length: PREFIX + length,
        }))
    }
}

#[inline]
fn put_varint(frame: &mut [u8; 20], mut at: usize, mut value: u64) -> usize {
    while value >= 0x80 {
        frame[at] = value as u8 | 0x80;
        value >>= 7;
        at += 1;
    }
    frame[at] = value as u8;
    at + 1
}

#[inline]
fn take_varint(bytes: &[u8]) -> Result<(u64, &[u8]), NotAPong> {
    let mut value = 0;
    for (index, &byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7F) << (7 * index);
        if byte < 0x80 {
            return Ok((value, &bytes[index + 1..]));
        }
    }
    Err(NotAPong)
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;
    use crate::wire::pinned;

    fn framed(payload: &[u8]) -> Vec<u8> {
        [&(payload.len() as u32).to_le_bytes(), payload].concat()
    }

    fn written(message: &impl Serialize) -> Vec<u8> {
        framed(&postcard::to_stdvec(message).expect("a message"))
    }

    #[test]
    fn it_is_what_the_crate_speaks() {
        pinned::check::<Postcard>(written, written);
    }

    #[test]
    fn nothing_else_is_a_pong() {
        for payload in [&[0, 1, 1, 1][..], &[0, 1]] {
            assert_eq!(Postcard::take_pong(&framed(payload)), Err(NotAPong));
        }
    }
}
