//! A server whose connections are processed together.

use std::{
    fmt,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use futures::{FutureExt, future::BoxFuture};
use tokio::task::JoinSet;

use super::{
    bind::Bind,
    event::{Moment, ProtocolEvent},
    handler::{Conversation, Handler, Opened, Serves, settings},
    running::Service,
};
use crate::{
    config::{ConfigError, ConstConfig, OnError},
    dialog::{Codec, Core, Dialog, Ending, Incoming, Link, Outcome, Peer, Settings, Whole},
    error::{DisconnectReason, text_of},
    processor::{
        Arrival, End, Forwarder, Inputs, Lane, Processor, ProcessorStats, SharedOutcome,
        queue::{Channel, Tokio},
    },
    protocol::ReactiveProtocol,
    wire::{Decode, Encode},
};

/// A handler that all connections share, behind a pointer: what
/// [`serve_shared`](crate::ServerBuilder::serve_shared) makes of a closure.
pub struct SharedHandler<C, S> {
    process: Arc<Process<C, S>>,
    codec: Codec<C, S>,
    open: OpenLane<C, S>,
    processors: usize,
    lanes: OnceLock<Vec<Arc<Lane<C, S>>>>,
    tasks: Mutex<JoinSet<()>>,
}

type OpenLane<C, S> = fn() -> (Lane<C, S>, Inputs<C, S>);
type Process<C, S> =
    dyn Fn(Inputs<C, S>, Arc<Lane<C, S>>, Arc<dyn Fails>) -> BoxFuture<'static, ()> + Send + Sync;

/// Ends a service whose shared handler has ended.
trait Fails: Send + Sync {
    fn fail(&self, ending: Ending, reason: DisconnectReason, text: Option<String>);
}

impl<E: Send + 'static> Fails for Service<E> {
    fn fail(&self, ending: Ending, reason: DisconnectReason, text: Option<String>) {
        let text = text.filter(|_| self.settings.on_error != OnError::Ignore);
        self.registry.stop_for(ending, &reason, text.as_deref());
    }
}

/// Erases a shared handler; the one place that demands it to be `Send`.
pub(crate) fn shared<C, S, F, R, K>(handler: F) -> SharedHandler<C, S>
where
    C: ReactiveProtocol,
    S: ReactiveProtocol,
    F: Fn(Inputs<C, S>) -> R + Send + Sync + 'static,
    R: SharedOutcome<S, K>,
    R::Session: Send + 'static,
{
    let handler = Arc::new(handler);
    let process = move |inputs, lane, service: Arc<dyn Fails>| {
        let handler = handler.clone();
        let processor = async move {
            let open = || handler(inputs).into_session();
            let end = move |(ending, reason, text): End| service.fail(ending, reason, text);
            Processor::new(lane, open, end).await;
        };
        processor.boxed()
    };
    SharedHandler {
        process: Arc::new(process),
        codec: Codec::native(),
        open: Lane::open::<Tokio>,
        processors: 1,
        lanes: OnceLock::new(),
        tasks: Mutex::default(),
    }
}

impl<C: ReactiveProtocol, S: ReactiveProtocol> SharedHandler<C, S> {
    #[doc(hidden)]
    pub fn channel<K: Channel>(mut self) -> Self {
        self.open = Lane::open::<K>;
        self
    }

    #[doc(hidden)]
    pub fn processors(mut self, processors: usize) -> Self {
        self.processors = processors.max(1);
        self
    }

    fn lanes(&self) -> &[Arc<Lane<C, S>>] {
        self.lanes.get().map_or(&[], Vec::as_slice)
    }

    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The processor of a connection.
    fn lane(&self, link: &Link) -> Arc<Lane<C, S>> {
        let lanes = self.lanes();
        let chosen = link.id.get() % lanes.len().max(1) as u64;
        let lane = lanes.get(chosen as usize);
        lane.expect("processors start before connections").clone()
    }
}

impl<C: ReactiveProtocol, S: ReactiveProtocol> Bind<SharedHandler<C, S>> {
    /// What carries the inputs to the handler, and how many of them at most; by default
    /// `Tokio::<1024>`.
    ///
    /// A queue is allocated when the server starts, one for each processor.
    pub fn channel<K: Channel>(self, channel: K) -> Self {
        let _ = channel;
        self.map(SharedHandler::channel::<K>)
    }

    /// Runs the handler so many times, each with a queue of its own, by default once. A connection is
    /// always processed by the same one, which its id tells: id % `processors`.
    pub fn processors(self, processors: usize) -> Self {
        self.map(|handler| handler.processors(processors))
    }
}

impl<C: ReactiveProtocol, S: ReactiveProtocol> Serves for SharedHandler<C, S> {
    type Local = S;
    type Event = ProtocolEvent<S>;

    fn settings(&self, config: ConstConfig, on_error: OnError) -> Result<Settings, ConfigError> {
        settings(config, on_error, self.codec)
    }

    fn wires(&self) -> (&'static str, &'static str) {
        self.codec.names
    }

    fn peer(&self, link: Arc<Link>) -> Peer<S> {
        Peer::new(link, self.codec.encode)
    }

    fn event(&self, link: &Arc<Link>, moment: Moment<'_>) -> Option<ProtocolEvent<S>> {
        Some(ProtocolEvent::of(self.peer(link.clone()), moment))
    }

    fn start(&self, service: &Arc<Service<ProtocolEvent<S>>>) {
        self.lanes.get_or_init(|| {
            let mut tasks = self.tasks();
            let start = |_| {
                let (lane, inputs) = (self.open)();
                let lane = Arc::new(lane);
                let service: Arc<dyn Fails> = service.clone();
                tasks.spawn((self.process)(inputs, lane.clone(), service));
                lane
            };
            (0..self.processors).map(start).collect()
        });
    }

    fn converse(&self, opened: Opened<ProtocolEvent<S>>) -> Conversation {
        let Opened { link, io, service } = opened;
        let (codec, lane) = (self.codec, self.lane(&link));
        let peer = self.peer(link.clone());
        let arrival = Arc::<Arrival>::default();
        let messages = Incoming::new(link.clone(), codec.decode);
        let forwarder = Forwarder::new(messages, peer.clone(), lane.clone(), arrival.clone());
        let open = || <_ as Outcome<S, _>>::into_session(forwarder);
        let dialog = Dialog::new(Whole(Core::new(link, io)), codec.encode, open);
        Box::pin(async move {
            // a transport of the user's may panic, and the processor shall be told all the same
            let finished = AssertUnwindSafe(dialog).catch_unwind().await;
            let reason = match &finished {
                Ok(finished) => finished.reason(),
                Err(panic) => DisconnectReason::HandlerPanicked(text_of(&**panic)),
            };
            let patience = service.patience_at_the_end();
            lane.left(&arrival, peer, reason, patience).await;
            finished.unwrap_or_else(|panic| resume_unwind(panic))
        })
    }

    fn finish(&self, service: &Arc<Service<ProtocolEvent<S>>>) -> BoxFuture<'static, ()> {
        for lane in self.lanes() {
            lane.close();
        }
        let mut tasks = std::mem::take(&mut *self.tasks());
        let service = service.clone();
        let finish = async move {
            let in_order = tokio::select! {
                biased;
                () = joined(&mut tasks) => true,
                () = service.patience_at_the_end() => false,
            };
            if !in_order {
                if !service.registry.is_aborted() {
                    tracing::error!("a shared handler did not end");
                }
                tasks.abort_all();
                joined(&mut tasks).await;
            }
        };
        finish.boxed()
    }

    fn processors(&self) -> Vec<ProcessorStats> {
        self.lanes().iter().map(|lane| lane.stats()).collect()
    }
}

impl<C: ReactiveProtocol, S: ReactiveProtocol> Handler for SharedHandler<C, S> {
    type Remote = C;

    fn set_wires<In: Decode<C>, Out: Encode<S>>(&mut self) {
        self.codec = Codec::on::<In, Out>();
    }
}

async fn joined(tasks: &mut JoinSet<()>) {
    while tasks.join_next().await.is_some() {}
}

impl<C, S> fmt::Debug for SharedHandler<C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedHandler")
            .field("processors", &self.processors)
            .finish_non_exhaustive()
    }
}
