//! One value a line, as the [`ron`](https://docs.rs/ron) crate prints it without options.

use super::{NotAPong, Pong, Wire};

/// RON lines.
#[derive(Debug, Clone, Copy)]
pub struct Ron;

impl Wire for Ron {
    #[inline]
    fn put_ping(out: &mut Vec<u8>, sequence: u32, payload: u64) {
        let mut digits = itoa::Buffer::new();
        out.extend_from_slice(b"Ping(");
        out.extend_from_slice(digits.format(sequence).as_bytes());
        out.push(b',');
        out.extend_from_slice(digits.format(payload).as_bytes());
        out.extend_from_slice(b")\n");
    }

    #[inline]
    fn take_pong(bytes: &[u8]) -> Result<Option<Pong>, NotAPong> {
        let mut line = Cursor { bytes, at: 0 };
        let parsed = line.pong();
        match parsed {
            Some((sequence, payload)) => Ok(Some(Pong {
                sequence: sequence.try_into().map_err(|_| NotAPong)?,
                payload,
                length: line.at,
            })),
            // a parser that stopped before the end met a byte that no pong has
            None if line.at == bytes.len() => Ok(None),
            None => Err(NotAPong),
        }
    }
}

/// Stops at the first byte that does not belong to a pong.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    #[inline]
    fn pong(&mut self) -> Option<(u64, u64)> {
        self.literal(b"Pong(")?;
        let sequence = self.number()?;
        self.literal(b",")?;
        let payload = self.number()?;
        self.literal(b")\n")?;
        Some((sequence, payload))
    }

    #[inline]
    fn literal(&mut self, expected: &[u8]) -> Option<()> {
        for byte in expected {
            (self.bytes.get(self.at) == Some(byte)).then_some(())?;
            self.at += 1;
        }
        Some(())
    }

    #[inline]
    fn number(&mut self) -> Option<u64> {
        let start = self.at;
        let mut value = 0_u64;
        while let Some(digit) = self.bytes.get(self.at).map(|byte| byte.wrapping_sub(b'0')) {
            if digit > 9 {
                break;
            }
            value = value.checked_mul(10)?.checked_add(digit.into())?;
            self.at += 1;
        }
        (self.at > start).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;
    use crate::wire::pinned;

    fn line(message: &impl Serialize) -> Vec<u8> {
        (ron::to_string(message).expect("a message") + "\n").into_bytes()
    }

    #[test]
    fn it_is_what_the_crate_speaks() {
        pinned::check::<Ron>(line, line);
    }

    #[test]
    fn nothing_else_is_a_pong() {
        for line in [
            "Pong(1)\n",
            "Pong(,1)\n",
            "Pong(1,2)x",
            "Pong(1,99999999999999999999)\n",
        ] {
            assert_eq!(Ron::take_pong(line.as_bytes()), Err(NotAPong), "{line}");
        }
    }
}
