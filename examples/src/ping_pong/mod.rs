//! A game of ping-pong between a client and a server, stroke by stroke.
//!
//! ```text
//! client                                   server
//!   Version(1)                        ──▶
//!                                     ◀──  Version(1), or IncompatibleVersion and the end
//!   Match(config)                     ──▶
//!                                     ◀──  Ready(first: Client), the toss for the first service
//!   Play(Serve(score: 0:0, Good))     ──▶
//!                                     ◀──  Play(Rebate(Good))
//!   Play(Rebate(Fault(Net)))          ──▶        a point for the server
//!   Play(Serve(score: 0:1, Good))     ──▶        whoever serves calls the score
//!            …                                     …
//!                                     ◀──  FinalScore(9:11)
//!   Endorse, or Contest(score)        ──▶
//!   Match(config), or GoodBye         ──▶
//! ```
//!
//! Both sides apply the same rules to every move, so both know the score, and whose turn it is. A
//! move that breaks the rules, or a message out of its place, is a [`Dishonour`]: it ends the match
//! and the dialog.
//!
//! The modules, from the bottom up: [`protocol`], what is said; [`rules`], what is allowed;
//! [`dice`] and [`player`], who plays; [`session`] and [`visit`], the two ends of a dialog;
//! [`statistics`], what is remembered; [`handlers`], where all of it meets the streams. No socket
//! comes here: whatever takes messages and gives messages can be tested with plain ones.

pub mod dice;
pub mod handlers;
pub mod player;
pub mod protocol;
pub mod rules;
pub mod session;
pub mod statistics;
pub mod visit;

pub use handlers::{guest, host};
pub use protocol::{
    ClientMessages, Dishonour, Fault, MatchConfig, Move, Score, ServerMessages, Shot, Side, VERSION,
};
pub use statistics::{Statistics, Totals};
pub use visit::Challenge;
