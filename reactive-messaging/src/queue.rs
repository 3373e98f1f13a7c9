//! What carries the inputs of many connections to a shared processor.
//!
//! | channel | feature | capacity | |
//! |---|---|---|---|
//! | [`Tokio`] | | any | tokio's bounded channel |
//! | `Crossbeam` | `mutiny` | any | lock-free, about twice as fast |
//! | `FullSync` | `mutiny` | a power of two | a ring under a spin lock, for small messages |

pub use crate::processor::queue::{Channel, QueueStats, Tokio};
#[cfg(feature = "mutiny")]
pub use crate::processor::queue::{Crossbeam, FullSync};
