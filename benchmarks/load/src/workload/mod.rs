//! What a client does, and what is measured while it does it. The README of the benchmarks numbers them.

mod idle;
mod pipelined;
mod round_trip;
mod window;

use std::{io, net::SocketAddr, str::FromStr, time::Duration};

use crate::{metric::Figure, wire::Wire};

/// One way to load a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// Ping-pong with one outstanding request.
    W1,
    /// One connection, 256 outstanding requests.
    W2,
    /// 64 connections with 16 outstanding requests each.
    W3,
    /// Connections that exchanged one message and are idle.
    W5,
}

impl Workload {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::W1, Self::W2, Self::W3, Self::W5];

    /// What it does, in one line.
    pub const fn title(self) -> &'static str {
        match self {
            Self::W1 => "W1: ping-pong, one outstanding request",
            Self::W2 => "W2: one connection, 256 outstanding requests",
            Self::W3 => "W3: 64 connections, 16 outstanding requests each",
            Self::W5 => "W5: memory of idle connections that exchanged one message",
        }
    }

    /// Loads `server` and measures.
    ///
    /// # Errors
    /// When a connection fails, or a reply is wrong.
    pub async fn run<W: Wire>(
        self,
        server: &Server,
        duration: Duration,
    ) -> io::Result<Vec<Figure>> {
        match self {
            Self::W1 => round_trip::measure::<W>(server, duration).await,
            Self::W2 => pipelined::measure::<W>(server, duration, 1, 256).await,
            Self::W3 => pipelined::measure::<W>(server, duration, 64, 16).await,
            Self::W5 => idle::measure::<W>(server).await,
        }
    }
}

impl FromStr for Workload {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL
            .into_iter()
            .find(|workload| format!("{workload:?}").eq_ignore_ascii_case(name));
        known.ok_or_else(|| format!("unknown workload `{name}`; there are {:?}", Self::ALL))
    }
}

/// The process under load.
#[derive(Debug, Clone, Copy)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its process id.
    pub pid: u32,
}

/// How long a load runs before it counts: caches, branch predictors and allocators settle.
fn warm_up(duration: Duration) -> Duration {
    duration / 4
}
