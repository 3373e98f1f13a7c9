//! The one task of a shared processor.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;

use super::{addressed::Addressed, lane::Lane};
use crate::{
    dialog::{Ending, Failure, NoSuccessor, PANICKED, Peer, Session, Step, dropped_by},
    error::{DisconnectReason, Panic, SendError, panic_detail},
    log_limit::log_limited,
    protocol::ReactiveProtocol,
};

/// Steps behind which other tasks have their turn.
const TURN: u32 = 1_024;

pin_project! {
    /// A shared handler at work.
    pub(crate) struct Processor<Z, C, S, E> {
        #[pin]
        session: Option<Z>,
        lane: Arc<Lane<C, S>>,
        end: Option<E>,
    }

    impl<Z, C, S, E> PinnedDrop for Processor<Z, C, S, E> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            this.lane.drop_handler(this.session);
        }
    }
}

/// How the service ends, since its shared handler does: in which way, why, and what the remotes are told.
pub(crate) type End = (Ending, DisconnectReason, Option<String>);

impl<Z, C, S, E> Processor<Z, C, S, E>
where
    Z: Session<Addressed<S>, NoSuccessor>,
    S: ReactiveProtocol,
    E: FnOnce(End),
{
    /// A processor of what goes through `lane`, by the handler that `open` sets to work. `end` ends
    /// the service; it is called before the handler is dropped.
    pub(crate) fn new(lane: Arc<Lane<C, S>>, open: impl FnOnce() -> Z, end: E) -> Self {
        let opened = lane
            .progress
            .flights
            .watch(|| catch_unwind(AssertUnwindSafe(open)));
        let mut processor = Self {
            session: None,
            lane,
            end: Some(end),
        };
        match opened {
            Ok(session) => processor.session = Some(session),
            Err(panic) => {
                if let Some(end) = processor.end.take() {
                    end(processor.lane.panicked(panic));
                }
            }
        }
        processor
    }
}

impl<Z, C, S, E> Future for Processor<Z, C, S, E>
where
    Z: Session<Addressed<S>, NoSuccessor>,
    S: ReactiveProtocol,
    E: FnOnce(End),
{
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        if let Some(session) = this.session.as_mut().as_pin_mut() {
            let lane: &Lane<C, S> = this.lane;
            let run = AssertUnwindSafe(|| lane.run(session, cx));
            let polled = lane.progress.flights.watch(|| catch_unwind(run));
            let end = match polled {
                Ok(run) => ready!(run),
                Err(panic) => lane.panicked(panic),
            };
            // those who wait for the processor find it gone, and why
            if let Some(tell) = this.end.take() {
                tell(end);
            }
        }
        this.lane.drop_handler(this.session);
        Poll::Ready(())
    }
}

impl<C, S> Lane<C, S> {
    #[cold]
    fn panicked(&self, panic: Panic) -> End {
        let detail = panic_detail(panic);
        self.progress.panics.add(1);
        tracing::error!(panic = %detail, "shared handler panicked");
        let reason = DisconnectReason::HandlerPanicked(detail);
        (Ending::Close, reason, Some(PANICKED.into()))
    }

    /// Drops the handler where it stands, and the queue with it.
    fn drop_handler<Z>(&self, mut session: Pin<&mut Option<Z>>) {
        if session.is_none() {
            return;
        }
        self.queue.close();
        let in_flight = dropped_by(|| {
            let dropped = catch_unwind(AssertUnwindSafe(|| session.as_mut().set(None)));
            if let Err(panic) = dropped {
                self.panicked(panic);
            }
        });
        self.counters.futures_dropped.add(in_flight);
        self.progress.over();
    }
}

impl<C, S: ReactiveProtocol> Lane<C, S> {
    /// Polls the handler until it waits, has had its turn, or ends.
    fn run<Z>(&self, mut session: Pin<&mut Z>, cx: &mut Context<'_>) -> Poll<End>
    where
        Z: Session<Addressed<S>, NoSuccessor>,
    {
        for _ in 0..TURN {
            self.progress.begin_poll();
            match session.as_mut().poll_step(cx) {
                Poll::Pending => {
                    self.progress.pending();
                    return Poll::Pending;
                }
                Poll::Ready(None) => {
                    return Poll::Ready((Ending::Drain, DisconnectReason::HandlerEnded, None));
                }
                Poll::Ready(Some(Step::Reply(Addressed::Message(peer, message)))) => {
                    self.say(&peer, message);
                }
                Poll::Ready(Some(Step::Reply(Addressed::Failed(peer, failure)))) => {
                    peer.link().reply_failed(failure);
                }
                Poll::Ready(Some(Step::Nothing)) => {}
                Poll::Ready(Some(Step::ItemFailed(failure))) => self.item_failed(&failure),
                Poll::Ready(Some(Step::Failed(failure))) => {
                    self.item_failed(&failure);
                    let reason = DisconnectReason::HandlerFailed(failure.detail());
                    return Poll::Ready((Ending::Drain, reason, Some(failure.into_text())));
                }
                Poll::Ready(Some(Step::Advance(successor))) => match successor {},
            }
            self.progress.step_taken();
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Sends a message to its peer, who must have room for it: nobody waits for a peer that does not
    /// read.
    #[inline]
    fn say(&self, peer: &Peer<S>, message: S) {
        // serialization is user code, and what it does to one peer must not be done to all
        let sent = catch_unwind(AssertUnwindSafe(|| peer.try_send(message)));
        match sent {
            Ok(Ok(())) => {}
            Ok(Err(refused)) => self.not_said(peer, refused),
            Err(panic) => {
                let link = peer.link();
                let detail = link.panicked("serialization", panic);
                link.close_for(DisconnectReason::HandlerPanicked(detail), PANICKED);
            }
        }
    }

    #[cold]
    fn not_said(&self, peer: &Peer<S>, refused: SendError<S>) {
        match refused {
            SendError::Closed(_) => self.counters.replies_dropped.add(1),
            SendError::Full(_) => {
                self.counters.replies_dropped.add(1);
                let link = peer.link();
                link.order(Ending::Abort, DisconnectReason::OutboxFull);
            }
            SendError::Encode(_, error) => peer.link().reply_failed(Failure::of(error)),
        }
    }

    /// An error of nobody in particular.
    #[cold]
    fn item_failed(&self, failure: &Failure) {
        self.counters.handler_errors.add(1);
        log_limited!(self.log, warn, error = %failure.detail(), "shared handler failed");
    }
}
