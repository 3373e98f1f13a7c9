//! Policies of trying again.

use std::time::Duration;

/// What to do when an operation cannot be done now: the outbox, or the queue of a shared processor, is
/// full, or nobody answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryingStrategies {
    /// Sending waits for room, first in, first out. Connecting is tried once.
    WaitForRoom,
    /// The first refusal is the result.
    DoNotRetry,
    /// A full outbox, or queue, ends the connection. Connecting is tried once.
    EndCommunications,
    /// Tries again up to so many times, with growing, randomised delays of 1 ms (connecting:
    /// 100 ms) up to 30 s. 0 is `DoNotRetry`.
    RetryWithBackoffUpTo(u32),
    /// Tries again for so many milliseconds, yielding to other tasks in between. Connecting pauses
    /// as `RetryWithBackoffUpTo` does. 0 is `DoNotRetry`.
    RetryYieldingForUpToMillis(u64),
}

impl RetryingStrategies {
    /// The announced name of [`RetryYieldingForUpToMillis`](Self::RetryYieldingForUpToMillis).
    #[allow(non_snake_case)]
    #[deprecated(note = "nothing spins in async code: use `RetryYieldingForUpToMillis`")]
    pub const fn RetrySpinningForUpToMillis(millis: u64) -> Self {
        Self::RetryYieldingForUpToMillis(millis)
    }
}

/// Delays that double from `initial` up to `max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The first delay; at least 1 ms.
    pub initial: Duration,
    /// The longest delay; at least `initial`.
    pub max: Duration,
}

impl Backoff {
    /// Delays from `initial` up to `max`.
    pub const fn new(initial: Duration, max: Duration) -> Self {
        Self { initial, max }
    }
}
