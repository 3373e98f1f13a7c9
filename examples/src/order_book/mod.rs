//! An order book: limit orders, matched by price, then by time.
//!
//! It knows no connection and no task: owners are whatever [`Book`] is told that they are. What a trader
//! says and hears is in [`protocol`].

mod book;
pub mod protocol;

pub use book::{Book, Event, OrderId, Rejected};
