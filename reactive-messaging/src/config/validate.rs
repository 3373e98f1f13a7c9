//! Rules that are checked while compiling.

use std::time::Duration;

use super::{Backoff, ConfigError, ConstConfig, Keepalive, SocketOptions};

/// Largest frame that a length prefix can declare.
const MAX_FRAME_LEN: usize = u32::MAX as usize;

/// What fits the eight bits of an IP header.
const MAX_TTL: u32 = 255;

/// Bytes of a socket's buffer that its option, an `int`, can say.
const MAX_BUFFER: usize = i32::MAX as usize;

/// Seconds of `TCP_KEEPIDLE` and `TCP_KEEPINTVL`, and probes of `TCP_KEEPCNT`, that Linux takes, by
/// `include/net/tcp.h`.
const MAX_KEEPALIVE: u64 = 32_767;
const MAX_PROBES: u32 = 127;

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
    ($field:expr, $value:expr, $holds:expr, $rule:expr, $bound:expr) => {
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
    if let Err(error) = check_times(config) {
        return Err(error);
    }
    check_socket(&config.socket_options)
}

/// What `None` does, zero need not do, too: a time of zero would end every connection at once.
const fn check_times(config: &ConstConfig) -> Result<(), ConfigError> {
    let optional = [
        ("first_frame_timeout", config.first_frame_timeout),
        ("frame_timeout", config.frame_timeout),
        ("idle_timeout", config.idle_timeout),
        ("write_timeout", config.write_timeout),
        ("half_closed_timeout", config.half_closed_timeout),
    ];
    let mut at = 0;
    while at < optional.len() {
        let (field, timeout) = optional[at];
        if let Some(timeout) = timeout {
            let timeout = millis(timeout);
            let rule = "must be `None` or at least, in ms,";
            require!(field, timeout, timeout >= 1, rule, 1);
        }
        at += 1;
    }
    let required = [
        ("drain_timeout", config.drain_timeout),
        ("connect_timeout", config.connect_timeout),
    ];
    let mut at = 0;
    while at < required.len() {
        let (field, timeout) = (required[at].0, millis(required[at].1));
        let rule = "must be at least, in ms,";
        require!(field, timeout, timeout >= 1, rule, 1);
        at += 1;
    }
    let fields = ["accept_backoff.initial", "accept_backoff.max"];
    check_backoff(config.accept_backoff, fields)
}

/// Checks pauses, whose two fields have these names.
pub(crate) const fn check_backoff(
    backoff: Backoff,
    [initial_field, max_field]: [&'static str; 2],
) -> Result<(), ConfigError> {
    let (initial, max) = (millis(backoff.initial), millis(backoff.max));
    let rule = "must be at least, in ms,";
    require!(initial_field, initial, initial >= 1, rule, 1);
    let rule = "must be at least `initial`, in ms,";
    require!(max_field, max, max >= initial, rule, initial);
    Ok(())
}

/// Values that the system refuses: it would do so for every connection anew.
const fn check_socket(options: &SocketOptions) -> Result<(), ConfigError> {
    let backlog = options.backlog;
    require!("backlog", backlog, backlog >= 1, "must be at least", 1);
    if let Some(hops) = options.ttl {
        require!("ttl", hops, hops >= 1, "must be at least", 1);
        require!("ttl", hops, hops <= MAX_TTL, "must not exceed", MAX_TTL);
    }
    let buffers = [
        ("send_buffer", options.send_buffer),
        ("recv_buffer", options.recv_buffer),
    ];
    let mut at = 0;
    while at < buffers.len() {
        let (field, bytes) = buffers[at];
        if let Some(bytes) = bytes {
            let rule = "must be `None` or at least";
            require!(field, bytes, bytes >= 1, rule, 1);
            let rule = "must not exceed";
            require!(field, bytes, bytes <= MAX_BUFFER, rule, MAX_BUFFER);
        }
        at += 1;
    }
    match options.tcp_keepalive {
        Some(keepalive) => check_keepalive(keepalive),
        None => Ok(()),
    }
}

const fn check_keepalive(keepalive: Keepalive) -> Result<(), ConfigError> {
    let times = [
        ("tcp_keepalive.idle", keepalive.idle.as_secs()),
        ("tcp_keepalive.interval", keepalive.interval.as_secs()),
    ];
    let mut at = 0;
    while at < times.len() {
        let (field, seconds) = times[at];
        let rule = "must be at least, in s,";
        require!(field, seconds, seconds >= 1, rule, 1);
        let rule = "must not exceed, in s,";
        let most = MAX_KEEPALIVE;
        require!(field, seconds, seconds <= most, rule, most);
        at += 1;
    }
    let (probes, most) = (keepalive.probes, MAX_PROBES);
    let field = "tcp_keepalive.probes";
    require!(field, probes, probes >= 1, "must be at least", 1);
    require!(field, probes, probes <= most, "must not exceed", most);
    Ok(())
}

/// Whole milliseconds, as many as a message shows.
const fn millis(time: Duration) -> u64 {
    let millis = time.as_millis();
    if millis > u64::MAX as u128 {
        u64::MAX
    } else {
        millis as u64
    }
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
