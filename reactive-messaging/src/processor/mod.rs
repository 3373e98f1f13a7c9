//! Shared processors: one handler for the messages of many connections.
//!
//! ```text
//!  connection ── Forwarder ──┐                                      ┌──▶ Outbox ── connection
//!  connection ── Forwarder ──┼──▶ queue ──▶ Inputs ──▶ handler ─────┼──▶ Outbox ── connection
//!  connection ── Forwarder ──┘             (a Processor polls it)   └──▶ Outbox ── connection
//! ```
//!
//! A `Forwarder` is the handler of an ordinary dialog: it puts what arrives into the queue, and holds the
//! dialog open until the last of it is answered, which `Progress` finds out.
//!
//! May depend on `dialog`, `retry` and `config`. What one connection does by itself never comes here,
//! nor does how a server starts.

mod addressed;
mod forwarder;
mod inputs;
mod lane;
mod progress;
pub mod queue;
mod task;

pub use addressed::SharedOutcome;
pub use inputs::{Input, Inputs};
pub use lane::ProcessorStats;

pub(crate) use forwarder::{Arrival, Forwarder};
pub(crate) use lane::Lane;
pub(crate) use task::{End, Processor};
