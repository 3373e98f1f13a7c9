//! What the processes use, and what others use, between two moments.

use std::{
    io, process,
    time::{Duration, Instant},
};

use super::Server;
use crate::{
    metric::{Figure, Metric},
    probe::{cpu_time, everyones_cpu_time},
};

/// Counters at the start of a measurement.
pub(super) struct Window<'a> {
    server: &'a Server,
    begin: Instant,
    server_cpu: Duration,
    client_cpu: Duration,
    everyones_cpu: Duration,
}

/// What they have advanced by.
pub(super) struct Used {
    pub(super) time: Duration,
    pub(super) server_cpu: Duration,
    pub(super) client_cpu: Duration,
    everyones_cpu: Duration,
}

impl<'a> Window<'a> {
    pub(super) fn open(server: &'a Server) -> io::Result<Self> {
        Ok(Self {
            server,
            begin: Instant::now(),
            server_cpu: cpu_time(server.pid)?,
            client_cpu: cpu_time(process::id())?,
            everyones_cpu: everyones_cpu_time()?,
        })
    }

    pub(super) fn close(self) -> io::Result<Used> {
        Ok(Used {
            time: self.begin.elapsed(),
            server_cpu: cpu_time(self.server.pid)?.saturating_sub(self.server_cpu),
            client_cpu: cpu_time(process::id())?.saturating_sub(self.client_cpu),
            everyones_cpu: everyones_cpu_time()?.saturating_sub(self.everyones_cpu),
        })
    }
}

impl Used {
    /// How much of one core others took away.
    pub(super) fn disturbance(&self) -> Figure {
        let others = self
            .everyones_cpu
            .saturating_sub(self.server_cpu + self.client_cpu);
        let share = others.as_secs_f64() / self.time.as_secs_f64();
        Figure::new(Metric::Disturbance, share * 100.0)
    }
}
