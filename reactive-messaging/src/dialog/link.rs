//! What a driver, its `Incoming` and its `Peer`s share.

use std::{fmt, sync::Arc};

use super::{
    codec::{Codec, FramingOps},
    control::{Ending, Order},
    inbox::{End, Inbox},
    outbox::Outbox,
    scratch::Scratch,
    stats::Counters,
    waiters::wake_all,
};
use crate::{
    config::ConstConfig,
    error::{At, DecodeError, Detail, DisconnectReason, FrameError},
    protocol::ReactiveProtocol,
    transport::Address,
    wire,
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

/// What all dialogs of one service have in common.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) config: ConstConfig,
    pub(crate) on_error: crate::OnError,
    pub(crate) inbound: &'static FramingOps,
    pub(crate) outbound: &'static FramingOps,
    pub(crate) max_inbound_frame: usize,
    pub(crate) max_outbound_frame: usize,
    encode_error: fn(String, &mut Vec<u8>, usize) -> bool,
}

impl Settings {
    pub(crate) fn new<C: ReactiveProtocol, S: ReactiveProtocol>(
        config: ConstConfig,
        on_error: crate::OnError,
        codec: Codec<C, S>,
    ) -> Self {
        Self {
            config,
            on_error,
            inbound: codec.inbound,
            outbound: codec.outbound,
            max_inbound_frame: wire::max_frame_len::<C>(&config),
            max_outbound_frame: wire::max_frame_len::<S>(&config),
            encode_error: codec.encode_error,
        }
    }
}

/// One connection, as everyone who has to do with it sees it.
pub(crate) struct Link {
    pub(crate) id: ConnectionId,
    pub(crate) address: Address,
    pub(crate) settings: Arc<Settings>,
    pub(crate) inbox: Inbox,
    pub(crate) outbox: Outbox,
    pub(crate) counters: Counters,
    heir: Option<Heir>,
}

/// Takes over the frames of a link that is dropped without having had a driver.
type Heir = Box<dyn Fn(Vec<u8>) + Send + Sync>;

impl Link {
    pub(crate) fn new(id: ConnectionId, address: Address, settings: Arc<Settings>) -> Self {
        Self {
            id,
            address,
            settings,
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            counters: Counters::default(),
            heir: None,
        }
    }

    pub(crate) fn with_heir(mut self, heir: impl Fn(Vec<u8>) + Send + Sync + 'static) -> Self {
        self.heir = Some(Box::new(heir));
        self
    }

    pub(crate) fn order(&self, ending: Ending, reason: DisconnectReason) {
        self.outbox.order(Order::new(ending, reason));
    }

    /// The handler takes no more than it has, finishes, and what it says is flushed.
    pub(crate) fn drain(&self, reason: DisconnectReason) {
        self.order(Ending::Drain, reason);
    }

    /// Ends the dialog for everyone who shares it.
    pub(crate) fn close(&self, reason: DisconnectReason) -> Vec<u8> {
        let (undecoded, reader) = self.inbox.close();
        self.discard(&undecoded);
        let frames = self.outbox.close(reason);
        wake_all(reader);
        frames
    }

    /// Counts whole frames that nobody will decode.
    pub(crate) fn discard(&self, frames: &[u8]) {
        let (count, _) = (self.settings.inbound.count)(frames, self.settings.max_inbound_frame);
        self.counters.frames_discarded.add(count);
    }

    /// A frame was no message, `consecutive` in a row. True when the dialog ends.
    #[cold]
    pub(crate) fn undecodable(&self, error: DecodeError, consecutive: u32) -> bool {
        self.counters.decode_errors.add(1);
        let is_last = consecutive >= self.settings.config.max_decode_errors;
        tracing::warn!(id = %self.id, remote = %self.address, %error, cause = source_of(&error), "undecodable message");
        self.notify_remote(format!(
            "message could not be decoded{}",
            At(error.offset())
        ));
        if is_last {
            self.drain(DisconnectReason::Decode(error));
        }
        is_last
    }

    /// The bytes behind the last message are no frame: the dialog ends.
    #[cold]
    pub(crate) fn unframed(&self, error: FrameError) {
        tracing::warn!(id = %self.id, remote = %self.address, %error, "invalid frame");
        self.notify_remote(format!("{error}"));
        self.drain(DisconnectReason::Frame(error));
    }

    /// Sends the protocol's error message, if it has one.
    pub(crate) fn notify_remote(&self, text: String) {
        let mut frame = Scratch::Message.take();
        let settings = &self.settings;
        if (settings.encode_error)(text, &mut frame, settings.max_outbound_frame)
            && self
                .outbox
                .push_notice(&frame, settings.config.outbound_bytes)
        {
            self.counters.messages_sent.add(1);
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
        if let Some(heir) = &self.heir {
            heir(self.outbox.close(DisconnectReason::LocalClosed));
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

fn source_of(error: &DecodeError) -> &str {
    match error {
        DecodeError::Malformed { detail, .. } => detail.as_str(),
        _ => "",
    }
}

/// A panic as one line.
pub(crate) fn panic_detail(payload: &(dyn std::any::Any + Send)) -> Detail {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    Detail::of(text.unwrap_or("panic without a text"))
}
