//! Time per message.

use std::time::{Duration, Instant};

/// What a run takes at least, so that the clock's resolution and cost do not matter.
const RUN: Duration = Duration::from_micros(200);
/// Runs, of which the median counts: what disturbs a few of them does not matter.
const RUNS: usize = 25;

/// Nanoseconds that one of the `messages` of a pass takes.
pub(crate) fn nanos_each(messages: usize, pass: &mut dyn FnMut()) -> f64 {
    let mut passes = 1;
    while time(passes, pass) < RUN {
        passes *= 2;
    }
    let runs = (0..RUNS).map(|_| time(passes, pass).as_nanos() as f64);
    median(runs.collect()) / (passes * messages) as f64
}

/// What so many passes take.
pub(crate) fn time(passes: usize, pass: &mut dyn FnMut()) -> Duration {
    let begin = Instant::now();
    for _ in 0..passes {
        pass();
    }
    begin.elapsed()
}

/// The middle of an odd number of values.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
