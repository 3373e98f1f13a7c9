//! W1: how long one exchange takes.

use std::{
    io,
    time::{Duration, Instant},
};

use super::{Server, warm_up, window::Window};
use crate::{
    dialog::Dialog,
    metric::{Figure, Metric},
    wire::Wire,
};

pub(super) async fn measure<W: Wire>(
    server: &Server,
    duration: Duration,
) -> io::Result<Vec<Figure>> {
    let mut dialog = Dialog::<W>::connect(server.address, 0).await?;
    round_trips(&mut dialog, warm_up(duration)).await?;
    let window = Window::open(server)?;
    let mut nanos = round_trips(&mut dialog, duration).await?;
    let used = window.close()?;
    nanos.sort_unstable();
    let micros =
        |quantile: f64| f64::from(nanos[(nanos.len() as f64 * quantile) as usize]) / 1_000.0;
    Ok(vec![
        Figure::new(Metric::P50, micros(0.50)),
        Figure::new(Metric::P99, micros(0.99)),
        used.disturbance(),
    ])
}

/// Exchanges messages until the time is up; tells how many nanoseconds each exchange took.
async fn round_trips<W: Wire>(dialog: &mut Dialog<W>, duration: Duration) -> io::Result<Vec<u32>> {
    let started = Instant::now();
    let mut nanos = Vec::with_capacity(1 << 20);
    let mut now = started;
    while now - started < duration {
        let before = now;
        dialog.round_trip().await?;
        now = Instant::now();
        nanos.push(u32::try_from((now - before).as_nanos()).unwrap_or(u32::MAX));
    }
    Ok(nanos)
}
