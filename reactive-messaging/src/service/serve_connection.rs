//! A dialog over any byte stream, without a server or a client around it.

use std::{fmt, future::IntoFuture, sync::Arc};

use futures::{FutureExt, future::BoxFuture};

use super::{
    handler::{Handler, Opened, boxed},
    options::{options, wire_options},
    setup::{ServerSetup, Setup},
};
use crate::{
    config::ConfigError,
    dialog::{ConnectionId, Incoming, Link, Outcome, Peer},
    error::DisconnectReason,
    protocol::ReactiveProtocol,
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
    ServeConnection {
        setup: ServerSetup::new(boxed(handler)).into_setup(),
        io: Box::new(io),
    }
}

/// A dialog that runs when this is awaited, and says why it ended.
///
/// # Errors
/// [`ConfigError`] when the configuration contradicts itself.
///
/// # Cancel safety
/// Dropping the future aborts the dialog.
#[must_use = "a dialog runs when it is awaited"]
pub struct ServeConnection<H: Handler> {
    setup: Setup<H>,
    io: Box<dyn Io>,
}

impl<H: Handler> ServeConnection<H> {
    options!(setup);
    wire_options!(setup);

    async fn converse(self) -> Result<DisconnectReason, ConfigError> {
        let working = self.setup.build(1)?;
        let address = Address::Memory("connection".into());
        let link = Link::new(
            ConnectionId::next(),
            address,
            working.service.settings.clone(),
        );
        let opened = Opened {
            link: Arc::new(link),
            io: self.io,
            service: working.service,
        };
        Ok(working.handler.converse(opened).await.reason())
    }
}

impl<H: Handler> IntoFuture for ServeConnection<H> {
    type Output = Result<DisconnectReason, ConfigError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.converse().boxed()
    }
}

impl<H: Handler> fmt::Debug for ServeConnection<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServeConnection").finish_non_exhaustive()
    }
}
