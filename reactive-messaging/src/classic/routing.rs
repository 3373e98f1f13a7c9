//! Several processors on one connection, one after the other.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::BoxFuture;

use crate::{
    LocalServiceTermination, Stage, StageEnd,
    log_limit::{LogLimit, log_limited},
};

/// A connection on its way to the next processor.
pub(super) struct Journey<State> {
    state: State,
    is_reused: bool,
}

impl<State> Journey<State> {
    pub(super) fn beginning(state: State) -> Self {
        let is_reused = false;
        Self { state, is_reused }
    }

    pub(super) fn on(state: State) -> Self {
        let is_reused = true;
        Self { state, is_reused }
    }
}

/// What the routing closure knows of a connection: its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketConnection<State> {
    state: State,
}

impl<State> SocketConnection<State> {
    /// The state in which the last processor left it, or the initial one.
    pub fn state(&self) -> &State {
        &self.state
    }
}

/// Names a processor of a service.
#[derive(Clone)]
pub struct ConnectionChannel {
    /// Tells the channels of one service from those of another.
    service: Arc<()>,
    index: usize,
}

impl ConnectionChannel {
    pub(super) fn new(service: &Arc<()>, index: usize) -> Self {
        let service = service.clone();
        Self { service, index }
    }

    /// What a routing closure returns for this processor: its name once more.
    pub fn clone_sender(&self) -> Self {
        self.clone()
    }

    /// The processor, if it is one of this service.
    pub(super) fn of<'a, P>(&self, service: &Arc<()>, processors: &'a [P]) -> Option<&'a P> {
        let is_ours = Arc::ptr_eq(&self.service, service);
        processors.get(self.index).filter(|_| is_ours)
    }
}

/// What is told of processors: a callback of theirs at work, or that the service is over.
pub(super) struct Telling(Option<BoxFuture<'static, ()>>);

impl Telling {
    pub(super) fn at_work(told: BoxFuture<'static, ()>) -> Self {
        Self(Some(told))
    }
}

impl From<LocalServiceTermination> for Telling {
    fn from(_: LocalServiceTermination) -> Self {
        Self(None)
    }
}

/// A processor as one stage of a connection.
pub(super) trait Routed<State>: Send + Sync {
    fn run(
        self: Arc<Self>,
        state: State,
        stage: Stage<Journey<State>, Telling>,
    ) -> BoxFuture<'static, StageEnd<Journey<State>, Telling>>;

    /// Tells it that the service is over.
    fn terminated(&self) -> BoxFuture<'static, ()>;
}

type Routing<State> =
    Box<dyn FnMut(&SocketConnection<State>, bool) -> Option<ConnectionChannel> + Send>;

/// All processors of a service, and who chooses among them.
pub(super) struct Routes<State> {
    pub(super) service: Arc<()>,
    pub(super) processors: Vec<Arc<dyn Routed<State>>>,
    pub(super) routing: Mutex<Routing<State>>,
    /// Connections that were led to a processor of another service.
    pub(super) strays: LogLimit,
}

impl<State: Send + 'static> Routes<State> {
    /// Leads a connection to its next processor, or to its end.
    pub(super) fn lead(
        &self,
        journey: Journey<State>,
        stage: Stage<Journey<State>, Telling>,
    ) -> BoxFuture<'static, StageEnd<Journey<State>, Telling>> {
        let Journey { state, is_reused } = journey;
        let connection = SocketConnection { state };
        let chosen = {
            let mut routing = self.routing.lock().unwrap_or_else(PoisonError::into_inner);
            routing(&connection, is_reused)
        };
        let Some(chosen) = chosen else {
            return Box::pin(stage.end());
        };
        match chosen.of(&self.service, &self.processors) {
            Some(processor) => processor.clone().run(connection.state, stage),
            None => {
                log_limited!(
                    self.strays,
                    error,
                    "the routing closure chose a processor of another service"
                );
                Box::pin(stage.end())
            }
        }
    }

    /// Goes on with what is told.
    pub(super) fn tell(&self, telling: Telling) -> BoxFuture<'static, ()> {
        telling.0.unwrap_or_else(|| self.terminated())
    }

    fn terminated(&self) -> BoxFuture<'static, ()> {
        let processors: Vec<_> = self.processors.iter().map(|p| p.terminated()).collect();
        Box::pin(async move {
            for told in processors {
                told.await;
            }
        })
    }
}

impl<State> fmt::Debug for Journey<State> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journey").finish_non_exhaustive()
    }
}

impl fmt::Debug for ConnectionChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionChannel")
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}
