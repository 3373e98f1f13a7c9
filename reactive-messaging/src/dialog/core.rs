//! The part of a dialog that knows no message type: its bytes, its clock, its end.

use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::task::yield_now;

use super::{
    control::{Ending, Order},
    deadlines::{Deadlines, Expired},
    inbox::End,
    input::Input,
    link::Link,
    output::Output,
    phase::{InputEnd, Phase, Progress},
    scratch::READ,
    successor::drop_successor,
};
use crate::{config::ConstConfig, error::DisconnectReason, transport::Io};

/// Unwritten bytes at which a handler that yields messages is not polled; at most half of the outbox,
/// so that a flooding handler leaves room to those who send.
const HIGH_WATER: usize = 64 * 1024;
/// Unwritten bytes at which they are written although more input waits: the remote works on the
/// first replies while the later ones are made.
const FLUSH_EARLY: usize = 1024;
/// Unwritten bytes at which they are written while the handler produces without input.
const FLUSH_LATE: usize = 16 * 1024;
/// What one turn may do before other tasks have theirs.
const TURN_MESSAGES: u32 = 1_024;
/// Bytes that one turn may write, for messages so long that their count says little.
const TURN_WRITTEN: usize = 256 * 1024;

pub(crate) struct Core {
    pub(crate) link: Arc<Link>,
    pub(super) io: Box<dyn Io>,
    pub(super) input: Input,
    pub(crate) output: Output,
    pub(super) deadlines: Deadlines,
    /// Whether a deadline had passed in the last turn: it is in force if that is so in this one, too.
    is_judged: bool,
    /// Unwritten bytes at which a handler that yields messages is not polled.
    pub(super) high_water: usize,
    pub(super) phase: Phase,
    pub(super) reason: Option<DisconnectReason>,
    /// How the remote ended its input: the reason, if nothing worse happens.
    pub(super) input_end: Option<InputEnd>,
    pub(super) discarded: usize,
    /// Whether the stage began when nothing more was to come.
    pub(super) began_at_end: bool,
    /// Stages in a row that began at the end and did nothing.
    pub(super) barren: u8,
    /// Messages that the handler yielded in this turn.
    pub(super) said: u64,
    turn_messages: u32,
    pub(super) turn_read: usize,
    turn_written: usize,
}

impl Core {
    pub(crate) fn new(link: Arc<Link>, io: Box<dyn Io>) -> Self {
        let config = &link.settings.config;
        Self {
            deadlines: Deadlines::new(config),
            is_judged: false,
            input: Input::new(config.first_frame_timeout.is_some()),
            high_water: Self::high_water(config),
            link,
            io,
            output: Output::default(),
            phase: Phase::Talking,
            reason: None,
            input_end: None,
            discarded: 0,
            began_at_end: false,
            barren: 0,
            said: 0,
            turn_messages: 0,
            turn_read: 0,
            turn_written: 0,
        }
    }

    pub(super) fn high_water(config: &ConstConfig) -> usize {
        HIGH_WATER.min(config.outbound_bytes / 2).max(1)
    }

    pub(super) fn config(&self) -> &ConstConfig {
        &self.link.settings.config
    }

    pub(crate) fn begin_turn(&mut self) {
        self.turn_messages = 0;
        self.turn_read = 0;
        self.turn_written = 0;
        self.output.begin_turn();
        self.link.outbox.driver_awake();
    }

    pub(crate) fn end_turn(&mut self) {
        self.output.end_turn();
        let said = std::mem::take(&mut self.said);
        self.link.counters.messages_sent.add(said);
    }

    /// Counts a message that the handler yielded.
    #[inline]
    pub(crate) fn count_said(&mut self) {
        self.said += 1;
    }

    /// Whether the handler is still wanted.
    #[inline]
    pub(crate) fn has_handler(&self) -> bool {
        self.phase < Phase::Advancing
    }

    pub(crate) fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    pub(crate) fn advances(&self) -> bool {
        self.phase == Phase::Advancing
    }

    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        self.output.pending() < self.high_water
    }

    /// Counts a step of the handler. True when others shall have their turn.
    #[inline]
    pub(crate) fn step_taken(&mut self) -> bool {
        self.turn_messages += 1;
        self.handler_had_its_turn()
    }

    #[inline]
    fn handler_had_its_turn(&self) -> bool {
        self.turn_messages >= TURN_MESSAGES || self.turn_written >= TURN_WRITTEN
    }

    pub(crate) fn turn_is_used_up(&self) -> bool {
        self.handler_had_its_turn() || self.turn_read >= READ
    }

    /// Moves what was sent through `Peer`s behind the output, and obeys orders.
    #[inline]
    pub(crate) fn collect(&mut self) {
        if self.link.outbox.wants_attention() {
            self.collect_what_is_there();
        }
    }

    #[inline(never)]
    pub(super) fn collect_what_is_there(&mut self) {
        let unwritten = self.output.pending();
        let (order, is_left) = self.link.outbox.collect(&mut self.output, unwritten);
        if let Some(order) = order {
            self.obey(order);
        }
        if is_left && self.phase < Phase::Advancing {
            self.enter(Phase::Advancing);
        }
    }

    fn obey(&mut self, order: Order) {
        self.record(order.reason);
        match order.ending {
            Ending::Drain if self.phase < Phase::Draining => {
                self.enter(Phase::Draining);
                self.link.finish_input(End::Finished);
            }
            Ending::Drain if self.phase == Phase::Advancing => self.deadlines.ending(),
            Ending::Close if self.phase < Phase::Flushing => self.enter(Phase::Flushing),
            Ending::Abort => self.enter(Phase::Over),
            _ => {}
        }
    }

    pub(super) fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        match phase {
            Phase::Talking | Phase::Advancing | Phase::Over => {}
            Phase::Draining | Phase::Flushing => self.deadlines.ending(),
            Phase::Lingering => self.deadlines.lingering(),
        }
    }

    /// Notes a cause of the end. The first one stays, but a failure outweighs an orderly end.
    fn record(&mut self, reason: DisconnectReason) {
        match &self.reason {
            Some(first) if !first.is_clean() || reason.is_clean() => {}
            _ => self.reason = Some(reason),
        }
    }

    /// The handler is done, or done for: what was accepted is flushed. A handler that ended behind its
    /// wish to leave the stage leaves it; for any other reason, the dialog ends and nothing follows.
    pub(crate) fn end(&mut self, reason: DisconnectReason) {
        // an order that was given before is the earlier reason
        self.collect();
        if let Ok(successor) = self.link.outbox.seal(&reason) {
            drop_successor(successor, &self.link);
            self.record(reason);
        }
        self.collect();
    }

    pub(super) fn abort(&mut self, reason: DisconnectReason) {
        self.record(reason);
        self.enter(Phase::Over);
    }

    /// Writes while the handler still produces, once enough has gathered.
    #[inline]
    pub(crate) fn write_early(&mut self, cx: &mut Context<'_>) {
        let pending = self.output.pending();
        if pending >= FLUSH_LATE || (pending >= FLUSH_EARLY && self.link.inbox.has_unread()) {
            self.write(cx);
        }
    }

    /// Writes what the socket takes.
    fn write(&mut self, cx: &mut Context<'_>) {
        let settings = &*self.link.settings;
        let framed = settings.outbound_framed();
        let (left, written) = self.output.write(&mut *self.io, cx, framed);
        self.turn_written += left;
        self.link.counters.bytes_sent.add(left as u64);
        match written {
            Ok(()) => {
                let all = self.output.is_flushed();
                self.deadlines.written(settings, left, all);
            }
            Err(error) => self.abort(DisconnectReason::Io(Arc::new(error))),
        }
    }

    /// One pass over the socket: write, close, read.
    pub(crate) fn poll_io(&mut self, cx: &mut Context<'_>) -> Progress {
        let mut progress = Progress::default();
        let before = self.phase;
        if !self.output.is_flushed() {
            let had_room = self.has_room();
            self.write(cx);
            progress.handler |= !had_room && self.has_room();
        }
        if self.phase == Phase::Flushing && self.output.is_flushed() {
            match std::pin::Pin::new(&mut *self.io).poll_shutdown(cx) {
                Poll::Pending => {}
                // the remote may have reset the connection behind its last byte
                Poll::Ready(_) => self.enter(Phase::Lingering),
            }
        }
        match self.phase {
            Phase::Talking => progress.handler |= self.read(cx),
            Phase::Draining | Phase::Flushing | Phase::Lingering => self.discard(cx),
            Phase::Advancing | Phase::Over => {}
        }
        if self.phase == Phase::Lingering && !self.input.is_open() {
            self.enter(Phase::Over);
        }
        progress.phase = self.phase != before;
        progress
    }

    /// Looks at the clock. True when a deadline has changed the phase.
    pub(crate) fn poll_deadlines(&mut self, cx: &mut Context<'_>) -> bool {
        let unfinished = self.input.unfinished();
        if self.link.settings.is_stage() && unfinished > 0 {
            // what is no frame in the eyes of the stage may be whole ones of the next: the remote owes the
            // rest only once the stage waits for it
            let waits = self.phase == Phase::Talking && self.link.inbox.is_waited_at();
            self.deadlines.reading_paused(!waits);
        }
        let config = &self.link.settings.config;
        let Poll::Ready(expired) = self.deadlines.poll_expired(cx, config, unfinished) else {
            self.is_judged = false;
            return false;
        };
        if !std::mem::replace(&mut self.is_judged, true) {
            // where the process stood still, its timers are told before its sockets: what the remote did
            // meanwhile counts, and is seen behind the turn of the runtime's driver
            let _ = pin!(yield_now()).poll(cx);
            return false;
        }
        match expired {
            Expired::Close(reason) => self.end(reason),
            Expired::Abort(reason) => self.abort(reason),
            Expired::Lingered => self.enter(Phase::Over),
        }
        true
    }

    /// The turn is over, the task will be polled again at once.
    pub(crate) fn yield_turn(&mut self, cx: &mut Context<'_>) {
        let limit = self.config().outbound_bytes;
        self.link.outbox.driver_yields(self.output.pending(), limit);
        cx.waker().wake_by_ref();
    }

    /// Nothing is left to do. False when something came up meanwhile.
    pub(crate) fn sleep(&mut self, cx: &mut Context<'_>) -> bool {
        let limit = self.config().outbound_bytes;
        self.link
            .outbox
            .driver_asleep(cx.waker(), self.output.pending(), limit)
    }

    /// Tells everyone that the dialog is over.
    pub(crate) fn conclude(&mut self) -> DisconnectReason {
        let reason = self.reason.take().unwrap_or(DisconnectReason::Aborted);
        // a handler that ended because its input did, and not by its own choice
        let followed =
            matches!(reason, DisconnectReason::HandlerEnded) && self.link.inbox.end_was_seen();
        let reason = match self.input_end.filter(|_| followed) {
            Some(InputEnd::AtBoundary) => DisconnectReason::RemoteClosed,
            Some(InputEnd::WithinFrame) => DisconnectReason::UnexpectedEnd,
            None => reason,
        };
        self.over(reason.clone());
        reason
    }

    fn over(&mut self, reason: DisconnectReason) {
        self.link.close(reason);
        drop_successor(self.link.outbox.take_successor(), &self.link);
        let never_written = self.output.abandon(self.link.settings.outbound_framed());
        self.link.counters.messages_undelivered.add(never_written);
    }
}

/// A dialog whose task is dropped, with its runtime for instance, is over as well.
impl Drop for Core {
    fn drop(&mut self) {
        self.over(DisconnectReason::Aborted);
    }
}
