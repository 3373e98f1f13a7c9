//! Time per message.

use std::time::{Duration, Instant};

/// What a run takes at least, so that the clock's resolution and cost do not matter.
const RUN: Duration = Duration::from_micros(200);
/// Runs, of which the fastest counts: whatever disturbs makes them slower.
const RUNS: usize = 25;

/// Nanoseconds that one of the `messages` of a pass takes.
pub(crate) fn nanos_each(messages: usize, pass: &mut dyn FnMut()) -> f64 {
    let mut passes = 1;
    while time(passes, pass) < RUN {
        passes *= 2;
    }
    let fastest = (0..RUNS).map(|_| time(passes, pass)).min();
    fastest.unwrap_or_default().as_nanos() as f64 / (passes * messages) as f64
}

/// What so many passes take.
pub(crate) fn time(passes: usize, pass: &mut dyn FnMut()) -> Duration {
    let begin = Instant::now();
    for _ in 0..passes {
        pass();
    }
    begin.elapsed()
}
