//! The accept loop of a server.

use std::{io, sync::Arc, time::Duration};

use tokio::sync::Semaphore;

use super::{
    connection::Admitted,
    event::{ConnectionEvent, Failed},
    handler::Handler,
    shared::{Ended, Working},
};
use crate::{
    dialog::Ending,
    transport::{Address, Connection, Listener},
};

/// Callbacks of refused connections that may run at one time; further ones are only counted.
const REFUSALS: usize = 64;

/// Accepts until the service is stopped or `signal` is ready, then drains.
pub(crate) async fn serve<H: Handler>(
    mut listener: Box<dyn Listener>,
    working: Arc<Working<H>>,
    ended: Ended<()>,
    signal: impl Future<Output = ()>,
) {
    tokio::select! {
        () = working.service.registry.stopped(Ending::Drain) => {}
        () = signal => {}
        () = accept(&mut *listener, &working) => {}
    }
    drop(listener);
    working.conclude(ended, ()).await;
}

async fn accept<H: Handler>(listener: &mut dyn Listener, working: &Arc<Working<H>>) {
    let config = working.service.settings.config;
    let refusals = Arc::new(Semaphore::new(REFUSALS));
    let mut pauses = config.accept_backoff.delays();
    loop {
        let accepted =
            std::future::poll_fn(|cx| listener.poll_accept(cx, &config.socket_options)).await;
        match accepted {
            Ok(connection) => {
                pauses = config.accept_backoff.delays();
                admit(connection, working, &refusals);
            }
            Err(error) if concerns_one_connection(&error) => {
                tracing::debug!(%error, "connection lost before it was accepted");
            }
            Err(error) => {
                let pause = pauses.next().unwrap_or(Duration::from_secs(1));
                tracing::error!(%error, ?pause, "cannot accept");
                tokio::time::sleep(pause).await;
            }
        }
    }
}

/// Whether the listener itself is well.
fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::NotConnected
            | io::ErrorKind::Interrupted
    )
}

fn admit<H: Handler>(connection: Connection, working: &Arc<Working<H>>, refusals: &Arc<Semaphore>) {
    match Admitted::new(working, connection) {
        Ok(admitted) => {
            tokio::spawn(admitted.converse());
        }
        Err(address) => refuse(address, working, refusals),
    }
}

fn refuse<H: Handler>(address: Address, working: &Arc<Working<H>>, refusals: &Arc<Semaphore>) {
    tracing::debug!(remote = %address, "connection refused");
    if !working.service.events.watches_connections() {
        return;
    }
    let Ok(permit) = refusals.clone().try_acquire_owned() else {
        return;
    };
    let working = working.clone();
    tokio::spawn(async move {
        let refused = || ConnectionEvent::Refused { address };
        let told = working.service.tell_connection(refused);
        told.await.unwrap_or_else(Failed::log);
        drop(permit);
    });
}
