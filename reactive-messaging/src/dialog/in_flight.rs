//! Futures of a handler that were begun, counted when they are dropped before their end.
//!
//! Whoever polls a shared handler may also want to know when all of those have landed that were begun for
//! one connection: see [`Flights`].

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;

use super::{
    link::ConnectionId,
    reply::{Reply, Step},
};

thread_local! {
    /// Futures that this thread dropped before their end, since it was last asked.
    static DROPPED: Cell<u64> = const { Cell::new(0) };
    /// Who watches the futures that are begun now.
    static WATCHING: RefCell<Option<Arc<Flights>>> = const { RefCell::new(None) };
}

pin_project! {
    /// A future of a handler.
    pub struct InFlight<F> {
        #[pin]
        future: F,
        flight: Flight,
    }
}

/// What a future in flight has brought. It has landed once its reply is a step, or is dropped.
pub struct Landed<R> {
    reply: R,
    flight: Flight,
}

#[derive(Default)]
struct Flight {
    unfinished: bool,
    watched: Option<Watched>,
}

impl Drop for Flight {
    fn drop(&mut self) {
        if self.unfinished {
            // a thread that is being torn down counts no more
            let _ = DROPPED.try_with(|dropped| dropped.set(dropped.get() + 1));
        }
        drop(self.watched.take());
    }
}

impl<F> InFlight<F> {
    pub(super) fn new(future: F) -> Self {
        let flight = Flight {
            unfinished: true,
            watched: Watched::begin(),
        };
        Self { future, flight }
    }
}

impl<F: Future> Future for InFlight<F> {
    type Output = Landed<F::Output>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let reply = ready!(this.future.poll(cx));
        let mut flight = std::mem::take(this.flight);
        flight.unfinished = false;
        Poll::Ready(Landed { reply, flight })
    }
}

#[diagnostic::do_not_recommend]
impl<L, N, R: Reply<L, N>> Reply<L, N> for Landed<R> {
    #[inline]
    fn into_step(self) -> Step<L, N> {
        let Self { reply, flight } = self;
        let step = reply.into_step();
        drop(flight);
        step
    }
}

/// How many futures in flight `drop` drops.
pub(crate) fn dropped_by(drop: impl FnOnce()) -> u64 {
    let earlier = DROPPED.take();
    drop();
    DROPPED.replace(earlier)
}

/// The futures in flight of one handler, counted by the connection whose input it was at when they
/// were begun.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    /// The connection of the latest input; ids begin at 1.
    at: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    in_flight: HashMap<u64, usize>,
    /// Connections that are waited for.
    awaited: HashSet<u64>,
    /// Those of them of which the last future has landed since this was asked.
    landed: Vec<ConnectionId>,
}

impl Flights {
    /// Calls `poll`, and counts the futures that are begun meanwhile.
    pub(crate) fn watch<T>(self: &Arc<Self>, poll: impl FnOnce() -> T) -> T {
        struct Restore(Option<Arc<Flights>>);
        impl Drop for Restore {
            fn drop(&mut self) {
                WATCHING.with(|watching| watching.replace(self.0.take()));
            }
        }
        let earlier = WATCHING.with(|watching| watching.replace(Some(self.clone())));
        let _restore = Restore(earlier);
        poll()
    }

    /// The handler has got an input of this connection.
    #[inline]
    pub(crate) fn at(&self, connection: ConnectionId) {
        self.at.store(connection.get(), Ordering::Relaxed);
    }

    /// Whether no future of this connection is in flight. If there is one, [`take_landed`](Self::take_landed)
    /// will tell.
    pub(crate) fn have_landed(&self, connection: ConnectionId) -> bool {
        let mut state = self.state();
        let in_flight = state.in_flight.contains_key(&connection.get());
        if in_flight {
            state.awaited.insert(connection.get());
        }
        !in_flight
    }

    /// Nobody waits for this connection any more.
    pub(crate) fn forget(&self, connection: ConnectionId) {
        self.state().awaited.remove(&connection.get());
    }

    /// Connections that are waited for, and whose last future has landed since this was last asked.
    pub(crate) fn take_landed(&self) -> Vec<ConnectionId> {
        std::mem::take(&mut self.state().landed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the futures that are counted.
struct Watched {
    flights: Arc<Flights>,
    connection: u64,
}

impl Watched {
    fn begin() -> Option<Self> {
        let flights = WATCHING.with(|watching| watching.borrow().clone())?;
        let connection = flights.at.load(Ordering::Relaxed);
        *flights.state().in_flight.entry(connection).or_default() += 1;
        Some(Self {
            flights,
            connection,
        })
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut state = self.flights.state();
        if let Some(count) = state.in_flight.get_mut(&self.connection) {
            *count -= 1;
            if *count == 0 {
                state.in_flight.remove(&self.connection);
                if state.awaited.remove(&self.connection) {
                    state.landed.push(ConnectionId(self.connection));
                }
            }
        }
    }
}

#[cfg(all(test, not(reactive_loom)))]
mod tests {
    use super::*;

    #[test]
    fn futures_are_waited_for_by_the_connection_at_whose_input_they_began() {
        let flights = Arc::new(Flights::default());
        let (one, other) = (ConnectionId::next(), ConnectionId::next());
        flights.at(one);
        let early = flights.watch(|| InFlight::new(std::future::pending::<()>()));
        let unwatched = InFlight::new(std::future::pending::<()>());
        flights.at(other);
        let late = flights.watch(|| InFlight::new(std::future::ready(())));
        assert!(!flights.have_landed(one) && !flights.have_landed(other));
        assert_eq!(dropped_by(|| drop((early, unwatched))), 2);
        assert!(flights.have_landed(one) && !flights.have_landed(other));
        let landed = futures::executor::block_on(late);
        assert!(!flights.have_landed(other), "its reply is still to be sent");
        let step: Step<u8> = <Landed<()> as Reply<u8, _>>::into_step(landed);
        assert!(matches!(step, Step::Nothing) && flights.have_landed(other));
        assert_eq!(flights.take_landed(), [one, other]);
        // of whom nobody asks, nothing is kept
        drop(flights.watch(|| InFlight::new(std::future::ready(()))));
        assert_eq!(flights.take_landed(), []);
    }
}
