use std::time::Duration;

use super::*;

const ZERO: Duration = Duration::ZERO;
const SHORT: Duration = Duration::from_micros(999);
const TICK: Duration = Duration::from_millis(1);

/// Sets one time of a configuration.
type Set = fn(&mut ConstConfig, Duration);

fn config(change: impl FnOnce(&mut ConstConfig)) -> ConstConfig {
    let mut config = ConstConfig::default();
    change(&mut config);
    config
}

fn socket(change: impl FnOnce(&mut SocketOptions)) -> ConstConfig {
    config(|config| change(&mut config.socket_options))
}

fn keepalive(idle: Duration, interval: Duration, probes: u32) -> ConstConfig {
    let keepalive = Keepalive {
        idle,
        interval,
        probes,
    };
    socket(|options| options.tcp_keepalive = Some(keepalive))
}

fn refusal(result: Result<(), ConfigError>) -> String {
    result.expect_err("it makes no sense").to_string()
}

#[test]
fn defaults_are_valid() {
    assert_eq!(ConstConfig::default().validate(), Ok(()));
    assert_eq!(ConstConfig::client().validate(), Ok(()));
}

#[test]
fn counts_and_sizes_that_make_no_sense_are_named_with_both_values() {
    for (config, message) in [
        (
            config(|c| (c.max_frame_len, c.outbound_bytes) = (131_072, 65_536)),
            "`max_frame_len` (131072) must not exceed `outbound_bytes` (65536)",
        ),
        (
            config(|c| c.max_frame_len = 0),
            "`max_frame_len` (0) must be at least (1)",
        ),
        (
            config(|c| (c.max_frame_len, c.outbound_bytes) = (1 << 32, usize::MAX)),
            "`max_frame_len` (4294967296) must not exceed what a length prefix can declare (4294967295)",
        ),
        (
            config(|c| c.max_depth = 0),
            "`max_depth` (0) must be at least (1)",
        ),
        (
            config(|c| c.max_depth = 129),
            "`max_depth` (129) must not exceed what a stack holds (128)",
        ),
        (
            config(|c| c.prealloc_step = 0),
            "`prealloc_step` (0) must be at least (1)",
        ),
        (
            config(|c| c.max_decode_errors = 0),
            "`max_decode_errors` (0) must be at least (1)",
        ),
        (
            config(|c| c.inbound_bytes = 0),
            "`inbound_bytes` (0) must be at least (1)",
        ),
        (
            config(|c| c.max_connections = Some(0)),
            "`max_connections` (0) must be at least (1)",
        ),
    ] {
        assert_eq!(refusal(config.validate()), message);
    }
}

#[test]
fn times_shorter_than_a_millisecond_are_refused() {
    let optional: [(_, Set); 5] = [
        ("first_frame_timeout", |c, t| {
            c.first_frame_timeout = Some(t)
        }),
        ("frame_timeout", |c, t| c.frame_timeout = Some(t)),
        ("idle_timeout", |c, t| c.idle_timeout = Some(t)),
        ("write_timeout", |c, t| c.write_timeout = Some(t)),
        ("half_closed_timeout", |c, t| {
            c.half_closed_timeout = Some(t)
        }),
    ];
    let required: [(_, Set); 3] = [
        ("drain_timeout", |c, t| c.drain_timeout = t),
        ("connect_timeout", |c, t| c.connect_timeout = t),
        ("accept_backoff.initial", |c, t| {
            c.accept_backoff.initial = t
        }),
    ];
    let rules = [
        (&optional[..], "must be `None` or at least, in ms,"),
        (&required[..], "must be at least, in ms,"),
    ];
    for (fields, rule) in rules {
        for (field, set) in fields {
            for time in [ZERO, SHORT] {
                let refused = config(|config| set(config, time)).validate();
                assert_eq!(refused.map_err(|error| error.field()), Err(*field));
                assert_eq!(refusal(refused), format!("`{field}` (0) {rule} (1)"));
            }
            assert_eq!(config(|config| set(config, TICK)).validate(), Ok(()));
        }
    }
}

#[test]
fn pauses_grow_if_anything() {
    let accept = |initial, max| config(|c| c.accept_backoff = Backoff::new(initial, max));
    let second = Duration::from_secs(1);
    assert_eq!(
        refusal(accept(second, TICK).validate()),
        "`accept_backoff.max` (1) must be at least `initial`, in ms, (1000)"
    );
    assert_eq!(
        refusal(accept(Duration::MAX, second).validate()),
        format!(
            "`accept_backoff.max` (1000) must be at least `initial`, in ms, ({})",
            u64::MAX
        )
    );
    for (initial, max) in [(TICK, TICK), (second, Duration::MAX)] {
        assert_eq!(accept(initial, max).validate(), Ok(()));
    }
}

#[test]
fn what_no_socket_takes_is_refused() {
    let second = Duration::from_secs(1);
    for (config, message) in [
        (
            socket(|s| s.backlog = 0),
            "`backlog` (0) must be at least (1)",
        ),
        (
            socket(|s| s.ttl = Some(0)),
            "`ttl` (0) must be at least (1)",
        ),
        (
            socket(|s| s.ttl = Some(256)),
            "`ttl` (256) must not exceed (255)",
        ),
        (
            socket(|s| s.send_buffer = Some(0)),
            "`send_buffer` (0) must be `None` or at least (1)",
        ),
        (
            socket(|s| s.recv_buffer = Some(1 << 31)),
            "`recv_buffer` (2147483648) must not exceed (2147483647)",
        ),
        (
            keepalive(ZERO, second, 1),
            "`tcp_keepalive.idle` (0) must be at least, in s, (1)",
        ),
        (
            keepalive(second, Duration::from_millis(999), 1),
            "`tcp_keepalive.interval` (0) must be at least, in s, (1)",
        ),
        (
            keepalive(Duration::from_secs(32_768), second, 1),
            "`tcp_keepalive.idle` (32768) must not exceed, in s, (32767)",
        ),
        (
            keepalive(second, Duration::MAX, 1),
            "`tcp_keepalive.interval` (18446744073709551615) must not exceed, in s, (32767)",
        ),
        (
            keepalive(second, second, 0),
            "`tcp_keepalive.probes` (0) must be at least (1)",
        ),
        (
            keepalive(second, second, 128),
            "`tcp_keepalive.probes` (128) must not exceed (127)",
        ),
    ] {
        assert_eq!(refusal(config.validate()), message);
    }
}

/// Unusual, and of a meaning that is documented.
#[test]
fn extremes_that_mean_something_are_accepted() {
    let forever = Duration::MAX;
    let endless = config(|c| {
        c.first_frame_timeout = Some(forever);
        c.frame_timeout = Some(forever);
        c.idle_timeout = Some(forever);
        c.write_timeout = Some(forever);
        c.half_closed_timeout = Some(forever);
        c.drain_timeout = forever;
        c.linger_close = forever;
        c.connect_timeout = forever;
        c.linger_bytes = usize::MAX;
        c.inbound_bytes = usize::MAX;
        c.outbound_bytes = usize::MAX;
        c.prealloc_step = usize::MAX;
        c.max_connections = Some(usize::MAX);
        c.max_decode_errors = u32::MAX;
    });
    let curt = config(|c| {
        c.linger_close = ZERO;
        c.linger_bytes = 0;
        c.inbound_bytes = 1;
        c.prealloc_step = 1;
        c.retrying_strategy = RetryingStrategies::RetryWithBackoffUpTo(0);
    });
    for config in [endless, curt] {
        assert_eq!(config.validate(), Ok(()));
    }
}
