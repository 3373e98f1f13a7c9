//! What servers and clients do differently: how they start.

use std::future::Future;

use super::{error::StartError, form::Form, life::Running};
use crate::{Address, Client, Incoming, Outcome, Peer, ProtocolEvent, Server};

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
pub trait Role: Send + 'static {
    #[doc(hidden)]
    fn start<D, E, Fut, F, R, K>(
        address: String,
        dialog: D,
        events: E,
        handler: F,
    ) -> impl Future<Output = Result<Started, StartError>> + Send
    where
        D: Form,
        E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        F: Fn(Incoming<D::Remote>, Peer<D::Local>) -> R + Send + Sync + 'static,
        R: Outcome<D::Local, K>,
        R::Session: Send + 'static;
}

impl Role for ServerRole {
    async fn start<D, E, Fut, F, R, K>(
        address: String,
        dialog: D,
        events: E,
        handler: F,
    ) -> Result<Started, StartError>
    where
        D: Form,
        E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        F: Fn(Incoming<D::Remote>, Peer<D::Local>) -> R + Send + Sync + 'static,
        R: Outcome<D::Local, K>,
        R::Session: Send + 'static,
    {
        let bind = Server::bind(address)
            .serve(handler)
            .config(dialog.config())
            .wire(D::Wire::default())
            .on_event(events);
        let server = bind.await?;
        let address = Some(server.address());
        let service = Box::new(server);
        Ok(Started { service, address })
    }
}

impl Role for ClientRole {
    async fn start<D, E, Fut, F, R, K>(
        address: String,
        dialog: D,
        events: E,
        handler: F,
    ) -> Result<Started, StartError>
    where
        D: Form,
        E: Fn(ProtocolEvent<D::Local>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
        F: Fn(Incoming<D::Remote>, Peer<D::Local>) -> R + Send + Sync + 'static,
        R: Outcome<D::Local, K>,
        R::Session: Send + 'static,
    {
        let connect = Client::connect(address)
            .run(handler)
            .config(dialog.config())
            .wire(D::Wire::default())
            .on_event(events);
        let service = Box::new(connect.await?);
        let address = None;
        Ok(Started { service, address })
    }
}
