//! Options of TCP sockets.

use std::time::Duration;

/// Options of TCP sockets; what is `None` stays as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketOptions {
    /// Sends small segments at once (`TCP_NODELAY`). Default: true.
    pub no_delay: bool,
    /// Hops of outgoing packets (`IP_TTL`). Default: `None`.
    pub ttl: Option<u32>,
    /// Bytes of the kernel's send buffer (`SO_SNDBUF`). Default: `None`.
    pub send_buffer: Option<usize>,
    /// Bytes of the kernel's receive buffer (`SO_RCVBUF`). Default: `None`.
    pub recv_buffer: Option<usize>,
    /// Connections that the kernel queues for a listener. Default: 1,024.
    pub backlog: u32,
    /// Probes of an idle connection. Default: after 60 s idle, every 10 s, 3 times.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keepalive {
    /// Silence before the first probe.
    pub idle: Duration,
    /// Time between probes.
    pub interval: Duration,
    /// Unanswered probes after which the connection is dead.
    pub probes: u32,
}
