//! The two channels of `reactive-mutiny` that are sound, as queues that know no tasks.
//!
//! Nothing of them is used but `new`, `send` and `consume(0)`: their streams, `send_with` and all other
//! channels have lost wake-ups, data races or uses of freed memory.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use keen_retry::RetryResult;
use reactive_mutiny::{
    prelude::advanced::{ChannelUniMoveCrossbeam, ChannelUniMoveFullSync},
    types::{ChannelCommon, ChannelConsumer, ChannelProducer},
};

use super::awaitable::RawQueue;

/// A lock-free queue of any capacity.
pub(super) struct Crossbeam<T: Send + 'static, const CAPACITY: usize>(
    Arc<ChannelUniMoveCrossbeam<Owned<T>, CAPACITY, 1>>,
);

impl<T: Send + 'static, const CAPACITY: usize> Crossbeam<T, CAPACITY> {
    pub(super) fn new() -> Self {
        Self(ChannelUniMoveCrossbeam::new(""))
    }
}

impl<T: Send + 'static, const CAPACITY: usize> RawQueue<T> for Crossbeam<T, CAPACITY> {
    #[inline]
    fn push(&self, item: T) -> Result<(), T> {
        accepted(self.0.send(Owned::new(item))).map_err(Owned::into_inner)
    }

    #[inline]
    fn pop_into(&self, batch: &mut VecDeque<T>, limit: usize) -> usize {
        let items = std::iter::from_fn(|| self.0.consume(0));
        fill(batch, items.map(Owned::into_inner), limit)
    }
}

/// A ring under a spin lock; its capacity is a power of two.
pub(super) struct FullSync<T: Send + 'static, const CAPACITY: usize>(
    Arc<ChannelUniMoveFullSync<Owned<Option<T>>, CAPACITY, 1>>,
);

impl<T: Send + 'static, const CAPACITY: usize> FullSync<T, CAPACITY> {
    pub(super) fn new() -> Self {
        Self(ChannelUniMoveFullSync::new(""))
    }
}

impl<T: Send + 'static, const CAPACITY: usize> RawQueue<T> for FullSync<T, CAPACITY> {
    #[inline]
    fn push(&self, item: T) -> Result<(), T> {
        let pushed = accepted(self.0.send(Owned::new(Some(item))));
        pushed.or_else(|refused| refused.into_inner().map_or(Ok(()), Err))
    }

    #[inline]
    fn pop_into(&self, batch: &mut VecDeque<T>, limit: usize) -> usize {
        let items = std::iter::from_fn(|| self.0.consume(0));
        fill(batch, items.filter_map(Owned::into_inner), limit)
    }
}

#[inline]
fn accepted<T>(sent: RetryResult<(), T, (), ()>) -> Result<(), T> {
    match sent {
        RetryResult::Ok { .. } => Ok(()),
        RetryResult::Transient { input, .. } | RetryResult::Fatal { input, .. } => Err(input),
    }
}

#[inline]
fn fill<T>(batch: &mut VecDeque<T>, items: impl Iterator<Item = T>, limit: usize) -> usize {
    let before = batch.len();
    batch.extend(items.take(limit));
    batch.len() - before
}

/// An item that is `Sync` and `Debug`, as the channels demand, whatever `T` is.
///
/// The lock is never taken: it is what makes a `Send` type `Sync` without unsafe code.
#[derive(Default)]
struct Owned<T>(Mutex<T>);

impl<T> Owned<T> {
    #[inline]
    fn new(item: T) -> Self {
        Self(Mutex::new(item))
    }

    #[inline]
    fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> fmt::Debug for Owned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Owned(..)")
    }
}
