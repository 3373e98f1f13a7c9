//! What must hold on every connection.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use reactive_messaging::DisconnectReason;
use tests::{Answer, Ask, Message};

use super::{
    line::{Line, Side},
    plan::{Manner, Plan},
    tale::{Account, Tale, brief_answer, brief_ask},
};

/// What occurred. A check whose premise never holds checks nothing.
pub(super) type Seen = BTreeSet<String>;

/// One side of a connection.
struct Speaker<'a> {
    plan: &'a Plan,
    line: &'a Line,
    side: Side,
    account: &'a Account,
    /// Whoever listens.
    other: &'a Account,
    /// The whole messages among the bytes that its system took.
    written: Vec<String>,
    /// How many bytes behind them are no whole message.
    begun: usize,
    place: String,
}

/// Checks a connection; how many messages each side's system took in whole.
pub(super) fn of_connection(
    plan: &Plan,
    number: usize,
    line: &Line,
    Tale(accounts): &Tale,
    seen: &mut Seen,
) -> [(Side, u64); 2] {
    [Side::Client, Side::Server].map(|side| {
        let (written, begun) = match side {
            Side::Client => transcript::<Ask>(plan, line, side, brief_ask),
            Side::Server => transcript::<Answer>(plan, line, side, brief_answer),
        };
        let account = &accounts[side as usize];
        let speaker = Speaker {
            plan,
            line,
            side,
            account,
            other: &accounts[1 - side as usize],
            place: format!("line {number}, {side:?}, {account:?}\nwrote {written:?}"),
            written,
            begun,
        };
        speaker.carries_in_order();
        speaker.is_heard_in_order();
        speaker.is_told_in_pairs();
        speaker.is_counted();
        speaker.answers_all(seen);
        if line.fault.is_none() {
            speaker.loses_nothing(seen);
            speaker.lingers(seen);
            speaker.is_heard_to_close(seen);
        }
        (side, speaker.written.len() as u64)
    })
}

fn transcript<M: Message>(
    plan: &Plan,
    line: &Line,
    side: Side,
    brief: fn(&M) -> String,
) -> (Vec<String>, usize) {
    let mut bytes = line.sent_by(side).taken.clone();
    let whole = std::iter::from_fn(|| plan.wire.take(&mut bytes).map(|message| brief(&message)));
    let whole = whole.collect();
    (whole, bytes.len())
}

fn heard_the_end(reason: &DisconnectReason) -> bool {
    matches!(
        reason,
        DisconnectReason::RemoteClosed | DisconnectReason::ClosingReceived
    )
}

impl Speaker<'_> {
    /// The messages of every voice are written in order, each once, and none that was not accepted.
    fn carries_in_order(&self) {
        let place = &self.place;
        let mut counts: BTreeMap<char, u32> = BTreeMap::new();
        for message in &self.written {
            // errors and closing messages have no number
            let Some(name) = message.chars().next().filter(char::is_ascii_lowercase) else {
                continue;
            };
            let count = counts.entry(name).or_default();
            let number = message[1..].split(' ').next().unwrap_or_default();
            assert_eq!(number, count.to_string(), "{message} out of turn: {place}");
            *count += 1;
        }
        for (name, count) in counts {
            let accepted = self.account.accepted.get(&name).copied();
            assert!(
                Some(count) <= accepted,
                "{count} of {name} written: {place}"
            );
        }
    }

    /// What the other's handler gets are the first messages that were written, all up to some one.
    fn is_heard_in_order(&self) {
        let (heard, place) = (&self.other.heard, &self.place);
        assert!(
            self.written.starts_with(heard),
            "{heard:?} is heard: {place}"
        );
    }

    /// Whether it is a client or a server of the framework.
    fn is_dialog(&self) -> bool {
        self.account.service.is_some()
    }

    fn is_of_stages(&self) -> bool {
        self.side == Side::Server && self.plan.manner == Manner::Stages
    }

    fn is_told_in_pairs(&self) {
        let told = &self.account.told;
        let arrived = told.iter().filter(|told| **told == "arrived").count();
        let dialogs = if self.is_of_stages() {
            arrived.max(1)
        } else {
            1
        };
        let mut expected = vec!["connected"];
        expected.extend(["arrived", "left"].repeat(dialogs));
        expected.push("disconnected");
        assert!(told.is_empty() || *told == expected, "{}", self.place);
        assert_eq!(told.is_empty(), !self.is_dialog(), "{}", self.place);
    }

    /// What was counted is what happened.
    fn is_counted(&self) {
        let place = &self.place;
        let Some((reason, stats)) = self.account.end.as_ref().filter(|_| self.is_dialog()) else {
            return;
        };
        let pipe = self.line.sent_by(self.side);
        assert_eq!(stats.bytes_sent, pipe.taken.len() as u64, "{place}");
        let never_written = stats.messages_sent - self.written.len() as u64;
        // what a stage left behind, and was written or lost later, its last event could not tell: the
        // drain report does
        if !self.is_of_stages() {
            assert_eq!(stats.messages_undelivered, never_written, "{place}");
        }
        let said_by_framework = stats.messages_sent as i64 - self.account.accepted() as i64;
        // what a shared handler yields is refused where there is no room, or where its peer has gone
        let is_shared = self.side == Side::Server && self.plan.manner == Manner::Shared;
        let is_refused = is_shared && said_by_framework < 0 && !reason.is_clean();
        assert!(
            is_refused || (0..=1).contains(&said_by_framework),
            "{place}"
        );
        assert_eq!((stats.panics, stats.decode_errors), (0, 0), "{place}");
        // what a shared handler never got lay in its queue
        if self.side == Side::Client || self.plan.manner != Manner::Shared {
            let heard = self.account.heard.len() as u64;
            assert_eq!(stats.messages_received, heard, "{place}");
        }
    }

    /// A side that ended in order towards a remote that read to the end has lost nothing.
    fn loses_nothing(&self, seen: &mut Seen) {
        let in_order = self.account.ended(DisconnectReason::is_clean);
        if in_order && self.other.ended(heard_the_end) {
            seen.insert(format!("nothing lost by {:?}", self.side));
            let (place, accepted) = (&self.place, self.account.accepted());
            assert_eq!(self.other.heard, self.written, "lost on the way: {place}");
            assert!(
                self.written.len() as u64 >= accepted,
                "lost before: {place}"
            );
            assert_eq!(self.begun, 0, "cut short: {place}");
        }
    }

    /// Who ends in order waits for the other side's FIN, or for as long as it is to.
    fn lingers(&self, seen: &mut Seen) {
        let waited = self.line.closed_after.lock().expect("no panic")[self.side as usize];
        let in_order = self.is_dialog() && self.account.ended(DisconnectReason::is_clean);
        if let Some(waited) = waited.filter(|_| in_order) {
            seen.insert(format!("lingered {:?}", self.side));
            let least: Duration = self.plan.config.linger_close;
            assert!(waited >= least, "lingered {waited:?}: {}", self.place);
        }
    }

    /// Who says a closing message closes in a way that lets the other side read it.
    fn is_heard_to_close(&self, seen: &mut Seen) {
        let says = |reason: &DisconnectReason| matches!(reason, DisconnectReason::ClosingSent);
        let broke = |reason: &DisconnectReason| matches!(reason, DisconnectReason::Io(_));
        if self.side == Side::Server && self.account.ended(says) && self.other.end.is_some() {
            seen.insert("a farewell".into());
            assert!(!self.other.ended(broke), "no farewell: {}", self.place);
        }
    }

    /// A handler that ended in order has answered all that it was handed.
    fn answers_all(&self, seen: &mut Seen) {
        let in_order = |reason: &DisconnectReason| {
            matches!(
                reason,
                DisconnectReason::RemoteClosed | DisconnectReason::Shutdown
            )
        };
        if self.side == Side::Server && self.account.ended(in_order) {
            seen.insert(format!("all answered as {:?}", self.plan.manner));
            let texts = self.account.heard.iter().filter(|heard| *heard != "Quit");
            let answers = |name| {
                self.account
                    .accepted
                    .get(&name)
                    .copied()
                    .unwrap_or_default()
            };
            let answered = answers('e') + answers('z');
            assert_eq!(texts.count(), answered as usize, "{}", self.place);
        }
    }
}
