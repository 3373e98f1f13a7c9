//! A dialog over any byte stream, without a server or a client around it.

use std::{fmt, future::IntoFuture, sync::Arc};

use futures::{FutureExt, future::BoxFuture};

use super::{
    composite::Composite,
    event::LocalServiceTermination,
    handler::{Handler, Opened, Serves, boxed},
    options::{options, wire_options},
    setup::{ServerSetup, Setup},
    stage::{Stage, StageEnd},
};
use crate::{
    config::ConfigError,
    dialog::{ConnectionId, Ending, Incoming, Link, Outcome, Peer},
    error::DisconnectReason,
    protocol::{NoMessages, ReactiveProtocol},
    transport::{Address, Io},
};

/// Holds a dialog over `io`: an accepted socket, a pipe, one side of
/// [`tokio::io::duplex`](tokio::io::duplex()).
///
/// The dialog runs within the returned future, without events; which side connected makes no
/// difference. `.into_future()` makes it a future for `tokio::spawn` or `join!`.
pub fn serve_connection<C, S, F, R, K>(
    io: impl Io,
    handler: F,
) -> ServeConnection<impl Handler<Remote = C, Local = S>>
where
    C: ReactiveProtocol,
    S: ReactiveProtocol,
    F: Fn(Incoming<C>, Peer<S>) -> R + Send + Sync + 'static,
    R: Outcome<S, K>,
    R::Session: Send + 'static,
{
    ServerSetup::new(boxed(handler)).serve_connection(io)
}

/// Leads the connection over `io` through stages, as
/// [`ServerBuilder::serve_stages`](crate::ServerBuilder::serve_stages) does, without events.
pub fn serve_stages<T, E, F, Fut>(
    io: impl Io,
    initial: impl Fn() -> T + Send + Sync + 'static,
    stages: F,
) -> ServeConnection<impl Serves<Local = NoMessages, Event = E>>
where
    T: Send + 'static,
    E: From<LocalServiceTermination> + Send + 'static,
    F: Fn(T, Stage<T, E>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = StageEnd<T, E>> + Send + 'static,
{
    ServerSetup::new(Composite::of(initial, stages)).serve_connection(io)
}

/// A dialog that runs when this is awaited, and says why it ended.
///
/// # Errors
/// [`ConfigError`] when the configuration contradicts itself.
///
/// # Cancel safety
/// Dropping the future aborts the dialog.
#[must_use = "a dialog runs when it is awaited"]
pub struct ServeConnection<H: Serves> {
    setup: Setup<H>,
    io: Box<dyn Io>,
}

impl<H: Handler> ServeConnection<H> {
    wire_options!(setup);
}

impl<H: Serves> ServeConnection<H> {
    pub(super) fn new(setup: Setup<H>, io: impl Io) -> Self {
        let io = Box::new(io);
        Self { setup, io }
    }

    options!(setup);

    async fn converse(self) -> Result<DisconnectReason, ConfigError> {
        let working = self.setup.build(1)?;
        let address = Address::Memory("connection".into());
        let link = Link::new(
            ConnectionId::next(),
            address,
            working.service.settings.clone(),
        );
        let (link, service) = (Arc::new(link), &working.service);
        let registered = service.registry.enter(&link, 1);
        working.handler.start(service);
        let opened = Opened {
            link,
            io: self.io,
            service: service.clone(),
        };
        let reason = working.handler.converse(opened).await.reason();
        drop(registered);
        service.registry.stop(Ending::Drain);
        working.handler.finish(service).await;
        Ok(reason)
    }
}

impl<H: Serves> IntoFuture for ServeConnection<H> {
    type Output = Result<DisconnectReason, ConfigError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.converse().boxed()
    }
}

impl<H: Serves> fmt::Debug for ServeConnection<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServeConnection").finish_non_exhaustive()
    }
}
