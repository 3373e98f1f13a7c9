//! Logic that the examples share; each example is a program of its own under `examples/`.

pub mod ping_pong;
