//! Requests off the front of a buffer, responses onto the end of one.

use std::{fmt, io};

use load::protocol::{Request, Response};

/// A framed wire.
pub trait Codec: 'static {
    /// The first request in `bytes` and its length, framing included; `None` if it is incomplete.
    ///
    /// # Errors
    /// `InvalidData`.
    fn take(bytes: &[u8]) -> io::Result<Option<(Request, usize)>>;

    /// Appends `response`.
    ///
    /// # Errors
    /// `InvalidData`.
    fn put(response: &Response, out: &mut Vec<u8>) -> io::Result<()>;
}

/// A little-endian `u32` length, then postcard.
#[derive(Debug, Clone, Copy)]
pub struct Postcard;

const PREFIX: usize = size_of::<u32>();
/// The longest response: a variant, a varint of a `u32`, a varint of a `u64`.
const LONGEST: usize = 1 + 5 + 10;

impl Codec for Postcard {
    #[inline]
    fn take(bytes: &[u8]) -> io::Result<Option<(Request, usize)>> {
        let Some((prefix, rest)) = bytes.split_first_chunk::<PREFIX>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*prefix) as usize;
        let Some(payload) = rest.get(..length) else {
            return Ok(None);
        };
        let request = postcard::from_bytes(payload).map_err(invalid)?;
        Ok(Some((request, PREFIX + length)))
    }

    #[inline]
    fn put(response: &Response, out: &mut Vec<u8>) -> io::Result<()> {
        let mut frame = [0; PREFIX + LONGEST];
        let payload = postcard::to_slice(response, &mut frame[PREFIX..]).map_err(invalid)?;
        let length = payload.len();
        frame[..PREFIX].copy_from_slice(&(length as u32).to_le_bytes());
        out.extend_from_slice(&frame[..PREFIX + length]);
        Ok(())
    }
}

/// One RON value a line.
#[derive(Debug, Clone, Copy)]
pub struct Ron;

impl Codec for Ron {
    #[inline]
    fn take(bytes: &[u8]) -> io::Result<Option<(Request, usize)>> {
        let Some(length) = memchr::memchr(b'\n', bytes) else {
            return Ok(None);
        };
        let request = ron::de::from_bytes(&bytes[..length]).map_err(invalid)?;
        Ok(Some((request, length + 1)))
    }

    #[inline]
    fn put(response: &Response, out: &mut Vec<u8>) -> io::Result<()> {
        ron::Options::default()
            .to_writer(Text(out), response)
            .map_err(invalid)?;
        out.push(b'\n');
        Ok(())
    }
}

/// Lets the serializer append to a buffer of bytes.
struct Text<'a>(&'a mut Vec<u8>);

impl fmt::Write for Text<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
