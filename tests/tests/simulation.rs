//! A simulated network, whose delays, splits and failures come from a seed, and what must hold on it.
//!
//! Every seed is a world of its own: a server, clients of many manners, and a shutdown, under a paused
//! clock. A failure names its seed. To see it again, or to look at others:
//!
//! ```text
//! SIMULATION_SEEDS=1234 cargo test -p tests --test simulation
//! SIMULATION_SEEDS=1000..50000 cargo test --release -p tests --test simulation
//! ```

#![forbid(unsafe_code)]

mod simulation {
    mod check;
    mod client;
    mod line;
    mod network;
    mod pipe;
    mod plan;
    mod promises;
    mod script;
    mod seeds;
    mod server;
    mod service;
    mod tale;
    mod world;
}
