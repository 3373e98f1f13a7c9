//! Who competes, and who is compared with whom.

use load::workload::Workload;

/// A server binary.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Contender {
    /// Of the binary, and in the tables.
    pub(crate) name: &'static str,
    /// The package that has the binary.
    pub(crate) package: &'static str,
    /// How the client has to speak.
    pub(crate) wire: Wire,
    /// What it is, in one line.
    pub(crate) about: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    Fixed,
    Postcard,
    Rkyv,
    Ron,
}

impl Wire {
    /// As `load` wants it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Postcard => "postcard",
            Self::Rkyv => "rkyv",
            Self::Ron => "ron",
        }
    }
}

pub(crate) const ALL: &[Contender] = &[
    Contender {
        name: "raw",
        package: "hand-written",
        wire: Wire::Postcard,
        about: "hand-written tokio loop, u32 length + postcard, one write per read batch",
    },
    Contender {
        name: "raw-split",
        package: "hand-written",
        wire: Wire::Postcard,
        about: "the same, a write goes out as soon as 1 KiB is pending",
    },
    Contender {
        name: "ours-postcard",
        package: "ours",
        wire: Wire::Postcard,
        about: "`#[reactive_server]`, a mapped stream, `Postcard`",
    },
    Contender {
        name: "ours-fixed",
        package: "ours",
        wire: Wire::Fixed,
        about: "the same, `Fixed`",
    },
    Contender {
        name: "ours-rkyv",
        package: "ours",
        wire: Wire::Rkyv,
        about: "the same, `Rkyv`; a stream of views",
    },
    Contender {
        name: "ron-loop",
        package: "hand-written",
        wire: Wire::Ron,
        about: "hand-written tokio loop, lines of the `ron` crate, a write goes out as soon as 1 KiB is pending",
    },
    Contender {
        name: "ron-loop-batch",
        package: "hand-written",
        wire: Wire::Ron,
        about: "the same, one write per read batch",
    },
    Contender {
        name: "ours-ron",
        package: "ours",
        wire: Wire::Ron,
        about: "`#[reactive_server]`, a mapped stream, `Ron`",
    },
    Contender {
        name: "published-ron",
        package: "published",
        wire: Wire::Ron,
        about: "reactive-messaging 0.4.1 as published, `Textual`",
    },
];

impl Contender {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|contender| contender.name == name)
    }

    /// Whose figures of the same round this contender's are divided by.
    pub(crate) fn baseline(&self, workload: Workload) -> &'static str {
        match (workload, self.wire) {
            (Workload::W2, Wire::Fixed | Wire::Postcard | Wire::Rkyv) => "raw-split",
            (Workload::W2, Wire::Ron) => "ron-loop",
            _ => "raw",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_baseline_competes() {
        for contender in ALL {
            for workload in Workload::ALL {
                assert!(Contender::named(contender.baseline(workload)).is_some());
            }
        }
    }
}
