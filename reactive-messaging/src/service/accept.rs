//! The accept loop of a server.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use futures::FutureExt;
use tokio::task::{JoinSet, coop::consume_budget};

use super::{
    connection::Admitted,
    event::ConnectionEvent,
    handler::Serves,
    running::{EndSender, Working},
};
use crate::{
    dialog::Ending,
    log_limit::log_limited,
    transport::{Address, Listener},
};

/// Callbacks of refused connections that may run at one time; further ones are only counted.
const REFUSALS: usize = 64;

/// Accepts until the service is stopped or `signal` is ready, then drains.
pub(crate) async fn serve<H: Serves>(
    mut listener: Box<dyn Listener>,
    working: Arc<Working<H>>,
    ended: EndSender<()>,
    signal: impl Future<Output = ()>,
) {
    let mut refusals = JoinSet::new();
    let serving = async {
        tokio::select! {
            biased;
            () = working.service.registry.stopped(Ending::Drain) => {}
            () = signal => {}
            () = accept(&mut *listener, &working, &mut refusals) => {}
        }
    };
    // listener and signal are user code: their panic is an end like others, with a drain
    if let Err(panic) = AssertUnwindSafe(serving).catch_unwind().await {
        working.service.panicked("accepting", panic);
    }
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(listener))) {
        working.service.panicked("accepting", panic);
    }
    working.service.registry.stop(Ending::Drain);
    while refusals.join_next().await.is_some() {}
    working.conclude(ended, ()).await;
}

async fn accept<H: Serves>(
    listener: &mut dyn Listener,
    working: &Arc<Working<H>>,
    refusals: &mut JoinSet<()>,
) {
    let config = working.service.settings.config;
    let log = &working.service.settings.log;
    let mut pauses = config.accept_backoff.bounds();
    loop {
        // a listener of the user's may always be ready
        consume_budget().await;
        let accepted =
            std::future::poll_fn(|cx| listener.poll_accept(cx, &config.socket_options)).await;
        match accepted {
            Ok(connection) => {
                pauses = config.accept_backoff.bounds();
                match Admitted::new(working, connection) {
                    Ok(admitted) => drop(tokio::spawn(admitted.converse())),
                    Err(address) => refuse(address, working, refusals),
                }
            }
            Err(error) if concerns_one_connection(&error) => {
                tracing::debug!(%error, "connection lost before it was accepted");
            }
            Err(error) => {
                let pause = pauses.next().unwrap_or(config.accept_backoff.max);
                log_limited!(log.unconnected, error, %error, ?pause, "cannot accept");
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

fn refuse<H: Serves>(address: Address, working: &Arc<Working<H>>, refusals: &mut JoinSet<()>) {
    let log = &working.service.settings.log;
    let max_connections = working.service.max_connections;
    log_limited!(log.refused, warn, remote = %address, max_connections, "connection refused");
    while refusals.try_join_next().is_some() {}
    if refusals.len() >= REFUSALS || !working.service.events.watches_connections() {
        return;
    }
    let working = working.clone();
    refusals.spawn(async move {
        let refused = || ConnectionEvent::Refused { address };
        let told = working.service.tell_connection(refused);
        told.await
            .unwrap_or_else(|failed| failed.report(&working.service));
    });
}
