//! One connection: bytes in, a handler in the middle, bytes out.
//!
//! ```text
//!            read ahead            decode one a poll            encode
//!  socket ──────────────▶ Inbox ──────▶ Incoming ──▶ handler ─────────────▶ Output ──▶ socket
//!                                                      Peer ──▶ Outbox ──────▲
//! ```
//!
//! A [`Dialog`](driver::Dialog) is the one task of a connection. It polls the handler, encodes what
//! it yields, moves in front of that what was sent through a `Peer`, writes, and reads ahead.
//!
//! May depend on `protocol`, `wire`, `frame`, `config` and `error`, on `retry` for full outboxes, on
//! `transport` for what a byte stream and an address are, and on tokio for the clock. It does not know whether it serves a server or a client, and never opens a socket.

mod codec;
mod concurrent;
mod control;
mod core;
mod deadlines;
mod driver;
mod handover;
mod in_flight;
mod inbox;
mod incoming;
mod input;
mod link;
#[cfg(all(test, reactive_loom))]
mod loom_models;
mod orders;
mod outbox;
mod outcome;
mod output;
mod peer;
mod peer_futures;
mod phase;
mod reading;
mod reply;
mod scratch;
mod segments;
mod session;
mod settings;
mod stages;
mod stats;
mod successor;
pub(crate) mod sync;
pub(crate) mod waiters;

pub use concurrent::Concurrent;
pub use incoming::Incoming;
pub use link::ConnectionId;
pub use outcome::Outcome;
pub use peer::Peer;
pub use reply::{Failure, Reply, Step};
pub use stats::PeerStats;
pub use successor::NoSuccessor;
pub(crate) use successor::Successor;

pub(crate) use codec::{Codec, EncodeFrame, decode_own};
pub(crate) use control::Ending;
pub(crate) use core::Core;
pub(crate) use driver::{Dialog, Finished, PANICKED, Whole};
pub(crate) use in_flight::{Flights, dropped_by};
pub(crate) use link::Link;
pub(crate) use outbox::Refused;
pub(crate) use output::Output;
pub(crate) use peer::closing_order;
pub(crate) use peer_futures::Ordered;
pub(crate) use scratch::Scratch;
pub(crate) use session::Session;
pub(crate) use settings::{Part, Settings};
pub(crate) use stats::Counter;
pub(crate) use sync::{Mutex, lock};
