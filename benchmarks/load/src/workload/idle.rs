//! W5: what an idle connection holds.

use std::{io, time::Duration};

use tokio::time::sleep;

use super::Server;
use crate::{
    dialog::Dialog,
    metric::{Figure, Metric},
    probe::resident,
    wire::Wire,
};

/// The first connections pay for what a server allocates once, the others for themselves.
const FIRST: u32 = 100;
const OTHERS: u32 = 2_000;
/// Enough for a server to become idle behind its last reply.
const SETTLE: Duration = Duration::from_millis(300);

pub(super) async fn measure<W: Wire>(server: &Server) -> io::Result<Vec<Figure>> {
    let mut dialogs = Vec::new();
    let mut resident_with = async |connections: u32| -> io::Result<u64> {
        for id in dialogs.len() as u32..connections {
            let mut dialog = Dialog::<W>::connect(server.address, id).await?;
            dialog.round_trip().await?;
            dialogs.push(dialog);
        }
        sleep(SETTLE).await;
        resident(server.pid)
    };
    let before = resident_with(FIRST).await?;
    let after = resident_with(FIRST + OTHERS).await?;
    let slope = (after as f64 - before as f64) / f64::from(OTHERS);
    Ok(vec![Figure::new(Metric::IdleMemory, slope)])
}
