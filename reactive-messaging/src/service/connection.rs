//! One connection from the accept to its last event.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt;
use tracing::Instrument;

use super::{
    event::{ConnectionEvent, Failed, ProtocolEvent},
    handler::{Handler, Opened},
    registry::Registered,
    shared::Working,
};
use crate::{
    dialog::{ConnectionId, Link, Peer},
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
            let service = &working.service;
            let mut told = service.tell_connection(|| connected(&link)).await;
            let announced = told.is_ok();
            if announced {
                told = service.tell_protocol(|| arrived(&working, &link)).await;
            }
            let reason = match told {
                Ok(()) => {
                    let opened = Opened {
                        link: link.clone(),
                        io,
                        codec: service.codec,
                    };
                    let conversation = working.handler.converse(opened);
                    // the dialog contains panics of user code by itself; whatever else may panic
                    // must not cost the connection its last event
                    let conversation = AssertUnwindSafe(conversation).catch_unwind().await;
                    conversation.unwrap_or_else(|panic| Failed::Panicked(panic).into_reason())
                }
                Err(failed) => {
                    drop(io);
                    failed.into_reason()
                }
            };
            link.close(reason.clone());
            tracing::debug!(%reason, "disconnected");
            let mut told = Ok(());
            if announced {
                told = service
                    .tell_protocol(|| left(&working, &link, &reason))
                    .await;
            }
            let also_told = service
                .tell_connection(|| disconnected(&link, &reason))
                .await;
            registered.ended(told.is_ok() && also_told.is_ok() && reason.is_clean());
            told.unwrap_or_else(Failed::log);
            also_told.unwrap_or_else(Failed::log);
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
