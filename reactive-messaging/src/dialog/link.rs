//! What a driver, its `Incoming` and its `Peer`s share.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    control::{Ending, Order},
    inbox::{End, Inbox},
    outbox::Outbox,
    reply::Failure,
    scratch::Scratch,
    settings::{Part, Settings},
    stages::Stages,
    stats::{Counters, PeerStats},
    successor::Successor,
    waiters::wake_all,
};
use crate::{
    config::OnError,
    error::{At, DecodeError, Detail, DisconnectReason, FrameError, Panic, panic_detail},
    log_limit::log_limited,
    transport::Address,
};

/// Identifies a connection within this process; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub(crate) u64);

impl ConnectionId {
    /// The next free id.
    pub(crate) fn next() -> Self {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// The id as a number, counted from 1.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// One connection, as everyone who has to do with it sees it.
pub struct Link {
    pub(crate) id: ConnectionId,
    pub(crate) address: Address,
    pub(crate) settings: Arc<Settings>,
    pub(crate) inbox: Inbox,
    pub(crate) outbox: Outbox,
    pub(crate) counters: Counters,
    untold: AtomicBool,
    role: Option<Box<Role>>,
}

/// What most links are not, behind one pointer for all of it.
enum Role {
    /// Of a connection of stages, whatever stage it is in.
    Stages(Stages),
    /// Without a driver.
    Testing(Heir),
}

/// Takes over what is left of a link without a driver when it is dropped: its frames, and what follows
/// it.
type Heir = Box<dyn Fn(Vec<u8>, Option<Successor>) + Send + Sync>;

impl Link {
    pub(crate) fn new(id: ConnectionId, address: Address, settings: Arc<Settings>) -> Self {
        let inbox = match settings.is_stage() {
            true => Inbox::of_stage(),
            false => Inbox::default(),
        };
        let role =
            (settings.part == Part::Stages).then(|| Box::new(Role::Stages(Stages::default())));
        Self {
            id,
            address,
            settings,
            inbox,
            outbox: Outbox::default(),
            counters: Counters::default(),
            untold: AtomicBool::new(false),
            role,
        }
    }

    pub(crate) fn with_heir(
        mut self,
        heir: impl Fn(Vec<u8>, Option<Successor>) + Send + Sync + 'static,
    ) -> Self {
        self.role = Some(Box::new(Role::Testing(Box::new(heir))));
        self
    }

    fn stages(&self) -> Option<&Stages> {
        match self.role.as_deref() {
            Some(Role::Stages(stages)) => Some(stages),
            _ => None,
        }
    }

    /// Orders the dialog to end; a connection of stages, in whatever stage it is.
    pub(crate) fn order(&self, ending: Ending, reason: DisconnectReason) {
        self.outbox.order(Order::new(ending, reason.clone()));
        if let Some(stage) = self.stages().and_then(Stages::present) {
            stage.order(ending, reason);
        }
    }

    /// `next` is the stage of this connection from now on. It gets the order that is in force, also one
    /// that was given while there was no stage.
    pub(crate) fn lead(&self, next: &Arc<Link>) {
        if let Some(stages) = self.stages() {
            stages.replace(Some(next.clone()));
            if let Some(order) = self.outbox.order_in_force() {
                next.outbox.order(order);
            }
        }
    }

    /// Bytes accepted that are not written yet.
    pub(crate) fn pending_bytes(&self) -> usize {
        match self.stages().and_then(Stages::present) {
            Some(stage) => stage.outbox.pending_bytes(),
            None => self.outbox.pending_bytes(),
        }
    }

    /// What was carried so far.
    pub(crate) fn stats(&self) -> PeerStats {
        let mut stats = self.counters.snapshot();
        if let Some(stages) = self.stages() {
            stats += stages.stats();
        }
        stats
    }

    /// The handler takes no more than it has, finishes, and what it says is flushed.
    pub(crate) fn drain(&self, reason: DisconnectReason) {
        self.order(Ending::Drain, reason);
    }

    /// Ends the dialog for everyone who shares it, and counts what its driver will never see.
    pub(crate) fn close(&self, reason: DisconnectReason) {
        let (undecoded, reader) = self.inbox.close();
        self.discard(&undecoded);
        let never_collected = self.outbox.close(reason);
        let undelivered = never_collected.count(self.settings.outbound_framed());
        self.counters.messages_undelivered.add(undelivered);
        wake_all(reader);
        if let Some(stages) = self.stages() {
            stages.replace(None);
        }
    }

    /// The event callback that was to tell of its end has failed.
    pub(crate) fn not_told(&self) {
        self.untold.store(true, Ordering::Relaxed);
    }

    /// Whether its end was told.
    pub(crate) fn was_told(&self) -> bool {
        !self.untold.load(Ordering::Relaxed) && self.stages().is_none_or(Stages::were_told)
    }

    /// Counts whole frames that nobody will decode.
    pub(crate) fn discard(&self, frames: &[u8]) {
        self.counters.frames_discarded.add(self.frames_in(frames));
    }

    /// How many frames these bytes are.
    pub(crate) fn frames_in(&self, bytes: &[u8]) -> u64 {
        (self.settings.inbound.count)(bytes, self.settings.max_inbound_frame).0
    }

    /// A frame was no message, `consecutive` in a row. True when the dialog ends.
    #[cold]
    pub(crate) fn undecodable(&self, error: DecodeError, consecutive: u32) -> bool {
        let is_last = consecutive >= self.settings.config.max_decode_errors;
        if is_worth_logging(self.counters.decode_errors.next()) || is_last {
            let limit = &self.settings.log.undecodable;
            log_limited!(limit, warn, id = %self.id, remote = %self.address, %error, cause = source_of(&error), "undecodable message");
        }
        let text = format!("message could not be decoded{}", At(error.offset()));
        // a remote that sends rubbish and does not read fills no memory with answers
        let limit = match is_last {
            true => usize::MAX,
            false => self.settings.config.outbound_bytes,
        };
        self.notify_remote_within(limit, text);
        if is_last {
            self.drain(DisconnectReason::Decode(error));
        }
        is_last
    }

    /// The bytes behind the last message are no frame: the dialog ends.
    #[cold]
    pub(crate) fn unframed(&self, error: FrameError) {
        let limit = &self.settings.log.unframed;
        log_limited!(limit, warn, id = %self.id, remote = %self.address, %error, "invalid frame");
        self.notify_remote(format!("{error}"));
        self.drain(DisconnectReason::Frame(error));
    }

    /// An item of the handler was an error.
    #[cold]
    pub(crate) fn handler_failed(&self, failure: &Failure) {
        if is_worth_logging(self.counters.handler_errors.next()) {
            let limit = &self.settings.log.failed;
            log_limited!(limit, warn, id = %self.id, remote = %self.address, error = %failure.detail(), "handler failed");
        }
    }

    /// User code panicked on behalf of this connection, as part of `what`; the panic as one line.
    #[cold]
    pub(crate) fn panicked(&self, what: &str, panic: Panic) -> Detail {
        let detail = panic_detail(panic);
        self.counters.panics.add(1);
        let limit = &self.settings.log.panicked;
        log_limited!(limit, error, id = %self.id, remote = %self.address, panic = %detail, "{what} panicked");
        detail
    }

    /// What a handler that serves others, too, made of a message of this remote was an error: the
    /// remote is told, as far as it reads, and its dialog goes on or not.
    #[cold]
    pub(crate) fn reply_failed(&self, failure: Failure) {
        self.handler_failed(&failure);
        let on_error = self.settings.on_error;
        let detail = failure.detail();
        if on_error != OnError::Ignore {
            self.notify_remote_within(self.settings.config.outbound_bytes, failure.into_text());
        }
        if on_error == OnError::Close {
            self.order(Ending::Close, DisconnectReason::HandlerFailed(detail));
        }
    }

    /// Tells the remote, as far as it reads, and closes the connection behind all that was accepted.
    #[cold]
    pub(crate) fn close_for(&self, reason: DisconnectReason, text: &str) {
        self.notify_reader(text);
        self.order(Ending::Close, reason);
    }

    /// As [`notify_remote`](Self::notify_remote), unless the remote does not read.
    pub(crate) fn notify_reader(&self, text: &str) {
        self.notify_remote_within(self.settings.config.outbound_bytes, text.into());
    }

    /// Sends the protocol's error message, if it has one. It finds room even in a full outbox: a
    /// handler whose items fail is polled only when there is room, and all else ends the dialog.
    pub(crate) fn notify_remote(&self, text: String) {
        self.notify_remote_within(usize::MAX, text);
    }

    fn notify_remote_within(&self, limit: usize, text: String) {
        let mut frame = Scratch::Message.take();
        let settings = &self.settings;
        // the protocol's own constructor and serialization are user code
        let encode = AssertUnwindSafe(|| settings.encode_error(text, &mut frame));
        match catch_unwind(encode) {
            Ok(true) => {
                let told = self.outbox.push_notice(&frame, limit);
                let count = match told {
                    true => &self.counters.messages_sent,
                    false => &self.counters.notices_dropped,
                };
                count.add(1);
            }
            Ok(false) => {}
            Err(panic) => {
                self.panicked("error message", panic);
            }
        }
        Scratch::Message.give(frame);
    }

    /// Hands the end of the input to whoever reads.
    pub(crate) fn finish_input(&self, end: End) {
        wake_all(self.inbox.finish(end));
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Some(Role::Testing(heir)) = self.role.as_deref() {
            let frames = self.outbox.close(DisconnectReason::LocalClosed);
            heir(frames.into_vec(), self.outbox.take_successor());
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("id", &self.id)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Whether the `count`th occurrence of something is logged: the first ones, then ever fewer, so that
/// no connection takes what its service may log from the others.
fn is_worth_logging(count: u64) -> bool {
    count <= 16 || count.is_power_of_two()
}

fn source_of(error: &DecodeError) -> &str {
    match error {
        DecodeError::Malformed { detail, .. } => detail.as_str(),
        _ => "",
    }
}
