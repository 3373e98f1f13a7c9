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
    ///
    /// One future over the fields where they are: what an async fn moves, it stores once more.
    pub(crate) fn converse(self) -> impl Future<Output = DisconnectReason> + Send {
        let span =
            tracing::info_span!("connection", id = %self.link.id, remote = %self.link.address);
        let Self {
            working,
            mut registered,
            link,
            io,
        } = self;
        async move {
            tracing::debug!("connected");
            let events = &working.service.events;
            let mut told = events.connection(|| connected(&link)).await;
            if told.is_ok() {
                told = events.protocol(|| arrived(&working, &link)).await;
            }
            let reason = match told {
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
            log_panic(events.protocol(|| left(&working, &link, &reason)).await);
            log_panic(events.connection(|| disconnected(&link, &reason)).await);
            registered.ended(reason.clone());
            reason
        }
        .instrument(span)
    }
}

fn connected(link: &Link) -> ConnectionEvent {
    ConnectionEvent::Connected {
        id: link.id,
        address: link.address.clone(),
    }
}

fn arrived<H: Handler>(working: &Working<H>, link: &Arc<Link>) -> ProtocolEvent<H::Local> {
    let peer = Peer::new(link.clone(), working.service.codec.encode);
    ProtocolEvent::PeerArrived { peer }
}

fn left<H: Handler>(
    working: &Working<H>,
    link: &Arc<Link>,
    reason: &DisconnectReason,
) -> ProtocolEvent<H::Local> {
    ProtocolEvent::PeerLeft {
        peer: Peer::new(link.clone(), working.service.codec.encode),
        reason: reason.clone(),
        stats: link.counters.snapshot(),
    }
}

fn disconnected(link: &Link, reason: &DisconnectReason) -> ConnectionEvent {
    ConnectionEvent::Disconnected {
        id: link.id,
        address: link.address.clone(),
        reason: reason.clone(),
    }
}

fn log_panic(told: Result<(), Panicked>) {
    if let Err(panicked) = told {
        tracing::error!(panic = %panic_detail(&*panicked), "event callback panicked");
    }
}
