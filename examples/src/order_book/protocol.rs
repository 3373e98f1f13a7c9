//! What traders say and hear.

use reactive_messaging::ReactiveProtocol;
use serde::{Deserialize, Serialize};

/// Which side of the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// A bid.
    Buy,
    /// An offer.
    Sell,
}

/// Orders that rest at one price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// Cents for one piece.
    pub price: u64,
    /// Pieces, of all of them.
    pub quantity: u64,
}

/// What a trader says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ReactiveProtocol)]
pub enum Trader {
    /// Buys or sells at this price or a better one; what finds no counterpart now rests in the book.
    Limit {
        /// Which way.
        side: Side,
        /// Cents for one piece.
        price: u64,
        /// Pieces.
        quantity: u64,
    },
    /// Takes an order of one's own out of the book.
    Cancel(u64),
    /// Leaves; what one has in the book is cancelled.
    #[protocol(closing)]
    Leave,
}

/// What a trader hears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ReactiveProtocol)]
pub enum Market {
    /// The book as it is on arrival, the best prices first.
    Snapshot {
        /// Who buys.
        bids: Vec<Level>,
        /// Who sells.
        asks: Vec<Level>,
    },
    /// An order was taken, and is known by this number.
    Accepted(u64),
    /// An order of one's own met another one.
    Trade {
        /// One's own order.
        order: u64,
        /// Cents for one piece.
        price: u64,
        /// Pieces.
        quantity: u64,
    },
    /// An order left the book without a trade.
    Cancelled(u64),
    /// What was said makes no sense.
    #[protocol(error)]
    Error(String),
}
