//! A service with its processors, before and after it was started.

use std::{fmt, marker::PhantomData, sync::Arc};

use futures::{FutureExt, Stream};

use super::{
    error::StartError,
    form::Form,
    life::Life,
    peer::ClassicPeer,
    processor::{Item, Spawned, Startable},
    role::{ClientRole, Role, ServerRole, Started},
    routing::{ConnectionChannel, Telling},
};
use crate::{Address, ConstConfig, Incoming, ProtocolEvent, StageOptions};

/// A server with processors: made by [`new_socket_server!`](crate::new_socket_server) or
/// [`new_composite_socket_server!`](crate::new_composite_socket_server).
///
/// Dropping it aborts its connections; [`terminate`](super::MessagingService::terminate) drains them.
pub type CompositeSocketServer<State = ()> = CompositeService<ServerRole, State>;

/// A client with processors: made by [`new_socket_client!`](crate::new_socket_client) or
/// [`new_composite_socket_client!`](crate::new_composite_socket_client).
///
/// Dropping it aborts its connection; [`terminate`](super::MessagingService::terminate) drains it.
pub type CompositeSocketClient<State = ()> = CompositeService<ClientRole, State>;

/// A [`CompositeSocketServer`] or a [`CompositeSocketClient`], told apart by the role `R`; `State` is
/// that of its connections.
pub struct CompositeService<R, State = ()> {
    pub(super) address: String,
    pub(super) config: ConstConfig,
    pub(super) processors: Vec<Arc<dyn Startable<R, State>>>,
    /// Tells the channels of this service from others.
    pub(super) identity: Arc<()>,
    started_at: Option<Address>,
    pub(super) life: Life,
    role: PhantomData<fn() -> R>,
}

impl<R: Role, State: Clone + Send + Sync + 'static> CompositeService<R, State> {
    /// A service that will listen on, or connect to, `host` and `port`. A server on port 0 listens on
    /// one that is free.
    pub fn new(config: ConstConfig, host: impl Into<String>, port: u16) -> Self {
        let host = host.into();
        let address = match host.contains(':') && !host.starts_with('[') {
            true => format!("[{host}]:{port}"),
            false => format!("{host}:{port}"),
        };
        Self {
            address,
            config,
            processors: Vec::new(),
            identity: Arc::new(()),
            started_at: None,
            life: Life::new(),
            role: PhantomData,
        }
    }

    pub(super) fn add<D, E, Fut, P, S>(
        &mut self,
        dialog: D,
        events: E,
        open: P,
    ) -> Result<ConnectionChannel, StartError>
    where
        D: Form,
        E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        P: Fn(ClassicPeer<D::Local, State>, Incoming<D::Remote>) -> S + Send + Sync + 'static,
        S: Stream<Item = Item<D::Local>> + Send + 'static,
    {
        let config = dialog.config();
        if config != self.config {
            return Err(StartError::OtherConfig);
        }
        let events = Arc::new(events);
        let told = events.clone();
        let options = StageOptions::new()
            .wire(D::Wire::default())
            .event(move |event| Telling::at_work(told(event).boxed()));
        options.check(&config)?;
        self.processors.push(Arc::new(Spawned::<D, E, P> {
            config,
            options,
            events,
            open,
        }));
        let index = self.processors.len() - 1;
        Ok(ConnectionChannel::new(&self.identity, index))
    }

    pub(super) fn started(&mut self, started: Started) {
        let Started { service, address } = started;
        self.started_at = address;
        self.life.start(service);
    }
}

impl<State> CompositeSocketServer<State> {
    /// Where it listens, with the port that the system chose; `None` before it was started.
    pub fn address(&self) -> Option<Address> {
        self.started_at.clone()
    }
}

impl<State> CompositeSocketClient<State> {
    /// Whether its dialog goes on.
    pub fn is_connected(&self) -> bool {
        self.life.is_running()
    }
}

impl<R, State> fmt::Debug for CompositeService<R, State> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompositeService")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
