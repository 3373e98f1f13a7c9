//! The tokens of RON, as far as they are written without white space, comments and extensions.
//!
//! Every fn reads what `ron::parse::Parser` reads at the same place, and takes as many bytes; what
//! the parser would read in another way, or what needs care, is given up. A number, an identifier
//! and a keyword are taken only if punctuation follows, so that none is the beginning of a longer one.

use std::str::FromStr;

use memchr::memchr2;

use super::GaveUp;

/// Where in a text its next token begins.
pub(super) struct Tokens<'de> {
    text: &'de str,
    /// Bytes that were taken; more than there are once reading was given up.
    at: usize,
}

/// A string as it is in the text, or without its escapes.
pub(super) enum Text<'de> {
    Plain(&'de str),
    Unescaped(String),
}

impl<'de> Tokens<'de> {
    #[inline]
    pub(super) fn new(text: &'de str) -> Self {
        Self { text, at: 0 }
    }

    /// Whether the text was read from its first byte to its last.
    #[inline]
    pub(super) fn is_read(&self) -> bool {
        self.at == self.text.len()
    }

    /// Passes `result` on. From an error on nothing more can be read, whatever the error's receiver
    /// makes of it: a `Deserialize` may put a default in its place.
    #[inline]
    pub(super) fn checked<T>(&mut self, result: Result<T, GaveUp>) -> Result<T, GaveUp> {
        if result.is_err() {
            self.at = usize::MAX;
        }
        result
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn next(&mut self) -> Result<u8, GaveUp> {
        let byte = self.peek().ok_or(GaveUp)?;
        self.at += 1;
        Ok(byte)
    }

    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.at += usize::from(taken);
        taken
    }

    #[inline]
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), GaveUp> {
        if self.take(byte) { Ok(()) } else { Err(GaveUp) }
    }

    #[inline]
    fn rest(&self) -> &'de [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Takes the next `len` bytes.
    #[inline]
    fn slice(&mut self, len: usize) -> Result<&'de str, GaveUp> {
        let end = self.at.checked_add(len).ok_or(GaveUp)?;
        let slice = self.text.get(self.at..end).ok_or(GaveUp)?;
        self.at = end;
        Ok(slice)
    }

    /// Takes the next `len` bytes; punctuation has to follow.
    #[inline]
    fn token(&mut self, len: usize) -> Result<&'de str, GaveUp> {
        self.ends_at(len)?;
        self.slice(len)
    }

    /// What would go on otherwise ends `len` bytes further.
    #[inline]
    fn ends_at(&self, len: usize) -> Result<(), GaveUp> {
        match self.rest().get(len) {
            None | Some(b'(' | b')' | b',' | b':' | b']' | b'}') => Ok(()),
            Some(_) => Err(GaveUp),
        }
    }

    /// How many of the next bytes are of some kind.
    #[inline]
    fn run(&self, is_of_kind: impl Fn(u8) -> bool) -> usize {
        let others = self.rest().iter().position(|byte| !is_of_kind(*byte));
        others.unwrap_or(self.rest().len())
    }

    #[inline]
    pub(super) fn identifier(&mut self) -> Result<&'de str, GaveUp> {
        match self.peek() {
            Some(b'A'..=b'Z' | b'a'..=b'z' | b'_') => {
                self.token(self.run(|byte| IN_IDENTIFIER[usize::from(byte)]))
            }
            _ => Err(GaveUp),
        }
    }

    #[inline]
    pub(super) fn bool(&mut self) -> Result<bool, GaveUp> {
        match self.identifier()? {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(GaveUp),
        }
    }

    /// Whether there is a `Some(`, which is taken, or a `None`.
    #[inline]
    pub(super) fn some(&mut self) -> Result<bool, GaveUp> {
        match self.identifier()? {
            "Some" => self.expect(b'(').map(|()| true),
            "None" => Ok(false),
            _ => Err(GaveUp),
        }
    }

    #[inline]
    pub(super) fn unsigned<T: TryFrom<u64>>(&mut self) -> Result<T, GaveUp> {
        let value = self.magnitude()?;
        T::try_from(value).map_err(|_| GaveUp)
    }

    #[inline]
    pub(super) fn signed<T: TryFrom<i64>>(&mut self) -> Result<T, GaveUp> {
        let value = if self.take(b'-') {
            0_i64.checked_sub_unsigned(self.magnitude()?)
        } else {
            0_i64.checked_add_unsigned(self.magnitude()?)
        };
        T::try_from(value.ok_or(GaveUp)?).map_err(|_| GaveUp)
    }

    /// Decimal digits.
    #[inline]
    fn magnitude(&mut self) -> Result<u64, GaveUp> {
        /// The least number of 20 digits.
        const TWENTY: u64 = 10_u64.pow(19);

        let (mut value, mut len) = (0_u64, 0);
        while let Some(byte @ b'0'..=b'9') = self.rest().get(len) {
            let digit = u64::from(byte - b'0');
            value = value.wrapping_mul(10).wrapping_add(digit);
            len += 1;
        }
        match len {
            1..=19 => {}
            // what is not below 2^64, but below twice the least, has wrapped to less than the least
            20 if self.peek() == Some(b'1') && value >= TWENTY => {}
            _ => return Err(GaveUp),
        }
        self.ends_at(len)?;
        self.at += len;
        Ok(value)
    }

    #[inline]
    pub(super) fn float<T: FromStr>(&mut self) -> Result<T, GaveUp> {
        let len = self.run(|byte| byte.is_ascii_digit() || b"eE.+-".contains(&byte));
        self.token(len)?.parse().map_err(|_| GaveUp)
    }

    #[inline]
    pub(super) fn char(&mut self) -> Result<char, GaveUp> {
        self.expect(b'\'')?;
        let char = if self.take(b'\\') {
            self.escaped()?
        } else {
            let rest = self.text.get(self.at..).ok_or(GaveUp)?;
            let char = rest.chars().next().ok_or(GaveUp)?;
            self.at += char.len_utf8();
            char
        };
        self.expect(b'\'')?;
        Ok(char)
    }

    #[inline]
    pub(super) fn string(&mut self) -> Result<Text<'de>, GaveUp> {
        self.expect(b'"')?;
        let plain = self.unescaped()?;
        if self.next()? == b'"' {
            return Ok(Text::Plain(plain));
        }
        let mut text = String::from(plain);
        loop {
            text.push(self.escaped()?);
            text.push_str(self.unescaped()?);
            if self.next()? == b'"' {
                return Ok(Text::Unescaped(text));
            }
        }
    }

    /// What is in front of the next quote or backslash.
    #[inline]
    fn unescaped(&mut self) -> Result<&'de str, GaveUp> {
        let len = memchr2(b'"', b'\\', self.rest()).ok_or(GaveUp)?;
        self.slice(len)
    }

    /// What follows a backslash.
    fn escaped(&mut self) -> Result<char, GaveUp> {
        match self.next()? {
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'0' => Ok('\0'),
            char @ (b'"' | b'\'' | b'\\') => Ok(char::from(char)),
            b'u' => self.code_point(),
            _ => Err(GaveUp),
        }
    }

    /// One to six hexadecimal digits in braces.
    fn code_point(&mut self) -> Result<char, GaveUp> {
        self.expect(b'{')?;
        let (mut value, mut digits) = (0, 0);
        loop {
            let byte = self.next()?;
            if byte == b'}' && digits > 0 {
                return char::from_u32(value).ok_or(GaveUp);
            }
            let digit = char::from(byte).to_digit(16).ok_or(GaveUp)?;
            (value, digits) = (value * 16 + digit, digits + 1);
            if digits > 6 {
                return Err(GaveUp);
            }
        }
    }
}

/// Whether a byte may be in an identifier, the first place excepted.
pub(super) static IN_IDENTIFIER: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        byte += 1;
    }
    table
};
