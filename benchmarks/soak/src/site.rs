//! Where the services are at present, and whether anyone is to visit them.

use std::net::SocketAddr;

use tokio::sync::watch;

/// What the churn looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site {
    /// The plain service, the one in stages, the one with a shared processor: all answer pings.
    pub(crate) pingable: [SocketAddr; 3],
    /// Where everyone hears everything.
    pub(crate) room: SocketAddr,
    /// Whether anyone may come or stay.
    pub(crate) door: Door,
    /// How often the services were drained; counted before they are.
    pub(crate) drains: u64,
}

impl Site {
    pub(crate) fn new([plain, house, shared, room]: [SocketAddr; 4], drains: u64) -> Self {
        Self {
            pingable: [plain, house, shared],
            room,
            door: Door::Open,
            drains,
        }
    }

    pub(crate) fn plain(&self) -> SocketAddr {
        self.pingable[0]
    }
}

/// Who may come or stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// Visits may begin.
    Open,
    /// The services drain: nobody can come, who is there stays as long as they like.
    Draining,
    /// Those who are rude leave at once, the others when they are done.
    Closed,
}

/// The site, as it changes.
pub(crate) type Sites = watch::Receiver<Site>;
