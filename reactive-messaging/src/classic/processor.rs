//! A processor: two protocols, its events, and what it makes of a connection's messages.

use std::{
    future::Future,
    ops::ControlFlow,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use futures::{FutureExt, Stream, StreamExt, future::BoxFuture, stream};

use super::{
    error::StartError,
    form::Form,
    peer::ClassicPeer,
    role::{Role, Started},
    routing::{Journey, Routed, Telling},
};
use crate::{ConstConfig, Incoming, Peer, ProtocolEvent, Stage, StageEnd, StageOptions};

/// What processors of either kind become: messages to send, nothing, or errors.
pub(super) type Item<L> = Result<Option<L>, String>;

/// A processor that may be the only one of its service, or one of several.
pub(super) trait Processor<State>: Routed<State> {
    fn routed(self: Arc<Self>) -> Arc<dyn Routed<State>>;
}

/// A processor that may be the only one of a service in this role.
pub(super) trait Startable<R, State>: Processor<State> {
    fn start(self: Arc<Self>, address: String) -> BoxFuture<'static, Result<Started, StartError>>
    where
        State: Default;
}

/// A processor as it was spawned.
pub(super) struct Spawned<D: Form, E, P> {
    pub(super) config: ConstConfig,
    pub(super) options: StageOptions<D::Remote, D::Local, Telling>,
    pub(super) events: Arc<E>,
    pub(super) open: P,
}

impl<D, E, Fut, P, S, State> Processor<State> for Spawned<D, E, P>
where
    D: Form,
    E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
    P: Fn(ClassicPeer<D::Local, State>, Incoming<D::Remote>) -> S + Send + Sync + 'static,
    S: Stream<Item = Item<D::Local>> + Send + 'static,
    State: Clone + Send + Sync + 'static,
{
    fn routed(self: Arc<Self>) -> Arc<dyn Routed<State>> {
        self
    }
}

impl<R, D, E, Fut, P, S, State> Startable<R, State> for Spawned<D, E, P>
where
    R: Role,
    D: Form,
    E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
    P: Fn(ClassicPeer<D::Local, State>, Incoming<D::Remote>) -> S + Send + Sync + 'static,
    S: Stream<Item = Item<D::Local>> + Send + 'static,
    State: Clone + Send + Sync + 'static,
{
    fn start(self: Arc<Self>, address: String) -> BoxFuture<'static, Result<Started, StartError>>
    where
        State: Default,
    {
        let (config, events) = (self.config, self.events.clone());
        let handler = move |messages: Incoming<D::Remote>, peer: Peer<D::Local>| {
            (self.open)(ClassicPeer::only(peer, State::default()), messages)
        };
        let events = move |event| events(event);
        Box::pin(R::start::<D, _, _, _, _>(address, config, events, handler))
    }
}

impl<D, E, Fut, P, S, State> Routed<State> for Spawned<D, E, P>
where
    D: Form,
    E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
    P: Fn(ClassicPeer<D::Local, State>, Incoming<D::Remote>) -> S + Send + Sync + 'static,
    S: Stream<Item = Item<D::Local>> + Send + 'static,
    State: Clone + Send + Sync + 'static,
{
    fn run(
        self: Arc<Self>,
        state: State,
        stage: Stage<Journey<State>, Telling>,
    ) -> BoxFuture<'static, StageEnd<Journey<State>, Telling>> {
        let processor = self.clone();
        let handler = move |messages, peer| processor.work(state, messages, peer);
        Box::pin(stage.run_with(&self.options, handler))
    }

    fn terminated(&self) -> BoxFuture<'static, ()> {
        (self.events)(ProtocolEvent::LocalServiceTermination).boxed()
    }
}

impl<D, E, Fut, P> Spawned<D, E, P>
where
    D: Form,
    E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    /// The handler of a stage, which leads on when it ends before its input.
    fn work<S, State>(
        &self,
        state: State,
        messages: Incoming<D::Remote>,
        peer: Peer<D::Local, Journey<State>>,
    ) -> impl Stream<Item = ControlFlow<Journey<State>, Item<D::Local>>> + use<D, E, Fut, P, S, State>
    where
        P: Fn(ClassicPeer<D::Local, State>, Incoming<D::Remote>) -> S + Send + Sync + 'static,
        S: Stream<Item = Item<D::Local>> + Send + 'static,
        State: Clone + Send + Sync + 'static,
    {
        let peer = ClassicPeer::routed(peer, state);
        let over = Arc::new(AtomicBool::new(false));
        let messages = Noted {
            messages,
            over: over.clone(),
        };
        let items = (self.open)(peer.clone(), Incoming::from_stream(messages));
        let leave = stream::once(async move {
            let goes_on = !over.load(Ordering::Relaxed);
            goes_on.then(|| ControlFlow::Break(peer.journey()))
        });
        let leave = leave.filter_map(std::future::ready);
        items.map(ControlFlow::Continue).chain(leave)
    }
}

/// Messages that note their end: a processor that ends behind it was not left, its connection is over.
struct Noted<M> {
    messages: Incoming<M>,
    over: Arc<AtomicBool>,
}

impl<M: crate::ReactiveProtocol> Stream for Noted<M> {
    type Item = M;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<M>> {
        let message = ready!(self.messages.poll_next_unpin(cx));
        if message.is_none() {
            self.over.store(true, Ordering::Relaxed);
        }
        Poll::Ready(message)
    }
}
