//! The loop of a connection: handler, outbox, write, read.

use std::{
    marker::PhantomData,
    ops::{Deref, DerefMut},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

use super::{
    codec::EncodeFrame,
    core::Core,
    in_flight,
    reply::{Failure, Step},
    session::Session,
};
use crate::{
    config::OnError,
    error::{DisconnectReason, Panic},
    protocol::ReactiveProtocol,
};

/// What the remote is told of a panic.
pub(crate) const PANICKED: &str = "internal error";

pin_project! {
    /// One connection, or one stage of it, from its first byte to its last, as a future.
    pub(crate) struct Dialog<B, S, L, N> {
        #[pin]
        session: Option<S>,
        talk: Talk<B, L>,
        successor: PhantomData<fn() -> N>,
    }
}

/// Everything but the handler.
struct Talk<B, L> {
    core: B,
    encode: EncodeFrame<L>,
}

/// How a dialog finished.
pub enum Finished<N> {
    /// With the connection.
    Over(DisconnectReason),
    /// The connection lasts, and this is what follows.
    Advanced(N),
}

impl<N> Finished<N> {
    /// Why it is over.
    pub(crate) fn reason(&self) -> DisconnectReason {
        match self {
            Self::Over(reason) => reason.clone(),
            Self::Advanced(_) => DisconnectReason::Advanced,
        }
    }
}

/// A core that its dialog owns.
pub(crate) struct Whole(pub(crate) Core);

impl Deref for Whole {
    type Target = Core;

    #[inline]
    fn deref(&self) -> &Core {
        &self.0
    }
}

impl DerefMut for Whole {
    #[inline]
    fn deref_mut(&mut self) -> &mut Core {
        &mut self.0
    }
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

impl<B, S, L, N> Dialog<B, S, L, N>
where
    B: DerefMut<Target = Core>,
    S: Session<L, N>,
    L: ReactiveProtocol,
    N: Send + 'static,
{
    /// A dialog between the socket of `core` and the handler that `open` sets to work.
    pub(crate) fn new(core: B, encode: EncodeFrame<L>, open: impl FnOnce() -> S) -> Self {
        let mut talk = Talk { core, encode };
        let session = catch_unwind(AssertUnwindSafe(open))
            .map_err(|panic| talk.panicked(panic))
            .ok();
        let successor = PhantomData;
        Self {
            session,
            talk,
            successor,
        }
    }
}

impl<B, S, L, N> Future for Dialog<B, S, L, N>
where
    B: DerefMut<Target = Core>,
    S: Session<L, N>,
    L: ReactiveProtocol,
    N: Send + 'static,
{
    type Output = Finished<N>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Finished<N>> {
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
                break Poll::Ready(Finished::Over(talk.core.conclude()));
            }
            if talk.core.advances() {
                // stages that only follow each other must not escape their deadlines either
                if talk.core.poll_deadlines(cx) {
                    continue;
                }
                if talk.core.poll_recall().is_ready() && talk.core.may_be_left() {
                    if let Some(reason) = talk.core.is_barren() {
                        talk.core.end_barren(reason);
                        continue;
                    }
                    break Poll::Ready(talk.finish_stage());
                }
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

impl<B: DerefMut<Target = Core>, L: ReactiveProtocol> Talk<B, L> {
    fn poll_handler<S: Session<L, N>, N: Send + 'static>(
        &mut self,
        session: Pin<&mut Option<S>>,
        cx: &mut Context<'_>,
    ) -> Handled {
        let Some(session) = session.as_pin_mut().filter(|_| self.core.has_handler()) else {
            return Handled::Done;
        };
        let polled = catch_unwind(AssertUnwindSafe(|| self.run(session, cx)));
        polled.unwrap_or_else(|panic| {
            self.panicked(panic);
            Handled::Done
        })
    }

    /// Polls the handler until it has nothing more to say, or may not.
    fn run<S: Session<L, N>, N: Send + 'static>(
        &mut self,
        mut session: Pin<&mut S>,
        cx: &mut Context<'_>,
    ) -> Handled {
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
                Poll::Ready(Some(Step::Advance(successor))) => self.advance(successor),
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

    /// Leaves the stage, unless it is being left already, or the dialog is ending.
    #[cold]
    fn advance<N: Send + 'static>(&mut self, successor: N) {
        let refused = self.core.link.outbox.advance(Box::new(successor));
        drop(refused);
        self.core.end(DisconnectReason::HandlerEnded);
    }

    /// Hands over to what follows the stage.
    #[cold]
    fn finish_stage<N: 'static>(&mut self) -> Finished<N> {
        // what an `Incoming` elsewhere had to say before it gave back what it held
        self.core.collect();
        let successor = self.core.link.outbox.take_successor();
        match successor.map(|successor| successor.downcast()) {
            Some(Ok(successor)) => Finished::Advanced(*successor),
            // only peers of this stage can tell its successor
            _ => Finished::Over(DisconnectReason::HandlerEnded),
        }
    }

    #[cold]
    fn panicked(&mut self, panic: Panic) {
        let link = &self.core.link;
        let detail = link.panicked("handler", panic);
        link.notify_remote(PANICKED.into());
        self.core.end(DisconnectReason::HandlerPanicked(detail));
    }

    /// Drops the handler where it stands.
    fn drop_handler<S>(&mut self, mut session: Pin<&mut Option<S>>) {
        if session.is_some() {
            let mut dropped = Ok(());
            let in_flight = in_flight::dropped_by(|| {
                dropped = catch_unwind(AssertUnwindSafe(|| session.as_mut().set(None)));
            });
            self.core.link.counters.futures_dropped.add(in_flight);
            if let Err(panic) = dropped {
                self.panicked(panic);
            }
        }
    }
}
