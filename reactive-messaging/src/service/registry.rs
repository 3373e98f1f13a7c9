//! The connections of a service: who is there, who was, and what was left undelivered.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    time::{Instant, timeout},
};

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
            "drained in {duration:?}: connections: {connections}, not in order: {aborted}, \
             messages undelivered: {messages_undelivered}"
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
    /// Panics of user code on behalf of no connection, all of them contained: of its listener, of callbacks
    /// that are told of refusals or of its end. Those of connections are in `totals`.
    pub panics: u64,
    /// The sum over all connections, open or not.
    pub totals: PeerStats,
}

/// Everyone who is there.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    state: Mutex<State>,
    emptied: Notify,
    /// How the service is asked to end.
    stop: watch::Sender<Option<Ending>>,
}

#[derive(Debug, Default)]
struct State {
    /// In the order in which they came: an end that is told to all is told in the same order every time.
    links: BTreeMap<ConnectionId, Arc<Link>>,
    latest: Option<Arc<Link>>,
    entered: u64,
    refused: u64,
    panics: u64,
    retired: PeerStats,
    /// When the end was asked for.
    stopping: Option<Instant>,
    report: DrainReport,
}

/// Asks a connection to end, since its service is to.
fn end(link: &Link, ending: Ending) {
    let reason = match ending {
        Ending::Abort => DisconnectReason::Aborted,
        Ending::Drain | Ending::Close => DisconnectReason::Shutdown,
    };
    link.order(ending, reason);
}

impl Registry {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a connection in, unless there are `max` of them, or the service is stopping.
    pub(crate) fn enter(self: &Arc<Self>, link: &Arc<Link>, max: usize) -> Option<Registered> {
        let mut state = self.state();
        if state.stopping.is_some() {
            return None;
        }
        if state.links.len() >= max {
            state.refused += 1;
            return None;
        }
        state.entered += 1;
        state.links.insert(link.id, link.clone());
        state.latest = Some(link.clone());
        Some(Registered {
            registry: self.clone(),
            id: link.id,
            in_order: false,
        })
    }

    /// Counts a panic that no connection has to do with.
    pub(crate) fn panicked(&self) {
        self.state().panics += 1;
    }

    /// Since when the service is asked to end, if it is.
    pub(crate) fn stopping_since(&self) -> Option<Instant> {
        self.state().stopping
    }

    /// The latest connection.
    ///
    /// # Panics
    /// If there was none yet.
    pub(crate) fn latest(&self) -> Arc<Link> {
        let latest = self.state().latest.clone();
        latest.expect("a client begins with a connection")
    }

    pub(crate) fn links(&self) -> Vec<Arc<Link>> {
        self.state().links.values().cloned().collect()
    }

    pub(crate) fn stats(&self) -> ServiceStats {
        let state = self.state();
        let mut totals = state.retired;
        for link in state.links.values() {
            totals += link.stats();
        }
        ServiceStats {
            connections: state.links.len(),
            connections_total: state.entered,
            connections_refused: state.refused,
            panics: state.panics,
            totals,
        }
    }

    /// Lets nobody in any more and ends those who are there. A harder ending may follow a gentler
    /// one.
    pub(crate) fn stop(&self, ending: Ending) {
        self.stop_by(ending, |link| end(link, ending));
    }

    /// As [`stop`](Self::stop), for this `reason`, of which the remotes are told by `text`.
    pub(crate) fn stop_for(&self, ending: Ending, reason: &DisconnectReason, text: Option<&str>) {
        self.stop_by(ending, |link| {
            if let Some(text) = text {
                link.notify_reader(text);
            }
            link.order(ending, reason.clone());
        });
    }

    fn stop_by(&self, ending: Ending, end: impl Fn(&Link)) {
        let links = {
            let mut state = self.state();
            let open = state.links.len();
            if state.stopping.is_none() {
                state.stopping = Some(Instant::now());
                state.report.connections = open;
            }
            let is_harder = self.stop.send_if_modified(|stop| {
                let is_harder = *stop < Some(ending);
                *stop = (*stop).max(Some(ending));
                is_harder
            });
            if !is_harder {
                return;
            }
            state.links.values().cloned().collect::<Vec<_>>()
        };
        for link in links {
            end(&link);
        }
    }

    /// Waits until the service is asked to end, in this way or a harder one.
    pub(crate) async fn stopped(&self, at_least: Ending) {
        let mut stop = self.stop.subscribe();
        // the sender is in `self`
        let _ = stop.wait_for(|stop| *stop >= Some(at_least)).await;
    }

    /// Whether the service was asked to drop everything.
    pub(crate) fn is_aborted(&self) -> bool {
        *self.stop.borrow() >= Some(Ending::Abort)
    }

    /// How long a callback is waited for: without a limit until the service is to end, then for
    /// `limit`, or until it is aborted.
    pub(crate) fn patience(
        self: &Arc<Self>,
        limit: Duration,
    ) -> impl Future<Output = ()> + Send + use<> {
        let registry = self.clone();
        async move {
            registry.stopped(Ending::Drain).await;
            let _ = timeout(limit, registry.stopped(Ending::Abort)).await;
        }
    }

    /// As [`patience`](Self::patience), with one limit for everything that ends with the service: since it
    /// was asked to, and at least `least` from now.
    pub(crate) fn patience_at_the_end(
        self: &Arc<Self>,
        limit: Duration,
        least: Duration,
    ) -> impl Future<Output = ()> + Send + use<> {
        let registry = self.clone();
        async move {
            registry.stopped(Ending::Drain).await;
            let since = registry.stopping_since().unwrap_or_else(Instant::now);
            let left = limit.saturating_sub(since.elapsed()).max(least);
            let _ = timeout(left, registry.stopped(Ending::Abort)).await;
        }
    }

    /// Waits until nobody is there.
    pub(crate) async fn emptied(&self) {
        loop {
            let emptied = self.emptied.notified();
            {
                let mut state = self.state();
                if state.links.is_empty() {
                    if let Some(began) = state.stopping {
                        state.report.duration = began.elapsed();
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
    id: ConnectionId,
    in_order: bool,
}

impl Registered {
    /// Notes whether the connection ended in order.
    pub(crate) fn ended(&mut self, in_order: bool) {
        self.in_order = in_order;
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let mut state = self.registry.state();
        let mut in_order = self.in_order;
        if let Some(link) = state.links.remove(&self.id) {
            in_order &= link.was_told();
            let stats = link.stats();
            state.retired += stats;
            if state.stopping.is_some() {
                state.report.messages_undelivered += stats.messages_undelivered;
            }
        }
        if state.stopping.is_some() {
            state.report.aborted += usize::from(!in_order);
        }
        let is_empty = state.links.is_empty();
        drop(state);
        if is_empty {
            self.registry.emptied.notify_waiters();
        }
    }
}
