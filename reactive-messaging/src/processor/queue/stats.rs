//! What a queue has carried.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Counters of one queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueueStats {
    /// Items that the processor has not taken yet.
    pub depth: usize,
    /// The most items that a sender saw in the queue, its own included.
    pub max_depth: usize,
    /// Attempts to send that were refused since there was no room, or since others waited for it.
    pub times_full: u64,
    /// Items that the processor got.
    pub processed: u64,
    /// Items that were accepted and dropped, since the processor had gone.
    pub discarded: u64,
}

/// The live counters behind [`QueueStats`], except for its depth.
#[derive(Debug, Default)]
pub(super) struct Counters {
    max_depth: AtomicUsize,
    times_full: AtomicU64,
    discarded: AtomicU64,
    processed: Apart<AtomicU64>,
}

impl Counters {
    #[inline]
    pub(super) fn saw_depth(&self, depth: usize) {
        // nearly always one load of what hardly ever changes
        if depth > self.max_depth.load(Ordering::Relaxed) {
            self.max_depth.fetch_max(depth, Ordering::Relaxed);
        }
    }

    pub(super) fn was_full(&self) {
        self.times_full.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn discarded(&self, count: usize) {
        self.discarded.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// Only the receiver counts here.
    #[inline]
    pub(super) fn processed_one(&self) {
        let processed = self.processed.0.load(Ordering::Relaxed);
        self.processed.0.store(processed + 1, Ordering::Relaxed);
    }

    pub(super) fn snapshot(&self, depth: usize) -> QueueStats {
        QueueStats {
            depth,
            max_depth: self.max_depth.load(Ordering::Relaxed),
            times_full: self.times_full.load(Ordering::Relaxed),
            processed: self.processed.0.load(Ordering::Relaxed),
            discarded: self.discarded.load(Ordering::Relaxed),
        }
    }
}

/// In cache lines of its own, two of them since some processors fetch pairs: one side writes it often,
/// the other side reads its neighbours.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(super) struct Apart<T>(pub(super) T);
