//! What both sides of every connection say, hear and are told.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use fastrand::Rng;
use reactive_messaging::{DisconnectReason, PeerStats};
use tests::{Answer, Ask};

use super::line::Side;

/// The tales of all connections of a world, by the number of their line.
#[derive(Clone, Default)]
pub(super) struct Tales(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    tales: BTreeMap<usize, Tale>,
    /// What services told of their end, by their index.
    ends: BTreeMap<usize, Vec<&'static str>>,
}

/// What happened on a connection: the client's account, and the server's.
#[derive(Debug, Clone, Default)]
pub(super) struct Tale(pub(super) [Account; 2]);

/// What happened on one side.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    /// How many messages of each voice were accepted.
    pub(super) accepted: BTreeMap<char, u32>,
    /// The messages that its handler got.
    pub(super) heard: Vec<String>,
    /// The service, if it is one of the framework.
    pub(super) service: Option<usize>,
    /// What it was told, in short.
    pub(super) told: Vec<&'static str>,
    /// How its dialog ended, or the last of its stages, and what was counted in all of them.
    pub(super) end: Option<(DisconnectReason, PeerStats)>,
    /// The service, if it had begun to end before this connection did: it is in the drain report.
    pub(super) drained_by: Option<usize>,
}

impl Account {
    /// Messages that were accepted, of all voices.
    pub(super) fn accepted(&self) -> u64 {
        self.accepted.values().map(|count| u64::from(*count)).sum()
    }

    /// Whether its dialog ended in order, for one of these reasons.
    pub(super) fn ended(&self, matches: fn(&DisconnectReason) -> bool) -> bool {
        self.end.as_ref().is_some_and(|(reason, _)| matches(reason))
    }
}

impl Tales {
    pub(super) fn note<R>(
        &self,
        number: usize,
        side: Side,
        note: impl FnOnce(&mut Account) -> R,
    ) -> R {
        let mut state = self.0.lock().expect("no panic");
        note(&mut state.tales.entry(number).or_default().0[side as usize])
    }

    pub(super) fn all(&self) -> BTreeMap<usize, Tale> {
        self.0.lock().expect("no panic").tales.clone()
    }

    /// A service tells of its end.
    pub(super) fn note_end(&self, service: usize, what: &'static str) {
        let mut state = self.0.lock().expect("no panic");
        state.ends.entry(service).or_default().push(what);
    }

    /// What a service told of its end.
    pub(super) fn ends_of(&self, service: usize) -> Vec<&'static str> {
        let state = self.0.lock().expect("no panic");
        state.ends.get(&service).cloned().unwrap_or_default()
    }
}

/// One of those who speak on a connection: numbers its messages.
#[derive(Clone)]
pub(super) struct Voice {
    tales: Tales,
    number: usize,
    side: Side,
    name: char,
    padding: usize,
    rng: Rng,
}

impl Voice {
    pub(super) fn new(
        tales: &Tales,
        number: usize,
        side: Side,
        name: char,
        padding: usize,
    ) -> Self {
        Self {
            tales: tales.clone(),
            number,
            side,
            name,
            padding,
            rng: Rng::with_seed(number as u64 ^ name as u64),
        }
    }

    /// What it is to say next.
    pub(super) fn next(&mut self) -> String {
        let count = |account: &mut Account| *account.accepted.entry(self.name).or_default();
        let count = self.tales.note(self.number, self.side, count);
        let padding = "~".repeat(self.rng.usize(0..=self.padding));
        format!("{}{count} {padding}", self.name)
    }

    /// What it said last was accepted.
    pub(super) fn accepted(&self) {
        self.tales.note(self.number, self.side, |account| {
            *account.accepted.entry(self.name).or_default() += 1;
        });
    }

    /// Says what will be accepted at once.
    pub(super) fn say(&mut self) -> String {
        let text = self.next();
        self.accepted();
        text
    }
}

/// A message of a client, in short.
pub(super) fn brief_ask(ask: &Ask) -> String {
    match ask {
        Ask::Text(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

/// A message of the server, in short.
pub(super) fn brief_answer(answer: &Answer) -> String {
    match answer {
        Answer::Text(text) => text.clone(),
        other => format!("{other:?}"),
    }
}
