//! A game of ping-pong between a client and a server, stroke by stroke: a composite protocol, whose
//! stages follow each other on one connection.
//!
//! ```text
//!            client                                 server
//! Greeting     Version(1)                      ──▶
//!                                              ◀──  Welcome, or IncompatibleVersion and the end
//! Lobby        Match(config), or GoodBye       ──▶
//!                                              ◀──  Ready(first: Client), as the toss wants it
//! Game         Play(Serve(score: 0:0, Good))   ──▶
//!                                              ◀──  Play(Rebate(Good))
//!              Play(Rebate(Fault(Net)))        ──▶       a point for the server
//!              Play(Serve(score: 0:1, Good))   ──▶       whoever serves calls the score
//!                       …                                     …
//! Settlement                                   ◀──  FinalScore(9:11)
//!              Endorse, or Contest(score)      ──▶
//! Lobby                 …                                     …
//! ```
//!
//! Each stage has messages of its own, so that what cannot be said at some point of the dialog does
//! not exist there as a type. The game is on a compact wire, all other stages are in text; `TextMatch`
//! in place of `Match` leads to the stage `TextGame`, which is the same game in text.
//!
//! Both sides apply the same rules to every move, so both know the score, whose turn it is, and when
//! the game is over and the settlement begins. A move that breaks the rules is a [`Dishonour`]: it ends
//! the match and the dialog.
//!
//! The modules, from the bottom up: [`protocol`], what is spoken of; [`rules`], what is allowed;
//! [`dice`] and [`player`], who plays; [`statistics`], what is remembered; [`table`], one side of a
//! match; [`messages`], what is said in each stage; `rally`, the game; [`server`] and [`client`], the
//! stages; [`run`], the programs. No socket comes here before the last of them: whatever takes
//! messages and gives messages can be tested with plain ones.

pub mod client;
pub mod dice;
pub mod messages;
pub mod player;
pub mod protocol;
mod rally;
pub mod rules;
pub mod run;
pub mod server;
pub mod statistics;
pub mod table;

pub use client::{Challenge, guest};
pub use protocol::{Dishonour, Fault, MatchConfig, Move, Score, Shot, Side, VERSION};
pub use server::host;
pub use statistics::{Statistics, Totals};
