//! One connection from the accept to its last event.

use std::{error::Error, sync::Arc};

use tracing::Instrument;

use super::{
    event::{ConnectionEvent, Moment},
    handler::{Opened, Serves},
    hold::hold,
    registry::Registered,
    running::Working,
};
use crate::{
    dialog::{ConnectionId, Link},
    error::DisconnectReason,
    log_limit::{LogLimits, log_limited},
    transport::{Address, Connection, Io},
};

/// A connection that was let in and waits for its handler.
pub(crate) struct Admitted<H: Serves> {
    working: Arc<Working<H>>,
    registered: Registered,
    link: Arc<Link>,
    io: Box<dyn Io>,
}

impl<H: Serves> Admitted<H> {
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
            let reason = match service.tell_connection(|| connected(&link)).await {
                Ok(()) => {
                    let event = |moment: Moment<'_>| working.handler.event(&link, moment);
                    let converse = || {
                        let link = link.clone();
                        let service = service.clone();
                        working.handler.converse(Opened { link, io, service })
                    };
                    hold(service, &link, event, converse).await.reason()
                }
                Err(failed) => {
                    drop(io);
                    let reason = failed.report_at(&link);
                    link.close(reason.clone());
                    reason
                }
            };
            tell_log(&service.settings.log, &reason);
            let also_told = service
                .tell_connection(|| disconnected(&link, &reason))
                .await;
            registered.ended(also_told.is_ok() && reason.is_clean());
            if let Err(failed) = also_told {
                failed.report_at(&link);
            }
            reason
        }
        .instrument(span)
    }
}

/// An orderly end is of no interest; another one may be.
fn tell_log(log: &LogLimits, reason: &DisconnectReason) {
    if reason.is_clean() {
        tracing::debug!(%reason, "disconnected");
    } else {
        let cause = reason.source().map(tracing::field::display);
        log_limited!(log.broken, info, %reason, cause, "disconnected");
    }
}

fn connected(link: &Link) -> ConnectionEvent {
    ConnectionEvent::Connected {
        id: link.id,
        address: link.address.clone(),
    }
}

fn disconnected(link: &Link, reason: &DisconnectReason) -> ConnectionEvent {
    ConnectionEvent::Disconnected {
        id: link.id,
        address: link.address.clone(),
        reason: reason.clone(),
    }
}
