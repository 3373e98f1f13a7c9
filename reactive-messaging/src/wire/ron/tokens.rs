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

    /// Takes bytes up to the first that is none of a token; punctuation has to follow.
    #[inline]
    fn run(&mut self, of_token: fn(u8) -> bool) -> Result<&'de str, GaveUp> {
        let rest = self.rest();
        let len = rest.iter().take_while(|byte| of_token(**byte)).count();
        match rest.get(len) {
            None | Some(b'(' | b')' | b',' | b':' | b']' | b'}') => self.slice(len),
            Some(_) => Err(GaveUp),
        }
    }

    #[inline]
    pub(super) fn identifier(&mut self) -> Result<&'de str, GaveUp> {
        match self.peek() {
            Some(b'A'..=b'Z' | b'a'..=b'z' | b'_') => self.run(is_of_identifier),
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
        let digits = self.run(|byte| byte.is_ascii_digit())?.as_bytes();
        let value = |digits: &[u8]| {
            let digits = digits.iter().map(|digit| u64::from(digit - b'0'));
            digits.fold(0, |value, digit| value * 10 + digit)
        };
        match digits {
            [] => Err(GaveUp),
            // below 10^19, which is below 2^64
            [_, more @ ..] if more.len() < 19 => Ok(value(digits)),
            [most @ .., last] if most.len() == 19 => value(most)
                .checked_mul(10)
                .and_then(|tens| tens.checked_add(u64::from(last - b'0')))
                .ok_or(GaveUp),
            _ => Err(GaveUp),
        }
    }

    #[inline]
    pub(super) fn float<T: FromStr>(&mut self) -> Result<T, GaveUp> {
        let digits = self.run(|byte| byte.is_ascii_digit() || b"eE.+-".contains(&byte))?;
        digits.parse().map_err(|_| GaveUp)
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

#[inline]
fn is_of_identifier(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
