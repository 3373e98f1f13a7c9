//! What is measured, as `load` prints it and the runner reads it: one `NAME VALUE` a line.

use std::{fmt, str::FromStr};

/// One kind of figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Median round trip, in µs.
    P50,
    /// 99th percentile of the round trips, in µs.
    P99,
    /// Thousands of replies per second.
    Rate,
    /// Server CPU per message, in ns.
    ServerCpu,
    /// Client CPU per message, in ns: near 1/rate, the client is the bottleneck.
    ClientCpu,
    /// Server memory per idle connection, in bytes.
    IdleMemory,
    /// Percent of a core that went to neither server nor client: other processes, or the host.
    Disturbance,
}

impl Metric {
    const ALL: [Self; 7] = [
        Self::P50,
        Self::P99,
        Self::Rate,
        Self::ServerCpu,
        Self::ClientCpu,
        Self::IdleMemory,
        Self::Disturbance,
    ];

    /// The head of its column.
    pub const fn title(self) -> &'static str {
        match self {
            Self::P50 => "p50 µs",
            Self::P99 => "p99 µs",
            Self::Rate => "k replies/s",
            Self::ServerCpu => "server CPU ns",
            Self::ClientCpu => "client CPU ns",
            Self::IdleMemory => "bytes per connection",
            Self::Disturbance => "others %",
        }
    }

    /// Digits after the point that still mean something.
    pub const fn decimals(self) -> usize {
        match self {
            Self::P50 | Self::P99 | Self::ServerCpu | Self::ClientCpu => 1,
            Self::Rate | Self::IdleMemory | Self::Disturbance => 0,
        }
    }

    /// Whether contenders are compared by it; the others are there to be looked at.
    pub const fn is_compared(self) -> bool {
        !matches!(self, Self::ClientCpu | Self::Disturbance)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::P50 => "p50",
            Self::P99 => "p99",
            Self::Rate => "rate",
            Self::ServerCpu => "server-cpu",
            Self::ClientCpu => "client-cpu",
            Self::IdleMemory => "idle-memory",
            Self::Disturbance => "disturbance",
        }
    }
}

/// One measured figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// What was measured.
    pub metric: Metric,
    /// Its value, in the metric's unit.
    pub value: f64,
}

impl Figure {
    /// A figure.
    pub const fn new(metric: Metric, value: f64) -> Self {
        Self { metric, value }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.metric.name(), self.value)
    }
}

impl FromStr for Figure {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let malformed = || format!("not a figure: {line}");
        let (name, value) = line.split_once(' ').ok_or_else(malformed)?;
        let metric = Metric::ALL.into_iter().find(|metric| metric.name() == name);
        Ok(Self {
            metric: metric.ok_or_else(malformed)?,
            value: value.parse().map_err(|_| malformed())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_back() {
        for metric in Metric::ALL {
            let figure = Figure::new(metric, 57.25);
            assert_eq!(figure.to_string().parse(), Ok(figure));
        }
        assert!("p50".parse::<Figure>().is_err());
        assert!("p51 1".parse::<Figure>().is_err());
    }
}
