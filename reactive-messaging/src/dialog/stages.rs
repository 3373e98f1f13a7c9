//! A connection of stages as a whole: who ends it, or asks what it has carried, does not care which
//! stage it is in.

use std::sync::Arc;

use super::{
    link::Link,
    stats::PeerStats,
    sync::{Mutex, lock},
};

/// The present stage of a connection, and what is left of the past ones.
#[derive(Debug, Default)]
pub(super) struct Stages(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    present: Option<Arc<Link>>,
    /// What past stages have carried.
    carried: PeerStats,
    /// The event callback of a past stage has failed.
    untold: bool,
}

impl Stages {
    /// The stage that the connection is in.
    pub(super) fn present(&self) -> Option<Arc<Link>> {
        lock(&self.0).present.clone()
    }

    /// Puts the next stage, if there is one, in the place of the present one.
    pub(super) fn replace(&self, next: Option<Arc<Link>>) {
        let mut state = lock(&self.0);
        let past = std::mem::replace(&mut state.present, next);
        if let Some(past) = past {
            state.carried += past.stats();
            state.untold |= !past.was_told();
        }
    }

    /// What all stages have carried.
    pub(super) fn stats(&self) -> PeerStats {
        let state = lock(&self.0);
        let mut stats = state.carried;
        if let Some(present) = &state.present {
            stats += present.stats();
        }
        stats
    }

    /// Whether the ends of all stages were told.
    pub(super) fn were_told(&self) -> bool {
        let state = lock(&self.0);
        !state.untold && state.present.as_ref().is_none_or(|stage| stage.was_told())
    }
}
