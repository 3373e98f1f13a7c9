//! Orders to a dialog: how it is to end.

use crate::error::DisconnectReason;

/// How a dialog is to end, from the gentlest to the hardest way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ending {
    /// `Incoming` ends, the handler finishes, then flush and FIN.
    Drain,
    /// The handler is dropped, then flush and FIN.
    Close,
    /// Everything is dropped.
    Abort,
}

/// The order that is in force. A harder one replaces a gentler one; the first reason stays, unless
/// the ending was cut short, or a failure outweighs it.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) ending: Ending,
    pub(crate) reason: DisconnectReason,
}

impl Order {
    pub(crate) fn new(ending: Ending, reason: DisconnectReason) -> Self {
        Self { ending, reason }
    }

    /// Whether the service asks for it, whatever the stage of the connection.
    pub(crate) fn is_shutdown(&self) -> bool {
        self.ending == Ending::Drain && matches!(self.reason, DisconnectReason::Shutdown)
    }

    /// Puts `next` in force if it is harder than `current`.
    pub(crate) fn escalate(current: &mut Option<Self>, next: Self) {
        match current {
            None => *current = Some(next),
            Some(current) if next.ending == Ending::Abort && current.ending != Ending::Abort => {
                *current = next;
            }
            Some(current) => {
                current.ending = current.ending.max(next.ending);
                if current.reason.is_clean() && !next.reason.is_clean() {
                    current.reason = next.reason;
                }
            }
        }
    }
}
