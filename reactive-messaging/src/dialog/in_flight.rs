//! Futures of a handler that were begun, counted when they are dropped before their end.
//!
//! Whoever polls a handler may also want to know when all of those have landed that were begun up to
//! some moment: see [`Flights`].

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;

use super::reply::{Reply, Step};

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

/// The futures in flight of one handler, counted by the epoch in which they were begun.
#[derive(Debug, Default)]
pub(crate) struct Flights(Mutex<Epochs>);

#[derive(Debug, Default)]
struct Epochs {
    current: u64,
    in_flight: BTreeMap<u64, usize>,
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

    /// Begins an epoch, and names the one that this ends.
    pub(crate) fn next_epoch(&self) -> u64 {
        let mut epochs = self.epochs();
        epochs.current += 1;
        epochs.current - 1
    }

    /// Whether no future is in flight that was begun up to the end of this epoch.
    pub(crate) fn all_landed(&self, epoch: u64) -> bool {
        let first = self.epochs().in_flight.keys().next().copied();
        first.is_none_or(|first| first > epoch)
    }

    fn epochs(&self) -> MutexGuard<'_, Epochs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the futures that are counted.
struct Watched {
    flights: Arc<Flights>,
    epoch: u64,
}

impl Watched {
    fn begin() -> Option<Self> {
        let flights = WATCHING.with(|watching| watching.borrow().clone())?;
        let mut epochs = flights.epochs();
        let epoch = epochs.current;
        *epochs.in_flight.entry(epoch).or_default() += 1;
        drop(epochs);
        Some(Self { flights, epoch })
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut epochs = self.flights.epochs();
        if let Some(count) = epochs.in_flight.get_mut(&self.epoch) {
            *count -= 1;
            if *count == 0 {
                epochs.in_flight.remove(&self.epoch);
            }
        }
    }
}

#[cfg(all(test, not(reactive_loom)))]
mod tests {
    use super::*;

    #[test]
    fn futures_are_waited_for_by_the_epoch_in_which_they_began() {
        let flights = Arc::new(Flights::default());
        let early = flights.watch(|| InFlight::new(std::future::pending::<()>()));
        let unwatched = InFlight::new(std::future::pending::<()>());
        let epoch = flights.next_epoch();
        let late = flights.watch(|| InFlight::new(std::future::ready(())));
        assert!(!flights.all_landed(epoch));
        assert_eq!(dropped_by(|| drop((early, unwatched))), 2);
        assert!(flights.all_landed(epoch));
        let landed = futures::executor::block_on(late);
        let epoch = flights.next_epoch();
        assert!(!flights.all_landed(epoch), "its reply is still to be sent");
        let step: Step<u8> = <Landed<()> as Reply<u8, _>>::into_step(landed);
        assert!(matches!(step, Step::Nothing) && flights.all_landed(epoch));
    }
}
