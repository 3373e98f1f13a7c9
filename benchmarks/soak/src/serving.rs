//! The server's process: it does what it is told by lines on stdin, and answers each by one on stdout.
//!
//! ```text
//! start      127.0.0.1:1 127.0.0.1:2 127.0.0.1:3 127.0.0.1:4
//! figures    CONNECTIONS TOTAL MESSAGES TASKS PANICS Reason=COUNT Reason=COUNT …
//! drain      CONNECTIONS ABORTED UNDELIVERED MILLISECONDS
//! ```
//!
//! It ends with its stdin.

use std::{
    error::Error,
    io::{self, BufRead},
    sync::atomic::Ordering::Relaxed,
};

use reactive_messaging::ServiceStats;
use tokio::{runtime::Handle, sync::mpsc};

use crate::{panics::PANICS, reasons::Reasons, services::Services};

pub(crate) async fn serve() -> Result<(), Box<dyn Error>> {
    let mut server = Serving::default();
    let mut commands = lines();
    while let Some(command) = commands.recv().await {
        println!("{}", server.obey(&command).await?);
    }
    Ok(())
}

/// A thread of its own reads, so that no task of the runtime, which are counted, is needed for it.
fn lines() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(1);
    std::thread::spawn(move || {
        let lines = io::stdin().lock().lines();
        for line in lines.map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    lines
}

#[derive(Default)]
struct Serving {
    services: Option<Services>,
    reasons: Reasons,
    /// What services carried that have been drained.
    connections: u64,
    messages: u64,
}

fn messages(stats: ServiceStats) -> u64 {
    stats.totals.messages_received + stats.totals.messages_sent
}

impl Serving {
    async fn obey(&mut self, command: &str) -> Result<String, Box<dyn Error>> {
        match command {
            "start" => {
                let services = Services::start(&self.reasons).await?;
                let addresses = services.addresses()?.map(|it| it.to_string());
                self.services = Some(services);
                Ok(addresses.join(" "))
            }
            "figures" => Ok(self.figures()),
            "drain" => Ok(self.drain().await),
            other => Err(format!("no command: {other:?}").into()),
        }
    }

    fn figures(&self) -> String {
        let stats = self.services.as_ref().map(Services::stats);
        let stats = stats.unwrap_or_default();
        let open: usize = stats.iter().map(|it| it.connections).sum();
        let total: u64 = stats.iter().map(|it| it.connections_total).sum();
        let carried: u64 = stats.iter().copied().map(messages).sum();
        let (total, carried) = (self.connections + total, self.messages + carried);
        let tasks = Handle::current().metrics().num_alive_tasks();
        let panics = PANICS.load(Relaxed);
        format!("{open} {total} {carried} {tasks} {panics} {}", self.reasons)
    }

    async fn drain(&mut self) -> String {
        let Some(services) = self.services.take() else {
            return "0 0 0 0".into();
        };
        let reports = services.shutdown().await;
        for stats in services.stats() {
            self.connections += stats.connections_total;
            self.messages += messages(stats);
        }
        let connections: usize = reports.iter().map(|it| it.connections).sum();
        let aborted: usize = reports.iter().map(|it| it.aborted).sum();
        let undelivered: u64 = reports.iter().map(|it| it.messages_undelivered).sum();
        let longest = reports.iter().map(|it| it.duration.as_millis()).max();
        let longest = longest.unwrap_or_default();
        format!("{connections} {aborted} {undelivered} {longest}")
    }
}
