//! One round of microbenchmarks: every wire of ours, and what others use, on messages of three shapes;
//! and what `Incoming` costs.
//!
//! `wires [PART…]` prints figures for the runner, which repeats rounds and takes medians.

mod allocations;
mod contender;
mod figure;
mod incoming;
mod ours;
mod peers;
mod shapes;
mod stopwatch;

const PARTS: [(&str, fn()); 4] = [
    ("integers", shapes::integers::measure),
    ("text", shapes::text::measure),
    ("nested", shapes::nested::measure),
    ("incoming", incoming::measure),
];

fn main() {
    let named: Vec<String> = std::env::args().skip(1).collect();
    for (name, measure) in PARTS {
        if named.is_empty() || named.iter().any(|part| part == name) {
            measure();
        }
    }
}
