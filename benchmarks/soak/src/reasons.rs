//! Why connections ended, by kind.

use std::{
    collections::BTreeMap,
    fmt,
    future::{Ready, ready},
    sync::{Arc, Mutex, PoisonError},
};

use reactive_messaging::prelude::*;

/// How often each reason was told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reasons(Arc<Mutex<BTreeMap<String, u64>>>);

impl Reasons {
    /// Counts what a service tells.
    pub(crate) fn listener(&self) -> impl Fn(ConnectionEvent) -> Ready<()> + Send + Sync + 'static {
        let reasons = self.clone();
        move |event| {
            if let ConnectionEvent::Disconnected { reason, .. } = event {
                reasons.count(&reason);
            }
            ready(())
        }
    }

    fn count(&self, reason: &DisconnectReason) {
        // the name of the variant, without what it holds
        let debug = format!("{reason:?}");
        let kind = debug.split('(').next().unwrap_or_default();
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(kind.into()).or_default() += 1;
    }
}

impl fmt::Display for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut blank = "";
        for (kind, count) in &*counts {
            write!(f, "{blank}{kind}={count}")?;
            blank = " ";
        }
        Ok(())
    }
}
