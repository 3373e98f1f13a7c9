//! The connections of a service: who is there, who was, and what was left undelivered.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use crate::{
    dialog::{ConnectionId, Ending, Link, PeerStats},
    error::DisconnectReason,
};

/// How a service was drained.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DrainReport {
    /// Connections that were open when the shutdown began.
    pub connections: usize,
    /// Those of them that did not end in order: they were aborted at `drain_timeout`, or broke.
    pub aborted: usize,
    /// Messages that were accepted for sending, and that the system did not take until the end of
    /// their connection. What it took may still not have been received.
    pub messages_undelivered: u64,
    /// How long it took.
    pub duration: Duration,
}

impl fmt::Display for DrainReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            connections,
            aborted,
            messages_undelivered,
            duration,
        } = self;
        write!(
            f,
            "{connections} connections drained in {duration:?}, {aborted} of them aborted, \
             {messages_undelivered} messages undelivered"
        )
    }
}

/// What a service has carried, and how many connections it has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceStats {
    /// Connections that are open.
    pub connections: usize,
    /// Connections there ever were, the refused ones not counted.
    pub connections_total: u64,
    /// Connections refused, since there were `max_connections`.
    pub connections_refused: u64,
    /// The sum over all connections, open or not.
    pub totals: PeerStats,
}

/// Everyone who is there.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    state: Mutex<State>,
    emptied: Notify,
}

#[derive(Debug, Default)]
struct State {
    links: HashMap<ConnectionId, Arc<Link>>,
    entered: u64,
    refused: u64,
    retired: PeerStats,
    stopping: Option<Stopping>,
    report: DrainReport,
}

#[derive(Debug, Clone, Copy)]
struct Stopping {
    began: Instant,
    ending: Ending,
}

impl Registry {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a connection in, unless there are `max` of them, or the service is stopping.
    pub(crate) fn enter(self: &Arc<Self>, link: &Arc<Link>, max: usize) -> Option<Registered> {
        let mut state = self.state();
        if state.links.len() >= max || state.stopping.is_some() {
            state.refused += 1;
            return None;
        }
        state.entered += 1;
        state.links.insert(link.id, link.clone());
        Some(Registered {
            registry: self.clone(),
            link: link.clone(),
            reason: None,
        })
    }

    pub(crate) fn links(&self) -> Vec<Arc<Link>> {
        self.state().links.values().cloned().collect()
    }

    pub(crate) fn stats(&self) -> ServiceStats {
        let state = self.state();
        let mut totals = state.retired;
        for link in state.links.values() {
            totals += link.counters.snapshot();
        }
        ServiceStats {
            connections: state.links.len(),
            connections_total: state.entered,
            connections_refused: state.refused,
            totals,
        }
    }

    /// Lets nobody in any more and ends those who are there. A harder ending may follow a gentler
    /// one.
    pub(crate) fn stop(&self, ending: Ending) {
        let links = {
            let mut state = self.state();
            let open = state.links.len();
            match &mut state.stopping {
                Some(stopping) if stopping.ending >= ending => return,
                Some(stopping) => stopping.ending = ending,
                None => {
                    state.stopping = Some(Stopping {
                        began: Instant::now(),
                        ending,
                    });
                    state.report.connections = open;
                }
            }
            state.links.values().cloned().collect::<Vec<_>>()
        };
        for link in links {
            link.order(
                ending,
                match ending {
                    Ending::Abort => DisconnectReason::Aborted,
                    Ending::Drain | Ending::Close => DisconnectReason::Shutdown,
                },
            );
        }
    }

    /// Waits until nobody is there.
    pub(crate) async fn emptied(&self) {
        loop {
            let emptied = self.emptied.notified();
            {
                let mut state = self.state();
                if state.links.is_empty() {
                    if let Some(stopping) = state.stopping {
                        state.report.duration = stopping.began.elapsed();
                    }
                    return;
                }
            }
            emptied.await;
        }
    }

    /// How the service was drained.
    pub(crate) fn report(&self) -> DrainReport {
        self.state().report
    }
}

/// A connection that is there until this is dropped.
#[derive(Debug)]
pub(crate) struct Registered {
    registry: Arc<Registry>,
    link: Arc<Link>,
    reason: Option<DisconnectReason>,
}

impl Registered {
    /// Notes why the connection ended.
    pub(crate) fn ended(&mut self, reason: DisconnectReason) {
        self.reason = Some(reason);
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let stats = self.link.counters.snapshot();
        let in_order = self.reason.as_ref().is_some_and(DisconnectReason::is_clean);
        let mut state = self.registry.state();
        state.links.remove(&self.link.id);
        state.retired += stats;
        if state.stopping.is_some() {
            state.report.aborted += usize::from(!in_order);
            state.report.messages_undelivered += stats.messages_undelivered;
        }
        let is_empty = state.links.is_empty();
        drop(state);
        if is_empty {
            self.registry.emptied.notify_waiters();
        }
    }
}
