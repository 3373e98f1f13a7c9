//! What contradicts what, in messages that const evaluation can put together.

use std::fmt;

/// Bytes of a rendered message at most.
const CAPACITY: usize = 160;

/// A field of a [`ConstConfig`](crate::ConstConfig) that contradicts another one, or the protocol.
///
/// Displayed as ``` `max_frame_len` (131072) must not exceed `outbound_bytes` (65536)```.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfigError {
    field: &'static str,
    value: u64,
    rule: &'static str,
    bound: u64,
}

impl ConfigError {
    pub(super) const fn new(
        field: &'static str,
        value: u64,
        rule: &'static str,
        bound: u64,
    ) -> Self {
        Self {
            field,
            value,
            rule,
            bound,
        }
    }

    /// The field that is to be changed.
    pub const fn field(&self) -> &'static str {
        self.field
    }

    const fn render(&self) -> Message {
        Message::new()
            .text("`")
            .text(self.field)
            .text("` (")
            .number(self.value)
            .text(") ")
            .text(self.rule)
            .text(" (")
            .number(self.bound)
            .text(")")
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.render().as_str())
    }
}

impl std::error::Error for ConfigError {}

/// Panics with the rendered error: in a const, the compiler prints it at the caller.
#[track_caller]
pub(crate) const fn require(result: Result<(), ConfigError>) {
    if let Err(error) = result {
        panic!("{}", error.render().as_str());
    }
}

/// A text that can be put together in const evaluation.
struct Message {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Message {
    const fn new() -> Self {
        Self {
            bytes: [0; CAPACITY],
            len: 0,
        }
    }

    const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut at = 0;
        while at < text.len() {
            self = self.byte(text[at]);
            at += 1;
        }
        self
    }

    const fn number(mut self, number: u64) -> Self {
        let mut unit = 1;
        while number / unit >= 10 {
            unit *= 10;
        }
        while unit > 0 {
            self = self.byte(b'0' + (number / unit % 10) as u8);
            unit /= 10;
        }
        self
    }

    const fn byte(mut self, byte: u8) -> Self {
        self.bytes[self.len] = byte;
        self.len += 1;
        self
    }

    const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "the configuration contradicts itself",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_fits_the_message_buffer() {
        let longest = ConfigError::new(
            "reconnect.backoff.initial",
            u64::MAX,
            "must not exceed what a length prefix can declare",
            u64::MAX,
        );
        assert!(longest.to_string().len() < CAPACITY);
    }
}
