//! How far a dialog is, and what moves it on.

/// How far a dialog is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Messages go both ways.
    Talking,
    /// The handler finishes what it was given.
    Draining,
    /// The handler is gone; what was accepted is written.
    Flushing,
    /// FIN was sent; the remote may read.
    Lingering,
    /// Nothing is left to do.
    Over,
}

/// Where the remote finished sending.
#[derive(Debug, Clone, Copy)]
pub(crate) enum InputEnd {
    AtBoundary,
    WithinFrame,
}

/// What a pass over the socket changed.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The handler has something new to look at, or room it waited for.
    pub(crate) handler: bool,
    /// The phase has changed.
    pub(crate) phase: bool,
}
