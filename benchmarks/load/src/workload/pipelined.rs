//! W2, W3: how many messages pass, and what one costs, when many are under way.

use std::{cell::Cell, convert::Infallible, io, rc::Rc, time::Duration};

use tokio::{
    task::{JoinSet, LocalSet},
    time::sleep,
};

use super::{
    Server, warm_up,
    window::{Used, Window},
};
use crate::{
    dialog::Dialog,
    metric::{Figure, Metric},
    wire::Wire,
};

pub(super) async fn measure<W: Wire>(
    server: &Server,
    duration: Duration,
    connections: u32,
    outstanding: usize,
) -> io::Result<Vec<Figure>> {
    let replies = Rc::new(Cell::new(0));
    let mut dialogs = JoinSet::new();
    let local = LocalSet::new();
    for id in 0..connections {
        let dialog = Dialog::<W>::connect(server.address, id).await?;
        let replies = Rc::clone(&replies);
        let talk = async move { dialog.keep_outstanding(outstanding, &replies).await };
        dialogs.spawn_local_on(talk, &local);
    }
    let measured = local.run_until(async {
        tokio::select! {
            biased;
            failed = failure(&mut dialogs) => Err(failed),
            measured = watch(server, duration, &replies) => measured,
        }
    });
    let (replies, used) = measured.await?;
    Ok(figures(replies, &used))
}

/// Dialogs end only by failing.
async fn failure(dialogs: &mut JoinSet<io::Result<Infallible>>) -> io::Error {
    match dialogs.join_next().await {
        Some(Ok(Err(error))) => error,
        Some(Err(panicked)) => io::Error::other(panicked),
        None => io::Error::other("no connection"),
    }
}

/// Lets the dialogs talk; tells how many replies came, and what they took.
async fn watch(
    server: &Server,
    duration: Duration,
    replies: &Cell<u64>,
) -> io::Result<(u64, Used)> {
    sleep(warm_up(duration)).await;
    let window = Window::open(server)?;
    let before = replies.get();
    sleep(duration).await;
    let used = window.close()?;
    Ok((replies.get() - before, used))
}

fn figures(replies: u64, used: &Used) -> Vec<Figure> {
    let replies = replies as f64;
    let nanos_each = |time: Duration| time.as_nanos() as f64 / replies;
    vec![
        Figure::new(Metric::Rate, replies / used.time.as_secs_f64() / 1_000.0),
        Figure::new(Metric::ServerCpu, nanos_each(used.server_cpu)),
        Figure::new(Metric::ClientCpu, nanos_each(used.client_cpu)),
        used.disturbance(),
    ]
}
