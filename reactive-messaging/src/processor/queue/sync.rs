//! What loom replaces, beyond `dialog::sync`.

pub(super) use crate::dialog::sync::{Mutex, Ordering, lock};

#[cfg(reactive_loom)]
pub(super) use loom::sync::atomic::{AtomicU8, AtomicUsize, fence};
#[cfg(not(reactive_loom))]
pub(super) use std::sync::atomic::{AtomicU8, AtomicUsize, fence};
