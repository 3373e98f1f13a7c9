//! Which worlds are looked at.

use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, Mutex},
    time::Duration,
};

use tests::watched;

use super::world;

/// Seeds of the test suite; each of its tests takes a part.
const SEEDS: Range<u64> = 0..600;

/// `SIMULATION_SEEDS`, one or a range, instead of the part of a test.
fn seeds(part: Range<u64>) -> Range<u64> {
    let Ok(asked) = std::env::var("SIMULATION_SEEDS") else {
        return part;
    };
    let number = |text: &str| text.parse::<u64>().expect("a number");
    let asked = match asked.split_once("..") {
        Some((from, to)) => number(from)..number(to),
        None => number(&asked)..number(&asked) + 1,
    };
    // the tests share what was asked for
    let share = |at: u64| {
        let part = (at - SEEDS.start) as u128 * (asked.end - asked.start) as u128;
        asked.start + (part / (SEEDS.end - SEEDS.start) as u128) as u64
    };
    share(part.start)..share(part.end)
}

/// Lets the world of a seed live; tells the seed if that fails.
fn live(seed: u64) -> String {
    let story = Arc::new(Mutex::new(String::new()));
    let told = story.clone();
    let lived = catch_unwind(AssertUnwindSafe(|| {
        watched(Duration::from_secs(60), move || async move {
            let story = world::live(seed).await;
            *told.lock().expect("no panic") = story;
        });
    }));
    if let Err(panic) = lived {
        eprintln!("seed {seed}: SIMULATION_SEEDS={seed} cargo test -p tests --test simulation");
        resume_unwind(panic);
    }
    std::mem::take(&mut story.lock().expect("no panic"))
}

fn live_all(part: Range<u64>) {
    for seed in seeds(part) {
        live(seed);
    }
}

#[test]
fn every_promise_holds_in_the_first_worlds() {
    live_all(0..200);
}

#[test]
fn every_promise_holds_in_the_next_worlds() {
    live_all(200..400);
}

#[test]
fn every_promise_holds_in_the_last_worlds() {
    live_all(400..600);
}

/// Or a failing seed would say nothing.
#[test]
fn a_seed_tells_the_same_story_again() {
    for seed in (0..600).step_by(20) {
        assert_eq!(live(seed), live(seed), "seed {seed}");
    }
}
