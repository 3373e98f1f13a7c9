//! How far a dialog is, and what moves it on.

/// How far a dialog is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Messages go both ways.
    Talking,
    /// The handler finishes what it was given.
    Draining,
    /// The stage is over; another one follows.
    Advancing,
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

impl InputEnd {
    /// Behind so many bytes of an unfinished frame.
    pub(crate) fn behind(unfinished: usize) -> Self {
        match unfinished {
            0 => Self::AtBoundary,
            _ => Self::WithinFrame,
        }
    }
}

/// What a pass over the socket changed.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The handler has something new to look at, or room it waited for.
    pub(crate) handler: bool,
    /// The phase has changed.
    pub(crate) phase: bool,
}
