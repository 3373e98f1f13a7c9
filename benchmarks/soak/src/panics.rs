//! Panics of this process, whoever catches them.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How many there were.
pub(crate) static PANICS: AtomicU64 = AtomicU64::new(0);

/// Counts them from now on, and goes on printing them.
pub(crate) fn count() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Relaxed);
        print(panic);
    }));
}
