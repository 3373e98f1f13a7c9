//! The choice of a queue.

use super::{mpsc, receiver::Receiver, sender::Sender};
use crate::config;

/// What carries the messages of all connections to a shared processor: how, and how many at most.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no channel",
    label = "no channel in this build",
    note = "the channels are `Tokio`, and with the feature `mutiny` of `reactive-messaging` also `Crossbeam` and `FullSync`"
)]
pub trait Channel: Send + 'static {
    /// Makes a queue; its memory is allocated now.
    #[doc(hidden)]
    fn open<T: Send + 'static>() -> (Sender<T>, Receiver<T>);
}

/// Up to `CAPACITY` items in tokio's own bounded channel.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tokio<const CAPACITY: usize = 1024>;

impl<const CAPACITY: usize> Tokio<CAPACITY> {
    /// Panics if this cannot be the capacity: in a const, the compiler says so at the caller.
    #[track_caller]
    pub const fn check() {
        config::require(config::check_capacity(CAPACITY, false));
    }
}

impl<const CAPACITY: usize> Channel for Tokio<CAPACITY> {
    fn open<T: Send + 'static>() -> (Sender<T>, Receiver<T>) {
        const { Self::check() };
        let (sender, receiver) = mpsc::open(CAPACITY);
        (Sender::tokio(sender), Receiver::tokio(receiver))
    }
}

#[cfg(feature = "mutiny")]
mod fast {
    use super::{
        super::{awaitable, mutiny},
        Channel, Receiver, Sender, config,
    };

    /// Up to `CAPACITY` items in a lock-free queue.
    ///
    /// Up to a quarter of the capacity more, 64 at most, are in the receiver's hands.
    #[derive(Debug, Clone, Copy, Default)]
    pub struct Crossbeam<const CAPACITY: usize = 1024>;

    impl<const CAPACITY: usize> Crossbeam<CAPACITY> {
        /// Panics if this cannot be the capacity: in a const, the compiler says so at the caller.
        #[track_caller]
        pub const fn check() {
            config::require(config::check_capacity(CAPACITY, false));
        }
    }

    impl<const CAPACITY: usize> Channel for Crossbeam<CAPACITY> {
        fn open<T: Send + 'static>() -> (Sender<T>, Receiver<T>) {
            const { Self::check() };
            let queue = mutiny::Crossbeam::<T, CAPACITY>::new();
            let (sender, receiver) = awaitable::open(queue, CAPACITY);
            (Sender::awaitable(sender), Receiver::awaitable(receiver))
        }
    }

    /// Up to `CAPACITY` items, a power of two, in a ring under a spin lock that is held for the move
    /// of one item: small items gain most.
    ///
    /// Up to a quarter of the capacity more, 64 at most, are in the receiver's hands. Builds without
    /// optimisation make the ring on the stack, which has to hold it twice.
    #[derive(Debug, Clone, Copy, Default)]
    pub struct FullSync<const CAPACITY: usize = 1024>;

    impl<const CAPACITY: usize> FullSync<CAPACITY> {
        /// Panics if this cannot be the capacity: in a const, the compiler says so at the caller.
        #[track_caller]
        pub const fn check() {
            config::require(config::check_capacity(CAPACITY, true));
        }
    }

    impl<const CAPACITY: usize> Channel for FullSync<CAPACITY> {
        fn open<T: Send + 'static>() -> (Sender<T>, Receiver<T>) {
            const { Self::check() };
            let queue = mutiny::FullSync::<T, CAPACITY>::new();
            let (sender, receiver) = awaitable::open(queue, CAPACITY);
            (Sender::awaitable(sender), Receiver::awaitable(receiver))
        }
    }
}

#[cfg(feature = "mutiny")]
pub use fast::{Crossbeam, FullSync};
