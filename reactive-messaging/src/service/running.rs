//! What servers and clients have in common: settings, callbacks, connections, and how they end.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use super::{
    event::{ConnectionEvent, Events, LocalServiceTermination, Told},
    handler::Serves,
    registry::{DrainReport, Registry},
};
use crate::{
    dialog::{Ending, Peer, Settings},
    error::{Panic, panic_detail},
    log_limit::log_limited,
};

/// A running service, as its handle and its tasks see it.
pub struct Service<E> {
    pub(crate) settings: Arc<Settings>,
    pub(crate) events: Events<E>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) max_connections: usize,
}

/// A handler, or a composite, and the service that it works for.
pub(crate) struct Working<H: Serves> {
    pub(crate) handler: H,
    pub(crate) service: Arc<Service<H::Event>>,
}

/// The handle's side of a service.
#[derive(Debug)]
pub(crate) struct Control<T> {
    registry: Arc<Registry>,
    ended: watch::Receiver<Option<T>>,
}

/// The task's side of a service: what it tells the handle when all is over.
pub(crate) type EndSender<T> = watch::Sender<Option<T>>;

impl<T: Clone> Control<T> {
    pub(crate) fn new(registry: &Arc<Registry>) -> (Self, EndSender<T>) {
        let (end, ended) = watch::channel(None);
        let registry = registry.clone();
        (Self { registry, ended }, end)
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
        self.registry.stop(Ending::Drain);
        self.ended().await;
        self.registry.report()
    }
}

/// A service does not outlive its handle.
impl<T> Drop for Control<T> {
    fn drop(&mut self) {
        self.registry.stop(Ending::Abort);
    }
}

impl<H: Serves> Working<H> {
    /// The peers that are connected.
    pub(crate) fn peers(&self) -> Vec<Peer<H::Local>> {
        let links = self.service.registry.links().into_iter();
        links.map(|link| self.handler.peer(link)).collect()
    }

    /// Waits until all connections are over, tells so, and lets the handle know.
    pub(crate) async fn conclude<T>(&self, ended: EndSender<T>, end: T) {
        let registry = &self.service.registry;
        registry.stop(Ending::Drain);
        registry.emptied().await;
        self.handler.finish(&self.service).await;
        let told = self
            .service
            .tell_protocol(|| Some(LocalServiceTermination.into()));
        told.await
            .unwrap_or_else(|failed| failed.report(&self.service));
        let told = self
            .service
            .tell_connection(|| ConnectionEvent::LocalServiceTermination);
        told.await
            .unwrap_or_else(|failed| failed.report(&self.service));
        ended.send_replace(Some(end));
    }
}

impl<E> Service<E> {
    /// User code panicked on behalf of no connection, as part of `what`.
    #[cold]
    pub(super) fn panicked(&self, what: &str, panic: Panic) {
        let panic = panic_detail(panic);
        self.registry.panicked();
        log_limited!(self.settings.log.panicked, error, %panic, "{what} panicked");
    }
}

impl<E: 'static> Service<E> {
    pub(crate) fn patience(&self) -> impl Future<Output = ()> + Send + use<E> {
        self.registry.patience(self.settings.config.drain_timeout)
    }

    /// How long a shared handler is waited for, once the service is to end: `drain_timeout` from then on,
    /// and a second from now at least.
    pub(crate) fn patience_at_the_end(&self) -> impl Future<Output = ()> + Send + use<E> {
        let limit = self.settings.config.drain_timeout;
        self.registry
            .patience_at_the_end(limit, limit.min(Duration::from_secs(1)))
    }

    pub(crate) fn tell_protocol(&self, event: impl FnOnce() -> Option<E>) -> Told {
        self.events.protocol(event, || self.patience())
    }

    pub(crate) fn tell_connection(&self, event: impl FnOnce() -> ConnectionEvent) -> Told {
        self.events.connection(event, || self.patience())
    }
}
