//! The handler of a connection whose messages a shared processor answers.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use futures::{FutureExt, Stream, StreamExt, future::BoxFuture};
use thiserror::Error;

use super::{
    inputs::{Entry, Input},
    lane::Lane,
    progress::Barrier,
    queue::Refused,
};
use crate::{
    config::RetryingStrategies,
    dialog::{Incoming, Peer},
    error::DisconnectReason,
    protocol::ReactiveProtocol,
};

/// A message was not processed.
#[derive(Debug, Error)]
#[error("queue is full")]
pub(crate) struct QueueFull;

/// Puts what arrives on one connection into the queue, and ends when all of it is answered.
///
/// While it waits for room in the queue it reads nothing, and the remote meets backpressure. What it
/// yields is nothing, or errors.
pub(crate) struct Forwarder<C, S> {
    messages: Option<Incoming<C>>,
    peer: Peer<S>,
    lane: Arc<Lane<C, S>>,
    arrival: Arc<Arrival>,
    at: At,
}

/// Whether the processor knows of a connection.
#[derive(Debug, Default)]
pub(crate) struct Arrival(AtomicBool);

enum At {
    /// The first poll.
    Start,
    Talking,
    /// Waits for the queue.
    Waiting(BoxFuture<'static, Waited>),
}

/// What a wait for the queue has brought.
enum Waited {
    Sent,
    Full,
    /// Nobody will process anything any more.
    Gone,
    /// All is answered.
    Answered,
    Over,
}

impl<C: ReactiveProtocol, S: ReactiveProtocol> Forwarder<C, S> {
    pub(crate) fn new(
        messages: Incoming<C>,
        peer: Peer<S>,
        lane: Arc<Lane<C, S>>,
        arrival: Arc<Arrival>,
    ) -> Self {
        Self {
            messages: Some(messages),
            peer,
            lane,
            arrival,
            at: At::Start,
        }
    }

    fn entry(&self, input: Input<C>) -> Entry<C, S> {
        Entry::Input(self.peer.clone(), input)
    }

    fn strategy(&self) -> RetryingStrategies {
        self.peer.link().settings.config.retrying_strategy
    }

    /// Sends what must not be lost, whatever the strategy.
    fn arrive(&mut self) -> At {
        let (lane, arrival) = (self.lane.clone(), self.arrival.clone());
        match lane.queue.try_send(self.entry(Input::Arrived)) {
            Ok(()) => {
                arrival.0.store(true, Ordering::Relaxed);
                At::Talking
            }
            Err(Refused::Closed(_)) => self.gone(),
            Err(Refused::Full(entry)) => At::wait(async move {
                let strategy = RetryingStrategies::WaitForRoom;
                let sent = lane.queue.send_when_full(entry, strategy).await;
                arrival.0.store(sent.is_ok(), Ordering::Relaxed);
                Waited::of(sent)
            }),
        }
    }

    #[cold]
    fn wait_for_room(&self, entry: Entry<C, S>) -> At {
        let (lane, strategy) = (self.lane.clone(), self.strategy());
        At::wait(async move { Waited::of(lane.queue.send_when_full(entry, strategy).await) })
    }

    /// Behind the last message.
    fn wait_for_answers(&self) -> At {
        let (lane, connection) = (self.lane.clone(), self.peer.id());
        At::wait(async move {
            let (barrier, passed) = Barrier::new(connection);
            let strategy = RetryingStrategies::WaitForRoom;
            let sent = lane.queue.send(Entry::Barrier(barrier), strategy).await;
            match sent.is_ok() && passed.await.is_ok() {
                true => Waited::Answered,
                false => Waited::Gone,
            }
        })
    }

    /// The processor is gone: whoever ended it tells this dialog why it ends too. What the remote says
    /// meanwhile is discarded.
    #[cold]
    fn gone(&mut self) -> At {
        self.messages = None;
        let peer = self.peer.clone();
        At::wait(async move {
            peer.draining().await;
            Waited::Over
        })
    }

    /// The queue is full, and the strategy does not wait. `None` if the dialog ends.
    #[cold]
    fn refused(&mut self) -> Option<QueueFull> {
        if self.strategy() != RetryingStrategies::EndCommunications {
            return Some(QueueFull);
        }
        let link = self.peer.link();
        link.close_for(DisconnectReason::QueueFull, &QueueFull.to_string());
        None
    }
}

impl At {
    fn wait(waiting: impl Future<Output = Waited> + Send + 'static) -> Self {
        Self::Waiting(waiting.boxed())
    }
}

impl Waited {
    fn of<T>(sent: Result<(), Refused<T>>) -> Self {
        match sent {
            Ok(()) => Self::Sent,
            Err(Refused::Full(_)) => Self::Full,
            Err(Refused::Closed(_)) => Self::Gone,
        }
    }
}

impl<C: ReactiveProtocol, S: ReactiveProtocol> Stream for Forwarder<C, S> {
    type Item = Result<(), QueueFull>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            this.at = match &mut this.at {
                At::Start => this.arrive(),
                At::Talking => {
                    let next = match &mut this.messages {
                        Some(messages) => ready!(messages.poll_next_unpin(cx)),
                        None => None,
                    };
                    match next {
                        Some(message) => {
                            let entry = this.entry(Input::Message(message));
                            match this.lane.queue.try_send(entry) {
                                // a step of its own: the dialog sees whether replies find room
                                Ok(()) => return Poll::Ready(Some(Ok(()))),
                                Err(Refused::Full(entry)) => this.wait_for_room(entry),
                                Err(Refused::Closed(_)) => this.gone(),
                            }
                        }
                        None => this.wait_for_answers(),
                    }
                }
                At::Waiting(waiting) => match ready!(waiting.as_mut().poll(cx)) {
                    Waited::Sent => At::Talking,
                    Waited::Full => {
                        this.at = At::Talking;
                        match this.refused() {
                            Some(refused) => return Poll::Ready(Some(Err(refused))),
                            None => return Poll::Pending,
                        }
                    }
                    Waited::Gone => this.gone(),
                    Waited::Answered | Waited::Over => return Poll::Ready(None),
                },
            };
        }
    }
}

// nothing in it is pinned in place
impl<C, S> Unpin for Forwarder<C, S> {}

impl<C: ReactiveProtocol, S: ReactiveProtocol> Lane<C, S> {
    /// Tells the processor that a connection is over of which it knows; waits for room until `patience`
    /// is over.
    pub(crate) async fn left(
        &self,
        arrival: &Arrival,
        peer: Peer<S>,
        reason: DisconnectReason,
        patience: impl Future<Output = ()>,
    ) {
        self.progress.left(peer.id());
        if !arrival.0.load(Ordering::Relaxed) {
            return;
        }
        let left = Entry::Input(peer, Input::Left(reason));
        let sent = self.queue.send(left, RetryingStrategies::WaitForRoom);
        tokio::select! {
            biased;
            // refused by whoever processes nothing any more
            _ = sent => {}
            () = patience => tracing::debug!("a shared handler was not told of a peer that left"),
        }
    }
}
