//! Text that may quote bytes of the network, made safe to print.

use std::fmt::{self, Write};

/// Bytes of a [`Detail`] at most, but for its `…`, so that no remote party can flood a log by one frame.
const MAX_LEN: usize = 160;

/// An error of a library, as one line of printable ASCII of at most 160 bytes, and a `…` if it was cut.
///
/// Parsers quote what they could not read, and that came from the network: control characters and
/// anything beyond ASCII are escaped as `\u{…}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail(Box<str>);

impl Detail {
    /// Escapes and cuts the `Display` of `cause`.
    pub fn of(cause: impl fmt::Display) -> Self {
        Self(escaped(&cause, MAX_LEN).into())
    }
}

impl Detail {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Detail {}

/// The `Display` of `text`, escaped to printable ASCII and cut behind `max_len` bytes.
pub(crate) fn escaped(text: &dyn fmt::Display, max_len: usize) -> String {
    let mut cut = Escape {
        out: String::new(),
        max_len,
    };
    if write!(cut, "{text}").is_err() {
        cut.out.push('…');
    }
    cut.out
}

struct Escape {
    out: String,
    max_len: usize,
}

impl fmt::Write for Escape {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            let kept = self.out.len();
            match char {
                ' '..='~' => self.out.push(char),
                _ => self.out.extend(char.escape_default()),
            }
            if self.out.len() > self.max_len {
                self.out.truncate(kept);
                return Err(fmt::Error);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f15_escapes_controls_and_direction_marks_and_cuts() {
        assert_eq!(
            Detail::of("a\u{1b}[2J\r\u{202e}b").to_string(),
            "a\\u{1b}[2J\\r\\u{202e}b"
        );
        let long = Detail::of("x".repeat(1_000)).to_string();
        assert_eq!(long, format!("{}…", "x".repeat(MAX_LEN)));
    }
}
