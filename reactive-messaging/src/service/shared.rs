//! What servers and clients have in common: settings, callbacks, connections, and how they end.

use std::sync::Arc;

use tokio::sync::watch;

use super::{
    event::{Events, ProtocolEvent},
    handler::Handler,
    registry::{DrainReport, Registry},
};
use crate::{
    dialog::{Codec, Ending, Peer, Settings},
    protocol::ReactiveProtocol,
};

/// A running service, as its handle and its tasks see it.
pub(crate) struct Service<C, S> {
    pub(crate) settings: Arc<Settings>,
    pub(crate) codec: Codec<C, S>,
    pub(crate) events: Events<S>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) max_connections: usize,
}

/// A handler and the service that it works for.
pub(crate) struct Working<H: Handler> {
    pub(crate) handler: H,
    pub(crate) service: Service<H::Remote, H::Local>,
}

/// The handle's side of a service.
#[derive(Debug)]
pub(crate) struct Control<T> {
    registry: Arc<Registry>,
    stop: watch::Sender<Option<Ending>>,
    ended: watch::Receiver<Option<T>>,
}

/// The task's side of a service.
#[derive(Debug)]
pub(crate) struct Controlled<T> {
    stop: watch::Receiver<Option<Ending>>,
    ended: watch::Sender<Option<T>>,
}

pub(crate) fn control<T: Clone>(registry: &Arc<Registry>) -> (Control<T>, Controlled<T>) {
    let (stop, stopped) = watch::channel(None);
    let (ended, end) = watch::channel(None);
    let control = Control {
        registry: registry.clone(),
        stop,
        ended: end,
    };
    let controlled = Controlled {
        stop: stopped,
        ended,
    };
    (control, controlled)
}

impl<T: Clone> Control<T> {
    /// Asks the service to end; a harder ending may follow a gentler one.
    pub(crate) fn stop(&self, ending: Ending) {
        self.stop
            .send_modify(|stop| *stop = (*stop).max(Some(ending)));
        self.registry.stop(ending);
    }

    /// Waits until the service is over. `None` if its task was dropped, with its runtime.
    pub(crate) async fn ended(&self) -> Option<T> {
        let mut ended = self.ended.clone();
        let end = ended.wait_for(Option::is_some).await;
        end.map_or(None, |end| end.clone())
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Drains the service and says what that left.
    pub(crate) async fn shutdown(&self) -> DrainReport {
        self.stop(Ending::Drain);
        self.ended().await;
        self.registry.report()
    }
}

/// A service does not outlive its handle.
impl<T> Drop for Control<T> {
    fn drop(&mut self) {
        self.stop.send_replace(Some(Ending::Abort));
        self.registry.stop(Ending::Abort);
    }
}

impl<T> Controlled<T> {
    /// Waits until the handle asks for the end.
    pub(crate) async fn stopped(&mut self) {
        // a handle that is gone has asked for it in its drop
        let _ = self.stop.wait_for(Option::is_some).await;
    }

    /// Waits until all connections are over, tells so, and lets the handle know.
    pub(crate) async fn conclude<H: Handler>(self, working: &Working<H>, end: T) {
        let service = &working.service;
        service.registry.stop(Ending::Drain);
        service.registry.emptied().await;
        let told = service
            .events
            .protocol(|| ProtocolEvent::LocalServiceTermination)
            .await;
        if told.is_err() {
            tracing::error!("event callback panicked");
        }
        self.ended.send_replace(Some(end));
    }
}

impl<C: ReactiveProtocol, S: ReactiveProtocol> Service<C, S> {
    pub(crate) fn peers(&self) -> Vec<Peer<S>> {
        let links = self.registry.links().into_iter();
        links
            .map(|link| Peer::new(link, self.codec.encode))
            .collect()
    }
}
