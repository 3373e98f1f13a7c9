//! The loop of a connection: handler, outbox, write, read.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

use super::{
    codec::EncodeFrame,
    core::Core,
    link::{Link, panic_detail},
    reply::Failure,
    session::{Session, Step},
};
use crate::{config::OnError, error::DisconnectReason, protocol::ReactiveProtocol, transport::Io};

/// What the remote is told of a panic.
const PANICKED: &str = "internal error";

pin_project! {
    /// One connection from its first byte to its last, as a future.
    pub(crate) struct Dialog<S, L> {
        #[pin]
        session: Option<S>,
        talk: Talk<L>,
    }
}

/// Everything but the handler.
struct Talk<L> {
    core: Core,
    encode: EncodeFrame<L>,
}

/// Why the handler is not polled on.
enum Handled {
    /// It waits, for whatever it registered a waker with.
    Waits,
    /// There is no room for what it says.
    Blocked,
    /// Others shall have their turn.
    GoesOn,
    /// It is not wanted any more.
    Done,
}

impl<S: Session<L>, L: ReactiveProtocol> Dialog<S, L> {
    /// A dialog between `io` and the handler that `open` sets to work.
    pub(crate) fn new(
        link: Arc<Link>,
        io: Box<dyn Io>,
        encode: EncodeFrame<L>,
        open: impl FnOnce() -> S,
    ) -> Self {
        let core = Core::new(link, io);
        let mut talk = Talk { core, encode };
        let session = catch_unwind(AssertUnwindSafe(open))
            .map_err(|panic| talk.panicked(&*panic))
            .ok();
        Self { session, talk }
    }
}

impl<S: Session<L>, L: ReactiveProtocol> Future for Dialog<S, L> {
    type Output = DisconnectReason;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<DisconnectReason> {
        let mut this = self.project();
        let talk = this.talk;
        talk.core.begin_turn();
        // most turns begin because something arrived: the handler then is polled once, not twice
        talk.core.read_ahead(cx);
        let polled = loop {
            talk.core.collect();
            let handled = talk.poll_handler(this.session.as_mut(), cx);
            talk.core.collect();
            if !talk.core.has_handler() {
                talk.drop_handler(this.session.as_mut());
            }
            let progress = talk.core.poll_io(cx);
            if talk.core.is_over() {
                talk.drop_handler(this.session.as_mut());
                break Poll::Ready(talk.core.conclude());
            }
            let yields = matches!(handled, Handled::GoesOn) || talk.core.turn_is_used_up();
            let unblocked = matches!(handled, Handled::Blocked) && talk.core.has_room();
            if !yields && (progress.handler || progress.phase || unblocked) {
                continue;
            }
            // also behind a turn that was used up: a busy dialog must not escape its deadlines
            if talk.core.poll_deadlines(cx) {
                continue;
            }
            if yields {
                talk.core.yield_turn(cx);
                break Poll::Pending;
            }
            if talk.core.sleep(cx) {
                break Poll::Pending;
            }
        };
        talk.core.end_turn();
        polled
    }
}

impl<L: ReactiveProtocol> Talk<L> {
    fn poll_handler<S: Session<L>>(
        &mut self,
        session: Pin<&mut Option<S>>,
        cx: &mut Context<'_>,
    ) -> Handled {
        let Some(session) = session.as_pin_mut().filter(|_| self.core.has_handler()) else {
            return Handled::Done;
        };
        let polled = catch_unwind(AssertUnwindSafe(|| self.run(session, cx)));
        polled.unwrap_or_else(|panic| {
            self.panicked(&*panic);
            Handled::Done
        })
    }

    /// Polls the handler until it has nothing more to say, or may not.
    fn run<S: Session<L>>(&mut self, mut session: Pin<&mut S>, cx: &mut Context<'_>) -> Handled {
        loop {
            if session.yields_messages() && !self.core.has_room() {
                return Handled::Blocked;
            }
            match session.as_mut().poll_step(cx) {
                Poll::Pending => return Handled::Waits,
                Poll::Ready(None) => {
                    self.core.end(DisconnectReason::HandlerEnded);
                    return Handled::Done;
                }
                Poll::Ready(Some(Step::Reply(message))) => self.say(&message),
                Poll::Ready(Some(Step::Nothing)) => self.core.collect(),
                Poll::Ready(Some(Step::ItemFailed(failure))) => self.item_failed(failure),
                Poll::Ready(Some(Step::Failed(failure))) => self.failed(failure),
            }
            if !self.core.has_handler() {
                return Handled::Done;
            }
            self.core.write_early(cx);
            if self.core.step_taken() {
                return Handled::GoesOn;
            }
        }
    }

    /// Encodes a message behind everything that was sent before it.
    #[inline]
    fn say(&mut self, message: &L) {
        // what was sent through a `Peer` before this item comes first; an order given in the same
        // poll is obeyed behind it
        self.core.collect();
        let max = self.core.link.settings.max_outbound_frame;
        if let Err(error) = (self.encode)(message, &mut self.core.output.bytes, max) {
            return self.item_failed(Failure::of(&error));
        }
        self.core.count_said();
        if message.is_closing() {
            self.core.end(DisconnectReason::ClosingSent);
        }
    }

    #[cold]
    fn item_failed(&mut self, failure: Failure) {
        match self.core.link.settings.on_error {
            OnError::Ignore => self.core.link.handler_failed(&failure),
            OnError::Reply => {
                self.core.link.handler_failed(&failure);
                self.core.link.notify_remote(failure.into_text());
                self.core.collect();
            }
            OnError::Close => self.failed(failure),
        }
    }

    #[cold]
    fn failed(&mut self, failure: Failure) {
        self.core.link.handler_failed(&failure);
        let detail = failure.detail();
        if self.core.link.settings.on_error != OnError::Ignore {
            self.core.link.notify_remote(failure.into_text());
        }
        self.core.end(DisconnectReason::HandlerFailed(detail));
    }

    #[cold]
    fn panicked(&mut self, panic: &(dyn Any + Send)) {
        let link = &self.core.link;
        let detail = panic_detail(panic);
        tracing::error!(id = %link.id, remote = %link.address, panic = %detail, "handler panicked");
        link.notify_remote(PANICKED.into());
        self.core.end(DisconnectReason::HandlerPanicked(detail));
    }

    /// Drops the handler where it stands.
    fn drop_handler<S>(&mut self, mut session: Pin<&mut Option<S>>) {
        if session.is_some() {
            let dropped = catch_unwind(AssertUnwindSafe(|| session.as_mut().set(None)));
            if let Err(panic) = dropped {
                self.panicked(&*panic);
            }
        }
    }
}
