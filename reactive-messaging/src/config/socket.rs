//! Options of TCP sockets.

use std::time::Duration;

/// Options of TCP sockets; what is `None` stays as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketOptions {
    /// Sends small segments at once (`TCP_NODELAY`). Default: true.
    pub no_delay: bool,
    /// Hops of outgoing packets (`IP_TTL`, `IPV6_UNICAST_HOPS`), 1 to 255. Default: `None`.
    pub ttl: Option<u32>,
    /// Bytes of the kernel's send buffer (`SO_SNDBUF`), at least 1 and at most 2³¹ − 1; the kernel has
    /// bounds of its own, and Linux takes twice as many. Default: `None`.
    pub send_buffer: Option<usize>,
    /// Bytes of the kernel's receive buffer (`SO_RCVBUF`), as `send_buffer`. Default: `None`.
    pub recv_buffer: Option<usize>,
    /// Connections that the kernel queues for a listener, as far as it allows (`somaxconn`). Default:
    /// 1,024.
    pub backlog: u32,
    /// Probes of an idle connection (`SO_KEEPALIVE`); `None` asks for none. Default: after 60 s idle, every
    /// 10 s, 3 times.
    pub tcp_keepalive: Option<Keepalive>,
    #[doc(hidden)]
    pub __extensible: (),
}

impl SocketOptions {
    /// The defaults.
    #[allow(clippy::should_implement_trait)] // the trait's method is not const; it is implemented too
    pub const fn default() -> Self {
        Self {
            no_delay: true,
            ttl: None,
            send_buffer: None,
            recv_buffer: None,
            backlog: 1_024,
            tcp_keepalive: Some(Keepalive {
                idle: Duration::from_secs(60),
                interval: Duration::from_secs(10),
                probes: 3,
            }),
            __extensible: (),
        }
    }
}

impl Default for SocketOptions {
    fn default() -> Self {
        Self::default()
    }
}

/// When a silent connection is probed, and when it is given up.
///
/// Times are 1 s to 32,767 s, rounded down to seconds, and probes 1 to 127, as Linux has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keepalive {
    /// Silence before the first probe (`TCP_KEEPIDLE`).
    pub idle: Duration,
    /// Time between probes (`TCP_KEEPINTVL`).
    pub interval: Duration,
    /// Unanswered probes after which the connection is dead (`TCP_KEEPCNT`).
    pub probes: u32,
}
