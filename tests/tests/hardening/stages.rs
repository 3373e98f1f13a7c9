//! P: from one stage of a connection to the next.

mod barren;
mod bouncing;
mod boundary;
mod bounds;
mod callbacks;
mod elsewhere;
mod endings;
mod log;
mod panics;
mod races;
mod read_ahead;
mod split;
mod time;
