//! What follows a stage of a composite.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::link::Link;

/// The successor of a stage on its way from the handler to whoever starts the next stage. Erased,
/// since whoever carries it knows no type of the stage.
pub(crate) type Successor = Box<dyn Any + Send>;

/// The successors of a dialog that is no stage of a composite: it has none.
///
/// A stage that advances takes a `Peer<L, N>`, where `N` is the enum of what it may be left for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSuccessor {}

/// What was to follow a stage goes the way of the stage. It is user data, and dropping it user code, at whose
/// panic the connection ends for the reason that it has already.
pub(super) fn drop_successor(successor: Option<Successor>, link: &Link) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(successor))) {
        link.panicked("successor of a stage", panic);
    }
}
