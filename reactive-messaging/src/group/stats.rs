//! What became of messages to a group.

use crate::dialog::Counter;

/// What became of one message to a [`Group`](crate::Group): each member is counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Broadcast {
    /// Members whose outbox took the message.
    pub accepted: usize,
    /// Members without room, which stay without the message: [`Overload::Skip`](crate::Overload::Skip).
    pub skipped: usize,
    /// Members without room, whose connection is aborted:
    /// [`Overload::Disconnect`](crate::Overload::Disconnect).
    pub disconnected: usize,
    /// Members whose connection is closing or over, and takes no more messages.
    pub closing: usize,
}

/// The sum over all messages to a [`Group`](crate::Group).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GroupStats {
    /// Messages that could be encoded.
    pub broadcasts: u64,
    /// See [`Broadcast::accepted`].
    pub accepted: u64,
    /// See [`Broadcast::skipped`].
    pub skipped: u64,
    /// See [`Broadcast::disconnected`].
    pub disconnected: u64,
    /// See [`Broadcast::closing`].
    pub closing: u64,
}

/// The live counters behind [`GroupStats`].
#[derive(Debug, Default)]
pub(super) struct Counters {
    broadcasts: Counter,
    accepted: Counter,
    skipped: Counter,
    disconnected: Counter,
    closing: Counter,
}

impl Counters {
    pub(super) fn add(&self, broadcast: &Broadcast) {
        self.broadcasts.add(1);
        self.accepted.add(broadcast.accepted as u64);
        self.skipped.add(broadcast.skipped as u64);
        self.disconnected.add(broadcast.disconnected as u64);
        self.closing.add(broadcast.closing as u64);
    }

    pub(super) fn snapshot(&self) -> GroupStats {
        GroupStats {
            broadcasts: self.broadcasts.value(),
            accepted: self.accepted.value(),
            skipped: self.skipped.value(),
            disconnected: self.disconnected.value(),
            closing: self.closing.value(),
        }
    }
}
