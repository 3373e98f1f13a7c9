//! Limits and timeouts of a service, as a const.

mod error;
mod on_error;
mod retrying;
mod socket;
#[cfg(test)]
mod tests;
mod validate;

pub use error::ConfigError;
pub(crate) use error::require;
pub use on_error::OnError;
pub use retrying::{Backoff, RetryingStrategies};
pub use socket::{Keepalive, SocketOptions};
pub(crate) use validate::{FrameLen, check, check_backoff, check_capacity, check_frame_len};

use std::time::Duration;

/// Everything about a service that is known when it is compiled.
///
/// All fields are public, and `default()` is const:
///
/// ```
/// use reactive_messaging::ConstConfig;
///
/// const CONFIG: ConstConfig = ConstConfig { max_frame_len: 8192, ..ConstConfig::default() };
/// # assert!(CONFIG.validate().is_ok());
/// ```
///
/// `#[reactive_server(config = CONFIG)]` and `#[reactive_client(config = CONFIG)]` validate it while
/// compiling, `.config(CONFIG)` of a builder when the service starts.
///
/// [`guide::limits`](crate::guide::limits) tells what happens when each is met. Times are at least 1 ms,
/// which is how finely the clock is divided, and at most `Duration::MAX`, which is never over. Only
/// `linger_close` may be zero, too, and those of [`Keepalive`] are 1 s to 32,767 s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConstConfig {
    /// Most bytes of one encoded message, in either direction; a protocol's own limit wins.
    /// Default: 64 KiB.
    pub max_frame_len: usize,
    /// Most levels of nesting within a received message. Default: 32.
    pub max_depth: usize,
    /// Most bytes reserved for elements that a received message declares and that have not been
    /// read yet; exact for elements of up to 64 bytes. Default: 4 KiB.
    pub prealloc_step: usize,
    /// Consecutive undecodable frames at which the dialog closes. More than 1 needs a line wire, and
    /// lets a person mistype. Default: 1.
    pub max_decode_errors: u32,
    /// Most bytes of complete frames that are read ahead of the handler; one read may exceed it by 4 KiB
    /// and the frame that it completes. Default: 64 KiB.
    pub inbound_bytes: usize,
    /// Most bytes of encoded messages that wait for the remote to read. Default: 256 KiB.
    pub outbound_bytes: usize,
    /// Connections of a server at one time; the next one is refused. `None`: ¾ of the process's
    /// limit of file descriptors, at least 16 and at most 10,000. Default: `None`.
    pub max_connections: Option<usize>,
    /// Pauses of the accept loop while the system is out of descriptors or memory. Default: 10 ms,
    /// doubling up to 1 s.
    pub accept_backoff: Backoff,
    /// Time to the first complete message of a connection, or of a stage. Default: `None`.
    pub first_frame_timeout: Option<Duration>,
    /// Time from a frame's first byte to its last, plus one second per 64 KiB of it; the clock
    /// stands still while backpressure pauses reading. Default: 10 s.
    pub frame_timeout: Option<Duration>,
    /// Time without a byte in either direction. Default: `None`.
    pub idle_timeout: Option<Duration>,
    /// Time that pending output may wait without any progress. Default: 60 s for servers
    /// ([`default()`](Self::default)), `None` for clients ([`client()`](Self::client)): a client whose
    /// config is made from `default()` has it, too.
    pub write_timeout: Option<Duration>,
    /// Time without a byte written, after the remote finished sending. Default: 30 s.
    pub half_closed_timeout: Option<Duration>,
    /// Time that a closing dialog has to finish its handler and to flush, and that each event callback
    /// has once its service is to end. Default: 10 s.
    pub drain_timeout: Duration,
    /// Time that a flushed connection waits for the remote to close, reading and dropping what still
    /// comes, so that the remote reads the last messages instead of a reset. Zero: it does not wait.
    /// Default: 2 s.
    pub linger_close: Duration,
    /// Most bytes that a dialog reads and drops from its end on; one read may exceed it by 64 KiB. A
    /// remote that sends more is cut off once it was written to. Zero: nothing is read, and the
    /// connection closes as soon as it is flushed. Default: 1 MiB.
    pub linger_bytes: usize,
    /// Time for a client's one attempt to connect. Default: 5 s.
    pub connect_timeout: Duration,
    /// What happens when the outbox is full, and how often a client tries to connect. Default:
    /// [`RetryingStrategies::WaitForRoom`].
    pub retrying_strategy: RetryingStrategies,
    /// Options of TCP sockets.
    pub socket_options: SocketOptions,
    #[doc(hidden)]
    pub __extensible: (),
}

impl ConstConfig {
    /// The defaults of a server.
    #[allow(clippy::should_implement_trait)] // the trait's method is not const; it is implemented too
    pub const fn default() -> Self {
        Self {
            max_frame_len: 64 * 1024,
            max_depth: 32,
            prealloc_step: 4 * 1024,
            max_decode_errors: 1,
            inbound_bytes: 64 * 1024,
            outbound_bytes: 256 * 1024,
            max_connections: None,
            accept_backoff: Backoff::new(Duration::from_millis(10), Duration::from_secs(1)),
            first_frame_timeout: None,
            frame_timeout: Some(Duration::from_secs(10)),
            idle_timeout: None,
            write_timeout: Some(Duration::from_secs(60)),
            half_closed_timeout: Some(Duration::from_secs(30)),
            drain_timeout: Duration::from_secs(10),
            linger_close: Duration::from_secs(2),
            linger_bytes: 1024 * 1024,
            connect_timeout: Duration::from_secs(5),
            retrying_strategy: RetryingStrategies::WaitForRoom,
            socket_options: SocketOptions::default(),
            __extensible: (),
        }
    }

    /// The defaults of a client: those of a server, without `write_timeout`.
    pub const fn client() -> Self {
        Self {
            write_timeout: None,
            ..Self::default()
        }
    }

    /// Checks that no limit contradicts another one.
    ///
    /// # Errors
    /// [`ConfigError`] naming the field, its value and the bound that it breaks.
    pub const fn validate(&self) -> Result<(), ConfigError> {
        let frames = FrameLen {
            max: self.max_frame_len,
            exact: None,
        };
        check(self, frames, frames, true)
    }
}

impl Default for ConstConfig {
    fn default() -> Self {
        Self::default()
    }
}
