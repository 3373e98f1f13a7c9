//! What must hold in every world.

use std::{collections::BTreeMap, fmt::Write, sync::Arc};

use reactive_messaging::{DisconnectReason, DrainReport};
use tests::{Answer, Ask, Message};

use super::{
    line::{Line, Side},
    plan::{Manner, Plan},
    server::{brief_answer, brief_ask},
    tale::{Account, Tale},
};

pub(super) struct World<'a> {
    pub(super) plan: &'a Plan,
    pub(super) lines: &'a [Arc<Line>],
    pub(super) tales: BTreeMap<usize, Tale>,
    /// How services were drained, by their index.
    pub(super) reports: &'a BTreeMap<usize, DrainReport>,
}

pub(super) fn all(world: World<'_>) {
    let mut undelivered: BTreeMap<usize, u64> = BTreeMap::new();
    let mut not_in_order: BTreeMap<usize, usize> = BTreeMap::new();
    for (number, line) in world.lines.iter().enumerate() {
        let Tale([client, server]) = world.tales.get(&number).cloned().unwrap_or_default();
        let lost = |side, account: &Account| {
            let written = match side {
                Side::Client => transcript::<Ask>(&world, line, side, brief_ask),
                Side::Server => transcript::<Answer>(&world, line, side, brief_answer),
            };
            let place = format!("line {number}, {side:?}, {account:?}\nwrote {written:?}");
            carried_in_order(&written, &place);
            let is_whole = side == Side::Client || world.plan.manner != Manner::Stages;
            counted(&written, account, line, (side, is_whole), &place);
            (written, place)
        };
        let (asked, at_client) = lost(Side::Client, &client);
        let (answered, at_server) = lost(Side::Server, &server);
        heard_in_order(&server.heard, &asked, &at_server);
        heard_in_order(&client.heard, &answered, &at_client);
        paired(&client, &at_client);
        paired(&server, &at_server);
        if line.fault.is_none() {
            farewell_read(&client, &server, &at_client);
            nothing_lost(&client, &server, &asked, &at_client);
            nothing_lost(&server, &client, &answered, &at_server);
        }
        all_answered(world.plan, &server, &at_server);
        for (account, written) in [(&client, &asked), (&server, &answered)] {
            let Some(((reason, stats), service)) = account.end.as_ref().zip(account.drained_by)
            else {
                continue;
            };
            let never_written = stats.messages_sent - written.len() as u64;
            *undelivered.entry(service).or_default() += never_written;
            *not_in_order.entry(service).or_default() += usize::from(!reason.is_clean());
        }
    }
    for (service, report) in world.reports {
        let undelivered = undelivered.get(service).copied().unwrap_or_default();
        assert_eq!(
            report.messages_undelivered, undelivered,
            "of service {service}"
        );
        let not_in_order = not_in_order.get(service).copied().unwrap_or_default();
        assert_eq!(report.aborted, not_in_order, "of service {service}");
    }
}

/// The whole messages among the bytes that one side's system took.
fn transcript<M: Message>(
    world: &World<'_>,
    line: &Line,
    side: Side,
    brief: fn(&M) -> String,
) -> Vec<String> {
    let mut bytes = line.sent_by(side).taken.clone();
    std::iter::from_fn(|| {
        world
            .plan
            .wire
            .take(&mut bytes)
            .map(|message| brief(&message))
    })
    .collect()
}

/// The messages of every voice are written in order, each once, and none before it was accepted.
fn carried_in_order(written: &[String], place: &str) {
    let mut counts: BTreeMap<char, u32> = BTreeMap::new();
    for message in written {
        let Some((name, rest)) = message
            .split_at_checked(1)
            .filter(|(name, _)| name.chars().all(|name| name.is_ascii_lowercase()))
        else {
            continue;
        };
        let count = counts
            .entry(name.chars().next().expect("a name"))
            .or_default();
        let number = rest.split(' ').next().unwrap_or_default();
        assert_eq!(number, count.to_string(), "{message} out of turn: {place}");
        *count += 1;
    }
}

/// What was counted is what happened.
///
/// What a stage left behind, and was written or lost later, its last event could not tell: of a dialog that
/// is not the whole connection, the drain report tells.
fn counted(
    written: &[String],
    account: &Account,
    line: &Line,
    (side, is_whole): (Side, bool),
    place: &str,
) {
    let Some((reason, stats)) = &account.end else {
        return;
    };
    if account.told.is_empty() {
        // no dialog of the framework
        return;
    }
    let pipe = line.sent_by(side);
    let never_written = stats.messages_sent - written.len() as u64;
    assert_eq!(stats.bytes_sent, pipe.taken.len() as u64, "{place}");
    if is_whole {
        assert_eq!(stats.messages_undelivered, never_written, "{place}");
    }
    // what a shared handler yields may be refused
    let is_refused = matches!(reason, DisconnectReason::OutboxFull);
    let said_by_framework = stats.messages_sent as i64 - account.accepted() as i64;
    assert!(
        is_refused || (0..=1).contains(&said_by_framework),
        "{place}"
    );
    assert_eq!(stats.panics, 0, "{place}");
    assert_eq!(stats.decode_errors, 0, "{place}");
}

/// What a handler gets are the first messages that the other side wrote, all of them up to some one.
fn heard_in_order(heard: &[String], written: &[String], place: &str) {
    assert!(
        written.starts_with(heard),
        "{heard:?} is not how it begins: {place}"
    );
}

fn paired(account: &Account, place: &str) {
    let stages = account
        .told
        .iter()
        .filter(|told| **told == "arrived")
        .count();
    let mut told = vec!["connected"];
    told.extend(["arrived", "left"].repeat(stages.max(1)));
    told.push("disconnected");
    assert!(account.told.is_empty() || account.told == told, "{place}");
}

/// A side that ended in order towards a remote that read to the end has lost nothing.
fn nothing_lost(speaker: &Account, listener: &Account, written: &[String], place: &str) {
    let heard_the_end = |reason: &DisconnectReason| {
        matches!(
            reason,
            DisconnectReason::RemoteClosed | DisconnectReason::ClosingReceived
        )
    };
    if speaker.ended(DisconnectReason::is_clean) && listener.ended(heard_the_end) {
        assert_eq!(listener.heard, written, "lost on the way: {place}");
        let accepted = speaker.accepted();
        assert!(
            written.len() as u64 >= accepted,
            "{accepted} were accepted: {place}"
        );
    }
}

/// Who says a closing message closes in a way that lets the other side read it.
fn farewell_read(client: &Account, server: &Account, place: &str) {
    let said_farewell = |reason: &DisconnectReason| matches!(reason, DisconnectReason::ClosingSent);
    let broke = |reason: &DisconnectReason| matches!(reason, DisconnectReason::Io(_));
    assert!(
        !(server.ended(said_farewell) && client.ended(broke)),
        "no farewell: {place}"
    );
}

/// A handler that ended in order has answered all that it was handed.
fn all_answered(plan: &Plan, server: &Account, place: &str) {
    let in_order = |reason: &DisconnectReason| {
        matches!(
            reason,
            DisconnectReason::RemoteClosed | DisconnectReason::Shutdown
        )
    };
    if server.ended(in_order) && plan.manner != Manner::Shared {
        let texts = server.heard.iter().filter(|heard| *heard != "Quit").count();
        let answers = |name| server.accepted.get(&name).copied().unwrap_or_default();
        assert_eq!(
            (answers('e') + answers('z')) as usize,
            texts,
            "not answered: {place}"
        );
    }
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
