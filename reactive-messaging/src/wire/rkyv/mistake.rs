//! What rkyv says of an archive that it refuses, in release builds too.

use std::{error::Error, fmt};

use rkyv::rancor::{Source, Trace};

use crate::error::Detail;

/// An error of rkyv, as text that may reach a log.
#[derive(Debug)]
pub struct Mistake {
    detail: Detail,
    is_too_deep: bool,
}

/// What rkyv says where an archive nests deeper than it may; the type of it is private there.
const TOO_DEEP: &str = "exceeded the maximum subtree depth";

impl Mistake {
    /// Whether the archive nests deeper than it may.
    pub(super) fn is_too_deep(&self) -> bool {
        self.is_too_deep
    }
}

impl Source for Mistake {
    #[cold]
    fn new<T: Error + Send + Sync + 'static>(source: T) -> Self {
        Self {
            detail: Detail::of(source),
            is_too_deep: false,
        }
    }
}

impl Trace for Mistake {
    #[cold]
    fn trace<R: fmt::Debug + fmt::Display + Send + Sync + 'static>(self, trace: R) -> Self {
        let is_too_deep = self.is_too_deep || Detail::of(trace).as_str().contains(TOO_DEEP);
        Self {
            is_too_deep,
            ..self
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.detail.fmt(f)
    }
}

impl Error for Mistake {}
