//! What the connections of one shared processor and the processor itself have in common.

use std::sync::Arc;

use super::{
    inputs::{Entry, Inputs},
    progress::Progress,
    queue::{Channel, QueueStats, Sender},
};
use crate::{dialog::Counter, log_limit::LogLimit};

/// The way to one processor.
pub(crate) struct Lane<C, S> {
    pub(super) queue: Sender<Entry<C, S>>,
    pub(super) progress: Arc<Progress>,
    pub(super) counters: Counters,
    /// How fast errors of nobody in particular are logged.
    pub(super) log: LogLimit,
}

/// The live counters behind [`ProcessorStats`].
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) replies_dropped: Counter,
    pub(super) handler_errors: Counter,
    pub(super) futures_dropped: Counter,
}

/// What a shared processor has carried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProcessorStats {
    /// What went through its queue.
    pub queue: QueueStats,
    /// Messages that it yielded for peers that had gone, or that did not read.
    pub replies_dropped: u64,
    /// Items that were errors of nobody in particular; those beside a peer are counted there.
    pub handler_errors: u64,
    /// Panics of its handler, which end the server, and of inputs while they were dropped. Those of messages
    /// while they were encoded are counted at their peer.
    pub panics: u64,
    /// Futures that it had begun and that were dropped before their end, since the server was over.
    pub futures_dropped: u64,
}

impl<C: Send + 'static, S: 'static> Lane<C, S> {
    /// Opens a queue.
    pub(crate) fn open<K: Channel>() -> (Self, Inputs<C, S>) {
        let (queue, receiver) = K::open();
        let progress = Arc::<Progress>::default();
        let inputs = Inputs::new(receiver, progress.clone());
        let counters = Counters::default();
        let lane = Self {
            queue,
            progress,
            counters,
            log: LogLimit::default(),
        };
        (lane, inputs)
    }

    /// Takes no further input; those that were taken are still processed.
    pub(crate) fn close(&self) {
        self.queue.close();
    }

    pub(crate) fn stats(&self) -> ProcessorStats {
        ProcessorStats {
            queue: self.queue.stats(),
            replies_dropped: self.counters.replies_dropped.value(),
            handler_errors: self.counters.handler_errors.value(),
            panics: self.progress.panics.value(),
            futures_dropped: self.counters.futures_dropped.value(),
        }
    }
}
