//! Validation that runs while compiling, with messages that name values.

use std::fmt;

use super::ConstConfig;

/// Bytes of a rendered message at most.
const CAPACITY: usize = 160;

/// Largest frame that a length prefix can declare.
const MAX_FRAME_LEN: usize = u32::MAX as usize;

/// A field of a [`ConstConfig`] that contradicts another one, or the protocol.
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
    const fn new(field: &'static str, value: u64, rule: &'static str, bound: u64) -> Self {
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

/// How long the payloads of one direction may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FrameLen {
    /// The limit that the protocol or the config sets.
    pub(crate) max: usize,
    /// The length of each of them, where they all have the same.
    pub(crate) exact: Option<usize>,
}

impl FrameLen {
    /// The length that none exceeds.
    pub(crate) const fn limit(self) -> usize {
        match self.exact {
            Some(exact) => exact,
            None => self.max,
        }
    }
}

macro_rules! require {
    ($field:literal, $value:expr, $holds:expr, $rule:literal, $bound:expr) => {
        if !$holds {
            return Err(ConfigError::new(
                $field,
                $value as u64,
                $rule,
                $bound as u64,
            ));
        }
    };
}

/// Checks the limit of one direction.
pub(crate) const fn check_frame_len(FrameLen { max, exact }: FrameLen) -> Result<(), ConfigError> {
    require!("max_frame_len", max, max >= 1, "must be at least", 1);
    require!(
        "max_frame_len",
        max,
        max <= MAX_FRAME_LEN,
        "must not exceed what a length prefix can declare",
        MAX_FRAME_LEN
    );
    if let Some(exact) = exact {
        require!(
            "max_frame_len",
            max,
            max >= exact,
            "must be at least the length of every message",
            exact
        );
    }
    Ok(())
}

/// Checks a config against the largest frames of its two protocols, and against what its inbound
/// framing can do.
pub(crate) const fn check(
    config: &ConstConfig,
    inbound: FrameLen,
    outbound: FrameLen,
    resynchronises: bool,
) -> Result<(), ConfigError> {
    let directions = [inbound, outbound];
    let mut direction = 0;
    while direction < directions.len() {
        if let Err(error) = check_frame_len(directions[direction]) {
            return Err(error);
        }
        direction += 1;
    }
    let (longest, room) = (outbound.limit(), config.outbound_bytes);
    require!(
        "max_frame_len",
        longest,
        longest <= room,
        "must not exceed `outbound_bytes`",
        room
    );
    let depth = config.max_depth;
    require!("max_depth", depth, depth >= 1, "must be at least", 1);
    require!(
        "max_depth",
        depth,
        depth <= 128,
        "must not exceed what a stack holds",
        128
    );
    let errors = config.max_decode_errors;
    require!(
        "max_decode_errors",
        errors,
        errors >= 1,
        "must be at least",
        1
    );
    require!(
        "max_decode_errors",
        errors,
        errors == 1 || resynchronises,
        "must not exceed, on a wire without line framing,",
        1
    );
    let inbound = config.inbound_bytes;
    require!(
        "inbound_bytes",
        inbound,
        inbound >= 1,
        "must be at least",
        1
    );
    let step = config.prealloc_step;
    require!("prealloc_step", step, step >= 1, "must be at least", 1);
    if let Some(connections) = config.max_connections {
        require!(
            "max_connections",
            connections,
            connections >= 1,
            "must be at least",
            1
        );
    }
    let backlog = config.socket_options.backlog;
    require!("backlog", backlog, backlog >= 1, "must be at least", 1);
    let accept = config.accept_backoff;
    let (initial, max) = (accept.initial.as_millis(), accept.max.as_millis());
    require!(
        "accept_backoff.initial",
        initial,
        initial >= 1,
        "must be at least, in ms,",
        1
    );
    require!(
        "accept_backoff.max",
        max,
        max >= initial,
        "must be at least `initial`, in ms,",
        initial
    );
    let connect = config.connect_timeout.as_millis();
    require!(
        "connect_timeout",
        connect,
        connect >= 1,
        "must be at least, in ms,",
        1
    );
    Ok(())
}

/// Checks how many items a queue is to hold.
pub(crate) const fn check_capacity(capacity: usize, power_of_two: bool) -> Result<(), ConfigError> {
    require!("capacity", capacity, capacity >= 1, "must be at least", 1);
    let max = u32::MAX as usize / 8;
    require!(
        "capacity",
        capacity,
        capacity <= max,
        "must not exceed",
        max
    );
    require!(
        "capacity",
        capacity,
        !power_of_two || capacity.is_power_of_two(),
        "must be a power of two, such as",
        capacity.next_power_of_two()
    );
    Ok(())
}

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
    fn defaults_are_valid() {
        assert_eq!(ConstConfig::default().validate(), Ok(()));
        assert_eq!(ConstConfig::client().validate(), Ok(()));
    }

    #[test]
    fn a_frame_that_the_outbox_cannot_hold_is_named_with_both_values() {
        let config = ConstConfig {
            max_frame_len: 131_072,
            outbound_bytes: 65_536,
            ..ConstConfig::default()
        };
        assert_eq!(
            config.validate().map_err(|error| error.to_string()),
            Err("`max_frame_len` (131072) must not exceed `outbound_bytes` (65536)".into())
        );
    }

    #[test]
    fn every_rule_fits_the_message_buffer() {
        let longest = ConfigError::new(
            "accept_backoff.initial",
            u64::MAX,
            "must not exceed what a length prefix can declare",
            u64::MAX,
        );
        assert!(longest.to_string().len() < CAPACITY);
    }
}
