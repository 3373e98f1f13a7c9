//! The loop that people write by hand: read, answer every complete request, write.
//!
//! Two wires × two ways to flush give four contenders, one binary each.

mod codec;
mod serve;

pub use codec::{Codec, Postcard, Ron};
pub use serve::{BEHIND_THE_BATCH, EARLY, serve};
