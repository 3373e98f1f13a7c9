//! P: from one stage of a connection to the next.

mod bounds;
mod endings;
mod split;
