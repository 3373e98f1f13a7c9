//! The synchronisation that inbox and outbox are built on; loom replaces it in model checks, which
//! run by `RUSTFLAGS="--cfg reactive_loom" cargo test -p reactive-messaging --release --lib loom`.

#[cfg(reactive_loom)]
pub(crate) use loom::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, Ordering},
};
#[cfg(not(reactive_loom))]
pub(crate) use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, Ordering},
};

/// Locks, whether or not an earlier holder panicked: no critical section of this crate runs user
/// code, so the data is whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}
