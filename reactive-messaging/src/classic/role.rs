//! What servers and clients do differently: how they start.

use std::{future::Future, sync::Arc};

use futures::Stream;

use super::{
    error::StartError,
    form::Form,
    life::Running,
    processor::Item,
    routing::{Journey, Routes},
};
use crate::{Address, Client, ConnectionEvent, ConstConfig, Incoming, Peer, ProtocolEvent, Server};

/// A service that runs, and where.
#[doc(hidden)]
pub struct Started {
    pub(super) service: Box<dyn Running>,
    /// Where a server listens.
    pub(super) address: Option<Address>,
}

/// Listens.
#[derive(Debug, Clone, Copy)]
pub enum ServerRole {}

/// Connects.
#[derive(Debug, Clone, Copy)]
pub enum ClientRole {}

/// Whether a service listens or connects: [`ServerRole`] or [`ClientRole`].
#[allow(private_interfaces, reason = "sealed: its methods are the layer's own")]
pub trait Role: Send + 'static {
    #[doc(hidden)]
    fn start<D, E, Fut, F, S>(
        address: String,
        config: ConstConfig,
        events: E,
        handler: F,
    ) -> impl Future<Output = Result<Started, StartError>> + Send
    where
        D: Form,
        E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        F: Fn(Incoming<D::Remote>, Peer<D::Local>) -> S + Send + Sync + 'static,
        S: Stream<Item = Item<D::Local>> + Send + 'static;

    #[doc(hidden)]
    fn start_routed<State, E, Fut>(
        address: String,
        config: ConstConfig,
        initial: State,
        routes: Arc<Routes<State>>,
        connection_events: E,
    ) -> impl Future<Output = Result<Started, StartError>> + Send
    where
        State: Clone + Send + Sync + 'static,
        E: Fn(ConnectionEvent) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static;
}

macro_rules! role {
    ($role:ty: $service:ident::$at:ident, $handle:ident, $handle_stages:ident, $address:expr) => {
        #[allow(private_interfaces, reason = "sealed: its methods are the layer's own")]
        impl Role for $role {
            async fn start<D, E, Fut, F, S>(
                address: String,
                config: ConstConfig,
                events: E,
                handler: F,
            ) -> Result<Started, StartError>
            where
                D: Form,
                E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
                Fut: Future<Output = ()> + Send + 'static,
                F: Fn(Incoming<D::Remote>, Peer<D::Local>) -> S + Send + Sync + 'static,
                S: Stream<Item = Item<D::Local>> + Send + 'static,
            {
                let builder = $service::$at(address).$handle(handler).config(config);
                let builder = builder.wire(D::Wire::default()).on_event(events);
                let service = builder.await?;
                let address = $address(&service);
                let service = Box::new(service);
                Ok(Started { service, address })
            }

            async fn start_routed<State, E, Fut>(
                address: String,
                config: ConstConfig,
                initial: State,
                routes: Arc<Routes<State>>,
                connection_events: E,
            ) -> Result<Started, StartError>
            where
                State: Clone + Send + Sync + 'static,
                E: Fn(ConnectionEvent) -> Fut + Send + Sync + 'static,
                Fut: Future<Output = ()> + Send + 'static,
            {
                let processors = routes.clone();
                let builder = $service::$at(address)
                    .$handle_stages(
                        move || Journey::beginning(initial.clone()),
                        move |journey, stage| routes.lead(journey, stage),
                    )
                    .config(config)
                    .on_event(move |telling| processors.tell(telling))
                    .on_connection_event(connection_events);
                let service = builder.await?;
                let address = $address(&service);
                let service = Box::new(service);
                Ok(Started { service, address })
            }
        }
    };
}

role!(ServerRole: Server::bind, serve, serve_stages, |server: &Server<_>| Some(server.address()));
role!(ClientRole: Client::connect, run, run_stages, |_: &Client<_>| None);
