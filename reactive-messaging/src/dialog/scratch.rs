//! Buffers that a thread lends to whichever connection runs on it, so that idle ones own none.
//!
//! They are taken out of their cell, never borrowed: user code that runs in between may send through
//! a `Peer`, which takes a buffer of its own.

use std::cell::Cell;

/// Bytes that one read may bring.
pub(crate) const READ: usize = 64 * 1024;

/// A buffer that has grown beyond this is freed, not kept.
const KEEP: usize = 256 * 1024;

thread_local! {
    static INPUT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static OUTPUT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static MESSAGE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Which of a thread's buffers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scratch {
    /// What is read from the socket.
    Input,
    /// What will be written to it.
    Output,
    /// One message that a `Peer` encodes.
    Message,
}

impl Scratch {
    fn with<R>(self, run: impl FnOnce(&Cell<Vec<u8>>) -> R) -> Option<R> {
        let cell = match self {
            Self::Input => &INPUT,
            Self::Output => &OUTPUT,
            Self::Message => &MESSAGE,
        };
        // a thread that is being torn down has no buffers left
        cell.try_with(run).ok()
    }

    /// The thread's buffer, empty; a new one if it is in use.
    pub(crate) fn take(self) -> Vec<u8> {
        self.with(Cell::take).unwrap_or_default()
    }

    /// Lends the buffer back.
    pub(crate) fn give(self, mut buffer: Vec<u8>) {
        if buffer.capacity() <= KEEP {
            buffer.clear();
            self.with(|cell| cell.set(buffer));
        }
    }
}
