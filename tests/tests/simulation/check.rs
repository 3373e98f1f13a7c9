//! What must hold in every world.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    sync::Arc,
};

use reactive_messaging::{DrainReport, ServiceStats};

use super::{
    line::{Line, Side},
    plan::Plan,
    promises::{self, Seen},
    tale::{Tale, Tales},
};

/// A world behind its end.
pub(super) struct World<'a> {
    pub(super) plan: &'a Plan,
    pub(super) lines: &'a [Arc<Line>],
    pub(super) tales: &'a Tales,
    /// The services that were shut down, by their index.
    pub(super) ended: &'a BTreeMap<usize, Ended>,
}

/// A service that was shut down.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) report: DrainReport,
    pub(super) stats: ServiceStats,
}

/// What a drain report is to say.
#[derive(Debug, Default, PartialEq, Eq)]
struct Lost {
    undelivered: u64,
    not_in_order: usize,
}

/// Checks all of it; what occurred, so that it is known what was checked.
pub(super) fn all(world: &World<'_>) -> Seen {
    let mut seen = BTreeSet::new();
    let tales = world.tales.all();
    let mut lost: BTreeMap<usize, Lost> = BTreeMap::new();
    let mut connections: BTreeMap<usize, u64> = BTreeMap::new();
    for (number, line) in world.lines.iter().enumerate() {
        let tale = tales.get(&number).cloned().unwrap_or_default();
        let fault = format!("{:?}", line.fault);
        seen.insert(format!("fault {}", word(&fault)));
        for (side, written) in promises::of_connection(world.plan, number, line, &tale, &mut seen) {
            let account = &tale.0[side as usize];
            if let Some(service) = account.service {
                *connections.entry(service).or_default() += 1;
            }
            let drained = account.end.as_ref().zip(account.drained_by);
            if let Some(((reason, stats), service)) = drained {
                let lost = lost.entry(service).or_default();
                lost.undelivered += stats.messages_sent - written;
                lost.not_in_order += usize::from(!reason.is_clean());
            }
            if let Some((reason, _)) = &account.end {
                seen.insert(format!("{side:?} {}", word(&format!("{reason:?}"))));
            }
        }
    }
    for (service, Ended { report, stats }) in world.ended {
        let reported = Lost {
            undelivered: report.messages_undelivered,
            not_in_order: report.aborted,
        };
        let lost = lost.remove(service).unwrap_or_default();
        assert_eq!(reported, lost, "of service {service}");
        if lost.undelivered > 0 {
            seen.insert("undelivered messages in a report".into());
        }
        let connections = connections.get(service).copied().unwrap_or_default();
        assert_eq!(stats.connections_total, connections, "of service {service}");
        assert_eq!(
            stats.panics + stats.totals.panics,
            0,
            "of service {service}"
        );
        let told = world.tales.ends_of(*service);
        assert_eq!(
            told,
            ["its dialogs are over", "it is over"],
            "service {service}"
        );
    }
    seen
}

/// All of it, to compare two runs of one seed.
pub(super) fn story(lines: &[Arc<Line>], tales: &BTreeMap<usize, Tale>) -> String {
    let mut story = format!("{tales:?}");
    for line in lines {
        for side in [Side::Client, Side::Server] {
            let pipe = line.sent_by(side);
            let _ = write!(story, " {} {}", pipe.taken.len(), pipe.read);
        }
    }
    story
}

/// The name of what `Debug` shows.
pub(super) fn word(shown: &str) -> &str {
    let shown = shown.strip_prefix("Some(").unwrap_or(shown);
    let end = shown.find(|char: char| !char.is_alphanumeric());
    &shown[..end.unwrap_or(shown.len())]
}
