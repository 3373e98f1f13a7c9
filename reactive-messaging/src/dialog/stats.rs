//! What a connection has carried.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of one connection, or the sum of several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PeerStats {
    /// Messages decoded and handed to the handler.
    pub messages_received: u64,
    /// Messages accepted for sending, whether or not they were written yet.
    pub messages_sent: u64,
    /// Bytes read, framing included.
    pub bytes_received: u64,
    /// Bytes written, framing included.
    pub bytes_sent: u64,
    /// Received frames that were no messages.
    pub decode_errors: u64,
    /// Items of the handler that were errors, and messages that it yielded which could not be encoded.
    pub handler_errors: u64,
    /// Panics of user code on behalf of this connection, all of them contained: of its handler, of messages
    /// while they were encoded, of callbacks that were told of it.
    pub panics: u64,
    /// Error messages that the remote was not told, since it did not read and its outbox was full.
    pub notices_dropped: u64,
    /// Messages to a [`Group`](crate::Group) that this member of it was not sent, since its outbox was
    /// full.
    pub broadcasts_skipped: u64,
    /// Complete frames that were received and not decoded, since the handler had dropped its
    /// `Incoming`, or had ended.
    pub frames_discarded: u64,
    /// Futures that the handler had begun and that were dropped before their end, since its stage or
    /// its connection was over.
    pub futures_dropped: u64,
    /// Messages accepted for sending that were not written when the connection ended.
    pub messages_undelivered: u64,
}

impl std::ops::AddAssign for PeerStats {
    fn add_assign(&mut self, other: Self) {
        self.messages_received += other.messages_received;
        self.messages_sent += other.messages_sent;
        self.bytes_received += other.bytes_received;
        self.bytes_sent += other.bytes_sent;
        self.decode_errors += other.decode_errors;
        self.handler_errors += other.handler_errors;
        self.panics += other.panics;
        self.notices_dropped += other.notices_dropped;
        self.broadcasts_skipped += other.broadcasts_skipped;
        self.frames_discarded += other.frames_discarded;
        self.futures_dropped += other.futures_dropped;
        self.messages_undelivered += other.messages_undelivered;
    }
}

/// One count; every writer adds a batch at a time.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        if count > 0 {
            self.0.fetch_add(count, Ordering::Relaxed);
        }
    }

    /// Counts one more, and tells which one it is.
    pub(crate) fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The live counters behind [`PeerStats`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) messages_received: Counter,
    pub(crate) messages_sent: Counter,
    pub(crate) bytes_received: Counter,
    pub(crate) bytes_sent: Counter,
    pub(crate) decode_errors: Counter,
    pub(crate) handler_errors: Counter,
    pub(crate) panics: Counter,
    pub(crate) notices_dropped: Counter,
    pub(crate) broadcasts_skipped: Counter,
    pub(crate) frames_discarded: Counter,
    pub(crate) futures_dropped: Counter,
    pub(crate) messages_undelivered: Counter,
}

impl Counters {
    pub(crate) fn snapshot(&self) -> PeerStats {
        PeerStats {
            messages_received: self.messages_received.value(),
            messages_sent: self.messages_sent.value(),
            bytes_received: self.bytes_received.value(),
            bytes_sent: self.bytes_sent.value(),
            decode_errors: self.decode_errors.value(),
            handler_errors: self.handler_errors.value(),
            panics: self.panics.value(),
            notices_dropped: self.notices_dropped.value(),
            broadcasts_skipped: self.broadcasts_skipped.value(),
            frames_discarded: self.frames_discarded.value(),
            futures_dropped: self.futures_dropped.value(),
            messages_undelivered: self.messages_undelivered.value(),
        }
    }
}
