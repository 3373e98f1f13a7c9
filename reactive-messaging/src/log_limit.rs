//! How fast failures of one kind are logged: neither a remote nor a bug may flood a log.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Lines of one kind that a service logs within [`PERIOD`].
const LINES: u32 = 10;
const PERIOD: Duration = Duration::from_secs(1);

/// One limit for each kind of failure of a service, so that none hides another.
#[derive(Debug, Default)]
pub(crate) struct LogLimits {
    /// Frames that are no messages.
    pub(crate) undecodable: LogLimit,
    /// Bytes that are no frames.
    pub(crate) unframed: LogLimit,
    /// Errors of handlers.
    pub(crate) failed: LogLimit,
    /// Panics of user code, wherever it runs.
    pub(crate) panicked: LogLimit,
    /// Event callbacks that did not end.
    pub(crate) stuck: LogLimit,
    /// Connections that could not be made or accepted.
    pub(crate) unconnected: LogLimit,
    /// Connections that were not let in.
    pub(crate) refused: LogLimit,
    /// Connections that did not end in order.
    pub(crate) broken: LogLimit,
}

/// Lets the first lines of every second through, and counts the others.
#[derive(Debug, Default)]
pub(crate) struct LogLimit(Mutex<Lines>);

#[derive(Debug, Default)]
struct Lines {
    since: Option<Instant>,
    admitted: u32,
    suppressed: u64,
}

impl LogLimit {
    /// Whether one more line is logged; if so, with the number of those that were not, since the last one.
    pub(crate) fn admit(&self) -> Option<Suppressed> {
        let now = Instant::now();
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.since.is_none_or(|since| now - since >= PERIOD) {
            lines.since = Some(now);
            lines.admitted = 0;
        }
        if lines.admitted == LINES {
            lines.suppressed += 1;
            return None;
        }
        lines.admitted += 1;
        let suppressed = std::mem::take(&mut lines.suppressed);
        Some((suppressed > 0).then_some(suppressed))
    }
}

/// How many lines were not logged, if any: the field `suppressed` of the next one.
pub(crate) type Suppressed = Option<u64>;

/// Logs at a level of `tracing`, as far as a [`LogLimit`] admits it.
macro_rules! log_limited {
    ($limit:expr, $level:ident, $($fields:tt)+) => {
        if let Some(suppressed) = $limit.admit() {
            tracing::$level!(suppressed, $($fields)+);
        }
    };
}

pub(crate) use log_limited;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn ten_lines_a_second_are_logged_and_the_others_counted() {
        let limit = LogLimit::default();
        let admitted = || (0..1_000).filter_map(|_| limit.admit()).collect::<Vec<_>>();
        assert_eq!(admitted(), [None; 10]);
        tokio::time::advance(PERIOD - Duration::from_millis(1)).await;
        assert_eq!(admitted(), []);
        tokio::time::advance(Duration::from_millis(1)).await;
        let mut next = [None; 10];
        next[0] = Some(1_990);
        assert_eq!(admitted(), next);
    }
}
