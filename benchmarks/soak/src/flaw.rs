//! What must not happen to a client that behaves well.

use std::{
    fmt, io,
    sync::{Arc, Mutex, PoisonError},
};

/// Why a visit did not go as it has to.
#[derive(Debug)]
pub(crate) enum Flaw {
    /// The connection ended too early: right if the service was drained meanwhile.
    Ended(String),
    /// A reply is lost, doubled, or another one: never right.
    Wrong(String),
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended(how) => write!(f, "ended too early: {how}"),
            Self::Wrong(how) => write!(f, "wrong: {how}"),
        }
    }
}

impl From<io::Error> for Flaw {
    fn from(error: io::Error) -> Self {
        Self::Ended(error.to_string())
    }
}

/// All flaws that were found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Flaws(Arc<Mutex<Vec<String>>>);

impl Flaws {
    /// Lines that are printed at most; the rest is counted.
    const PRINTED: usize = 20;

    pub(crate) fn add(&self, flaw: impl fmt::Display) {
        let mut flaws = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if flaws.len() < Self::PRINTED {
            println!("FLAW: {flaw}");
        }
        flaws.push(flaw.to_string());
    }

    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
