//! The queue in front of a processor: many senders, one receiver, a bound, no allocation per item.
//!
//! ```text
//!  Sender ──┐                     ┌─ tokio's mpsc
//!  Sender ──┼──▶ a Channel: one of ┼─ Awaitable ── Crossbeam ──▶ Receiver
//!  Sender ──┘                     └─ Awaitable ── FullSync
//! ```
//!
//! `Awaitable` makes a queue that knows no tasks one that can be awaited. It is
//! modelled with loom over a stand-in, so it knows neither `reactive-mutiny` nor tokio's channels.

#[cfg(any(feature = "mutiny", all(test, reactive_loom)))]
mod awaitable;
mod channel;
#[cfg(all(test, reactive_loom))]
mod loom_models;
mod mpsc;
#[cfg(feature = "mutiny")]
mod mutiny;
mod receiver;
#[cfg(any(feature = "mutiny", all(test, reactive_loom)))]
mod room;
mod sender;
mod stats;
#[cfg(any(feature = "mutiny", all(test, reactive_loom)))]
mod sync;
#[cfg(all(test, not(reactive_loom)))]
mod tests;

pub use channel::{Channel, Tokio};
#[cfg(feature = "mutiny")]
pub use channel::{Crossbeam, FullSync};
pub use receiver::Receiver;
pub use sender::{Refused, Sender};
pub use stats::QueueStats;
