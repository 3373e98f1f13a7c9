//! What follows a stage of a composite.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// The successor of a stage on its way from the handler to whoever starts the next stage. Erased,
/// since whoever carries it knows no type of the stage.
pub(crate) type Successor = Box<dyn Any + Send>;

/// The successors of a dialog that is no stage of a composite: it has none.
///
/// A stage that advances takes a `Peer<L, N>`, where `N` is the enum of what it may be left for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSuccessor {}

/// What was to follow a stage goes the way of the stage. It is user data, and dropping it user code.
pub(super) fn drop_successor(successor: Option<Successor>) {
    // whatever that says, the connection ends for a reason that it has already
    let _ = catch_unwind(AssertUnwindSafe(|| drop(successor)));
}
