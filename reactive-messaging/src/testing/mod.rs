//! Handlers without sockets.
//!
//! A handler is an ordinary fn. Give it messages from [`Incoming::from_stream`](crate::Incoming) and
//! a [`peer`], and look at what it yields and sends:
//!
//! ```
//! # #[cfg(feature = "ron")] {
//! use futures::{StreamExt, executor::block_on, stream};
//! use reactive_messaging::{Incoming, Peer, ReactiveProtocol, testing, wire::Ron};
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
//! # struct Number(u32);
//! # impl ReactiveProtocol for Number { type Wire = Ron; }
//!
//! async fn doubler(mut numbers: Incoming<Number>, peer: Peer<Number>) {
//!     while let Some(Number(n)) = numbers.next().await {
//!         peer.send(Number(2 * n)).await.expect("connected");
//!     }
//! }
//!
//! let (peer, sent) = testing::peer();
//! block_on(doubler(Incoming::from_stream(stream::iter([Number(1), Number(2)])), peer));
//! assert_eq!(block_on(sent.collect::<Vec<_>>()), [Number(2), Number(4)]);
//! # }
//! ```
//!
//! Behind a closing message a connection drops its handler. Without a connection nobody does: a
//! handler that is tested goes on for as long as its messages do.
//!
//! A stage of a composite is tested with a [`stage_peer`], which also tells what it was left for.
//!
//! A wire of your own is checked by [`assert_wire`].
//!
//! Clients that reconnect pause for random times; [`seed_jitter`] makes these repeatable.

mod peer;
mod wire;

pub use peer::{Advanced, peer, stage_peer};
pub use wire::{TrailingBytes, assert_wire};

/// Makes the random pauses of this thread repeatable.
///
/// Clients that connect again, or try again to send, pause for random parts of growing delays, so that they do
/// not come back in step. From now on, those parts are a function of `seed` and of how many were drawn on this
/// thread: a simulation on a current-thread runtime with a paused clock takes the same course each time.
pub fn seed_jitter(seed: u64) {
    crate::retry::seed(seed);
}
