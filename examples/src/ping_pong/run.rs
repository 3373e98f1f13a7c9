//! What the programs do: hosting a table, visiting one, and telling how it went.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use reactive_messaging::{ServiceStats, prelude::*};
use tokio::time::Instant;

use super::{
    client::{Challenge, guest},
    server::host,
    statistics::{Statistics, Totals},
};

/// Where the programs meet, if nobody says anything else.
pub const ADDRESS: &str = "127.0.0.1:9759";

/// Serves until `end`, then drains; prints who comes and goes, and how it went.
///
/// # Errors
/// If the address is none, or taken.
pub async fn serve(address: &str, end: impl Future<Output = ()>) -> Result<(), BindError> {
    let statistics = Arc::<Statistics>::default();
    let server = host::with(statistics.clone())
        .bind(address)
        .on_connection_event(async |event| match event {
            ConnectionEvent::Connected { id, address, .. } => println!("{id} {address} arrived"),
            ConnectionEvent::Disconnected { id, reason, .. } => println!("{id} left: {reason}"),
            _ => {}
        })
        .await?;
    println!("come and play at {}, end me by Ctrl-C", server.address());
    let began = Instant::now();
    end.await;
    println!("{}", server.shutdown().await);
    let (totals, stats) = (statistics.totals(), server.stats());
    println!("{totals}\n{}", Rate::new(totals, stats, began.elapsed()));
    Ok(())
}

/// Plays all matches of a challenge, and prints how it went.
///
/// # Errors
/// If there is no server, or it left before the matches were played.
pub async fn visit(address: &str, challenge: Challenge) -> Result<(), Box<dyn Error>> {
    let statistics = Arc::<Statistics>::default();
    let (wanted, began) = (u64::from(challenge.matches), Instant::now());
    let client = guest::with(challenge, statistics.clone())
        .connect(address)
        .await?;
    let reason = client.closed().await;
    let (totals, stats) = (statistics.totals(), client.stats());
    println!("{totals}\n{}", Rate::new(totals, stats, began.elapsed()));
    match totals.matches() {
        played if played == wanted => Ok(()),
        played => Err(format!("only {played} of {wanted} matches were played: {reason}").into()),
    }
}

/// How fast it went.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// Rallies that were played, each of which is a point.
    pub rallies: u64,
    /// Messages of one side, sent and received.
    pub messages: u64,
    /// How long that took.
    pub time: Duration,
}

impl Rate {
    /// The rate at which these matches were played.
    pub fn new(totals: Totals, stats: ServiceStats, time: Duration) -> Self {
        Self {
            rallies: totals.points.client + totals.points.server,
            messages: stats.totals.messages_received + stats.totals.messages_sent,
            time,
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.time.as_secs_f64();
        let per_second = |n: u64| n as f64 / seconds;
        write!(
            f,
            "  {} rallies and {} messages in {seconds:.2} s: {:.0} rallies/s, {:.0} messages/s",
            self.rallies,
            self.messages,
            per_second(self.rallies),
            per_second(self.messages)
        )
    }
}
