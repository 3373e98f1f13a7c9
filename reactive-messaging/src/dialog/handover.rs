//! From one stage of a connection to the next: where the one ends, the other begins.
//!
//! The boundary is local. Inbound it lies behind the last frame that the stage pulled: the bytes that
//! follow are framed anew, by the next stage. Outbound it lies behind everything that was accepted
//! before the transition.

use std::{sync::Arc, task::Poll};

use tokio::time::Instant;

use super::{
    core::Core,
    inbox::End,
    link::Link,
    phase::{InputEnd, Phase},
    waiters::wake_all,
};
use crate::error::DisconnectReason;

/// Pieces in which unwritten bytes may lie when a stage is left: each costs an allocation and a write.
const PIECES: usize = 64;

/// Stages in a row that may follow each other when nothing more is to come and nothing is said: a stage
/// that names itself as what follows the end of its messages would be entered for ever.
const BARREN: u8 = 16;

impl Core {
    /// Takes back what the stage did not pull. Not ready as long as an `Incoming` in another task
    /// works on what it has; after `drain_timeout` the connection is aborted.
    pub(super) fn poll_recall(&mut self) -> Poll<()> {
        let (undecoded, reader) = self.link.inbox.poll_recall();
        wake_all(reader);
        match undecoded {
            Poll::Ready(undecoded) => {
                self.input.put_back(undecoded);
                Poll::Ready(())
            }
            Poll::Pending => {
                self.deadlines.ending();
                Poll::Pending
            }
        }
    }

    /// Whether the next stage may put its words behind what is unwritten. A stage that keeps within its
    /// outbox, and shares few frames with groups, is left at once; what event callbacks say of ever
    /// further stages adds up, and so do the pieces of stages whose framings alternate.
    pub(super) fn may_be_left(&self) -> bool {
        self.output.pending() <= self.config().outbound_bytes && self.output.pieces() <= PIECES
    }

    /// Why no stage follows, though one was named: too many in a row did nothing, behind the end.
    pub(super) fn is_barren(&mut self) -> Option<DisconnectReason> {
        let counters = &self.link.counters;
        let carried =
            counters.messages_received.value() + counters.messages_sent.value() + self.said;
        self.barren = match self.began_at_end && carried == 0 {
            true => self.barren + 1,
            false => 0,
        };
        (self.barren >= BARREN).then_some(match self.input_end {
            Some(InputEnd::AtBoundary) => DisconnectReason::RemoteClosed,
            Some(InputEnd::WithinFrame) => DisconnectReason::UnexpectedEnd,
            None => DisconnectReason::Shutdown,
        })
    }

    /// Ends the connection in the place of a further stage.
    pub(super) fn end_barren(&mut self, reason: DisconnectReason) {
        self.input.discard(&self.link);
        self.end(reason);
    }

    /// Belongs to the stage of `link` from now on, with the bytes that the last stage left.
    pub(crate) fn pass_to(&mut self, link: Arc<Link>) {
        self.output.bequeath(self.link.settings.outbound_framed());
        self.link = link;
    }

    /// Begins the stage. A service that drains, since `draining_since`, has told its link already.
    pub(crate) fn enter_stage(&mut self, draining_since: Option<Instant>) {
        self.reason = None;
        self.began_at_end = self.input_end.is_some() || draining_since.is_some();
        let config = &self.link.settings.config;
        self.deadlines = self.deadlines.next_stage(config, draining_since);
        self.high_water = Self::high_water(config);
        self.phase = Phase::Talking;
        self.input.reframe(&self.link);
        let unfinished = self.input.unfinished();
        if self.input_end.is_some() {
            self.input_end = Some(InputEnd::behind(unfinished));
            self.deadlines.half_closed(&self.link.settings);
            self.link.finish_input(End::Finished);
        } else {
            self.deadlines
                .received(&self.link.settings, true, unfinished);
        }
        if !self.input.awaits_first() {
            self.deadlines.spoke();
        }
        // also where nothing was said yet: the outbox has to know of the bytes that are in front of it
        self.collect_what_is_there();
    }
}
