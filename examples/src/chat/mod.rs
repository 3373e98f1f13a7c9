//! A chat with a door: a login, and a room behind it, as two stages on one connection.
//!
//! ```text
//!         client                                    server
//! Login     Enter(name: "ada", password: "…")  ──▶
//!           or Resume(name, token, from)       ──▶
//!                                              ◀──  Welcome(token), or Refused and the end
//! Room                                         ◀──  Said(…), what a resumed session missed
//!                                              ◀──  Here(names: ["ada", "bob"], next: 7)
//!           Say("hello")                       ──▶
//!                                              ◀──  Said((7, "ada", "hello")), to all
//!           WhoIsHere                          ──▶
//!                                              ◀──  Here(names: ["ada", "bob"], next: 8)
//!           Leave                              ──▶
//!                                              ◀──  GoodBye, and Left("ada") to the others
//! ```
//!
//! Who has not logged in cannot say anything to the room: there is no message for it. A member whose
//! connection ends has left, which the others are told; its session stays, and goes on with its token
//! on a later connection. Who leaves by `Leave` ends the session, too. A second login of a name takes
//! the place of the first, since the first may well be a connection that its owner has lost: a refusal
//! would lock the owner out until the server notices.
//!
//! The modules, from the bottom up: [`messages`], what is said; [`accounts`], who may enter; [`room`],
//! who is there; [`pace`], how fast they may talk; [`server`] and [`client`], the stages.

pub mod accounts;
pub mod client;
pub mod messages;
pub mod pace;
pub mod room;
pub mod server;

pub use accounts::Accounts;
pub use client::{Told, Visitor, guest};
pub use messages::{Line, LoginClient, LoginServer, Refusal, RoomClient, RoomServer};
pub use server::{House, host};
