//! Which worlds are looked at.

use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, Mutex},
    time::Duration,
};

use tests::watched;

use super::{
    plan::Plan,
    promises::Seen,
    world::{self, Lived},
};

/// `SIMULATION_SEEDS`, one or a range: looked at by one test instead of the seeds of all.
fn asked() -> Option<Range<u64>> {
    let asked = std::env::var("SIMULATION_SEEDS").ok()?;
    let number = |text: &str| {
        text.parse::<u64>()
            .unwrap_or_else(|_| panic!("SIMULATION_SEEDS={asked} is neither 7 nor 7..9"))
    };
    Some(match asked.split_once("..") {
        Some((from, to)) => number(from)..number(to),
        None => number(&asked)..number(&asked) + 1,
    })
}

/// Lets the world of a seed live; tells the seed, and what was planned, if that fails.
fn live(seed: u64) -> Lived {
    let lived = Arc::<Mutex<Lived>>::default();
    let result = lived.clone();
    let watching = catch_unwind(AssertUnwindSafe(|| {
        watched(Duration::from_secs(60), move || async move {
            let lived = world::live(Plan::of(seed), seed).await;
            *result.lock().expect("no panic") = lived;
        });
    }));
    if let Err(panic) = watching {
        eprintln!("{:#?}", Plan::of(seed));
        eprintln!("seed {seed}: SIMULATION_SEEDS={seed} cargo test -p tests --test simulation");
        resume_unwind(panic);
    }
    std::mem::take(&mut lived.lock().expect("no panic"))
}

/// Whatever a few hundred worlds must have seen, or some check has checked nothing.
const EXPECTED: &[&str] = &[
    "Client ClosingReceived",
    "Client ClosingSent",
    "Client HandlerEnded",
    "Client Io",
    "Client RemoteClosed",
    "Client Shutdown",
    "Server Aborted",
    "Server ClosingReceived",
    "Server ClosingSent",
    "Server DrainTimeout",
    "Server Io",
    "Server RemoteClosed",
    "Server Shutdown",
    "Server UnexpectedEnd",
    "Server WriteTimeout",
    "a client that came back",
    "a farewell",
    "all answered as Buffered",
    "all answered as Echo",
    "all answered as Loop",
    "all answered as Shared",
    "all answered as Sluggish",
    "all answered as Stages",
    "client Closes",
    "client HalfCloses",
    "client IsShutDown",
    "client Leaves",
    "client NeverReads",
    "client Quits",
    "client Returns",
    "client Stays",
    "ending Abort",
    "ending Last",
    "ending Restart",
    "ending Shutdown",
    "fault Cut",
    "fault Freeze",
    "fault None",
    "fault Reset",
    "lingered Server",
    "nothing lost by Client",
    "nothing lost by Server",
    "undelivered messages in a report",
];

fn live_all(part: Range<u64>) {
    let mut seen = Seen::new();
    for seed in part {
        seen.extend(live(seed).seen);
    }
    let missing = EXPECTED
        .iter()
        .filter(|expected| !seen.contains(**expected));
    let missing: Vec<_> = missing.collect();
    assert!(
        missing.is_empty(),
        "{missing:?} did not occur, but {seen:?}"
    );
}

fn live_part(part: Range<u64>) {
    match asked() {
        Some(_) => println!("others were asked for"),
        None => live_all(part),
    }
}

#[test]
fn every_promise_holds_in_the_first_worlds() {
    live_part(0..200);
}

#[test]
fn every_promise_holds_in_the_next_worlds() {
    live_part(200..400);
}

#[test]
fn every_promise_holds_in_the_last_worlds() {
    live_part(400..600);
}

/// By two threads, as this machine has at least.
#[test]
fn every_promise_holds_in_the_worlds_that_were_asked_for() {
    let Some(asked) = asked() else {
        return println!("SIMULATION_SEEDS asks for none");
    };
    let half = asked.start + asked.end.saturating_sub(asked.start) / 2;
    let live = |part: Range<u64>| part.for_each(|seed| drop(live(seed)));
    std::thread::scope(|scope| {
        scope.spawn(|| live(asked.start..half));
        live(half..asked.end);
    });
    println!(
        "{} worlds have lived",
        asked.end.saturating_sub(asked.start)
    );
}

/// Or a failing seed would say nothing.
#[test]
fn a_seed_tells_the_same_story_again() {
    for seed in (0..600).step_by(20) {
        assert_eq!(live(seed).story, live(seed).story, "seed {seed}");
    }
}
