//! One connection from the accept to its last event.

use std::sync::Arc;

use tracing::Instrument;

use super::{
    event::{ConnectionEvent, Panicked, ProtocolEvent},
    handler::{Handler, Opened},
    registry::Registered,
    shared::Working,
};
use crate::{
    dialog::{ConnectionId, Link, Peer, panic_detail},
    error::DisconnectReason,
    transport::{Address, Connection, Io},
};

/// A connection that was let in and waits for its handler.
pub(crate) struct Admitted<H: Handler> {
    working: Arc<Working<H>>,
    registered: Registered,
    link: Arc<Link>,
    io: Box<dyn Io>,
}

impl<H: Handler> Admitted<H> {
    /// Lets a connection in.
    ///
    /// # Errors
    /// The address of the remote, when the service is full or stopping; the connection is closed.
    pub(crate) fn new(working: &Arc<Working<H>>, connection: Connection) -> Result<Self, Address> {
        let Connection { io, address } = connection;
        let service = &working.service;
        let link = Link::new(ConnectionId::next(), address, service.settings.clone());
        let link = Arc::new(link);
        match service.registry.enter(&link, service.max_connections) {
            Some(registered) => Ok(Self {
                working: working.clone(),
                registered,
                link,
                io,
            }),
            None => Err(link.address.clone()),
        }
    }

    pub(crate) fn peer(&self) -> Peer<H::Local> {
        Peer::new(self.link.clone(), self.working.service.codec.encode)
    }

    /// Holds the dialog, with its events around it.
    pub(crate) async fn converse(self) -> DisconnectReason {
        let span =
            tracing::info_span!("connection", id = %self.link.id, remote = %self.link.address);
        self.converse_in_span().instrument(span).await
    }

    async fn converse_in_span(self) -> DisconnectReason {
        let Self {
            working,
            mut registered,
            link,
            io,
        } = self;
        let reason = match arrived(&working, &link).await {
            Ok(()) => {
                let opened = Opened {
                    link: link.clone(),
                    io,
                    codec: working.service.codec,
                };
                working.handler.converse(opened).await
            }
            Err(panicked) => {
                drop(io);
                let reason = DisconnectReason::HandlerPanicked(panic_detail(&*panicked));
                link.close(reason.clone());
                reason
            }
        };
        tracing::debug!(%reason, "disconnected");
        left(&working, &link, &reason).await;
        registered.ended(reason.clone());
        reason
    }
}

async fn arrived<H: Handler>(working: &Working<H>, link: &Arc<Link>) -> Result<(), Panicked> {
    tracing::debug!("connected");
    let service = &working.service;
    let connected = || ConnectionEvent::Connected {
        id: link.id,
        address: link.address.clone(),
    };
    service.events.connection(connected).await?;
    let arrived = || ProtocolEvent::PeerArrived {
        peer: Peer::new(link.clone(), service.codec.encode),
    };
    service.events.protocol(arrived).await
}

async fn left<H: Handler>(working: &Working<H>, link: &Arc<Link>, reason: &DisconnectReason) {
    let service = &working.service;
    let left = || ProtocolEvent::PeerLeft {
        peer: Peer::new(link.clone(), service.codec.encode),
        reason: reason.clone(),
        stats: link.counters.snapshot(),
    };
    let disconnected = || ConnectionEvent::Disconnected {
        id: link.id,
        address: link.address.clone(),
        reason: reason.clone(),
    };
    for told in [
        service.events.protocol(left).await,
        service.events.connection(disconnected).await,
    ] {
        if let Err(panicked) = told {
            tracing::error!(panic = %panic_detail(&*panicked), "event callback panicked");
        }
    }
}
