use std::collections::{BTreeMap, HashMap, VecDeque};

use thiserror::Error;

use super::protocol::{Level, Side};

/// Names an order; never used twice.
pub type OrderId = u64;

/// What an order has caused, for the owner `O`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<O> {
    /// The order was taken.
    Accepted(O, OrderId),
    /// The order met another one, at the price of the one that was there first.
    Trade {
        /// Whose order.
        owner: O,
        /// Which order.
        order: OrderId,
        /// Cents for one piece.
        price: u64,
        /// Pieces.
        quantity: u64,
    },
    /// The order left the book without a trade.
    Cancelled(O, OrderId),
}

/// Why an order was not taken, or not cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Rejected {
    /// A price or a quantity of 0.
    #[error("price and quantity must be above 0")]
    Empty,
    /// There is no such order, or it is someone else's.
    #[error("no order {0} of yours")]
    Unknown(OrderId),
}

#[derive(Debug)]
struct Order<O> {
    id: OrderId,
    owner: O,
    quantity: u64,
}

/// Orders that rest, by price and then by time.
#[derive(Debug)]
pub struct Book<O> {
    bids: BTreeMap<u64, VecDeque<Order<O>>>,
    asks: BTreeMap<u64, VecDeque<Order<O>>>,
    resting: HashMap<OrderId, (Side, u64)>,
    last: OrderId,
}

impl<O> Default for Book<O> {
    fn default() -> Self {
        Self {
            bids: BTreeMap::new(),
            asks: BTreeMap::new(),
            resting: HashMap::new(),
            last: 0,
        }
    }
}

impl<O: Copy + PartialEq> Book<O> {
    /// Matches an order with those that rest on the other side, and lets the rest of it rest.
    ///
    /// # Errors
    /// [`Rejected::Empty`]
    pub fn limit(
        &mut self,
        owner: O,
        side: Side,
        price: u64,
        quantity: u64,
    ) -> Result<Vec<Event<O>>, Rejected> {
        if price == 0 || quantity == 0 {
            return Err(Rejected::Empty);
        }
        self.last += 1;
        let id = self.last;
        let mut events = vec![Event::Accepted(owner, id)];
        let mut order = Order {
            id,
            owner,
            quantity,
        };
        while order.quantity > 0 {
            let Some(best) = self.best(side).filter(|best| side.crosses(price, *best)) else {
                break;
            };
            self.fill(&mut order, side.other(), best, &mut events);
        }
        if order.quantity > 0 {
            self.resting.insert(id, (side, price));
            let level = self.side(side).entry(price).or_default();
            level.push_back(order);
        }
        Ok(events)
    }

    /// Takes an order out of the book.
    ///
    /// # Errors
    /// [`Rejected::Unknown`]
    pub fn cancel(&mut self, owner: O, id: OrderId) -> Result<Event<O>, Rejected> {
        let unknown = Rejected::Unknown(id);
        let (side, price) = *self.resting.get(&id).ok_or(unknown)?;
        let level = self.side(side).get_mut(&price).ok_or(unknown)?;
        let is_it = |order: &Order<O>| order.id == id && order.owner == owner;
        let place = level.iter().position(is_it).ok_or(unknown)?;
        level.remove(place);
        self.tidy(side, price);
        self.resting.remove(&id);
        Ok(Event::Cancelled(owner, id))
    }

    /// Takes all orders of an owner out of the book, and says how many.
    pub fn leave(&mut self, owner: O) -> usize {
        let mut left = 0;
        let resting = &mut self.resting;
        for side in [&mut self.bids, &mut self.asks] {
            for level in side.values_mut() {
                level.retain(|order| {
                    let stays = order.owner != owner;
                    if !stays {
                        resting.remove(&order.id);
                        left += 1;
                    }
                    stays
                });
            }
            side.retain(|_, level| !level.is_empty());
        }
        left
    }

    /// What is bought and what is sold, the best prices first.
    pub fn snapshot(&self) -> (Vec<Level>, Vec<Level>) {
        let level = |(price, orders): (&u64, &VecDeque<Order<O>>)| Level {
            price: *price,
            quantity: orders.iter().map(|order| order.quantity).sum(),
        };
        let bids = self.bids.iter().rev().map(level).collect();
        (bids, self.asks.iter().map(level).collect())
    }

    /// The best price for an order on `side`.
    fn best(&self, side: Side) -> Option<u64> {
        match side {
            Side::Buy => self.asks.first_key_value(),
            Side::Sell => self.bids.last_key_value(),
        }
        .map(|(price, _)| *price)
    }

    /// Matches `order` with the oldest one at a price of the other side.
    fn fill(&mut self, order: &mut Order<O>, other: Side, price: u64, events: &mut Vec<Event<O>>) {
        let Some(level) = self.side(other).get_mut(&price) else {
            return;
        };
        let Some(resting) = level.front_mut() else {
            return self.tidy(other, price);
        };
        let quantity = order.quantity.min(resting.quantity);
        order.quantity -= quantity;
        resting.quantity -= quantity;
        for (owner, order) in [(resting.owner, resting.id), (order.owner, order.id)] {
            events.push(Event::Trade {
                owner,
                order,
                price,
                quantity,
            });
        }
        if resting.quantity == 0 {
            let id = resting.id;
            level.pop_front();
            self.resting.remove(&id);
            self.tidy(other, price);
        }
    }

    /// Drops a level at which nothing is left.
    fn tidy(&mut self, side: Side, price: u64) {
        let levels = self.side(side);
        if levels.get(&price).is_some_and(VecDeque::is_empty) {
            levels.remove(&price);
        }
    }

    fn side(&mut self, side: Side) -> &mut BTreeMap<u64, VecDeque<Order<O>>> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// Whether an order at `price` takes one that rests on the other side at `resting`.
    fn crosses(self, price: u64, resting: u64) -> bool {
        match self {
            Self::Buy => price >= resting,
            Self::Sell => price <= resting,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: char = 'a';
    const BOB: char = 'b';
    const EVE: char = 'e';

    fn trade(owner: char, order: OrderId, price: u64, quantity: u64) -> Event<char> {
        Event::Trade {
            owner,
            order,
            price,
            quantity,
        }
    }

    fn level(price: u64, quantity: u64) -> Level {
        Level { price, quantity }
    }

    #[test]
    fn orders_that_do_not_cross_rest() {
        let mut book = Book::default();
        assert_eq!(
            book.limit(ADA, Side::Buy, 99, 5),
            Ok(vec![Event::Accepted(ADA, 1)])
        );
        assert_eq!(
            book.limit(BOB, Side::Sell, 101, 3),
            Ok(vec![Event::Accepted(BOB, 2)])
        );
        assert_eq!(
            book.limit(EVE, Side::Buy, 100, 1),
            Ok(vec![Event::Accepted(EVE, 3)])
        );
        let (bids, asks) = book.snapshot();
        assert_eq!(bids, [level(100, 1), level(99, 5)]);
        assert_eq!(asks, [level(101, 3)]);
    }

    #[test]
    fn the_best_price_comes_first_then_who_came_first() {
        let mut book = Book::default();
        book.limit(ADA, Side::Sell, 102, 5).unwrap();
        book.limit(BOB, Side::Sell, 101, 2).unwrap();
        book.limit(ADA, Side::Sell, 101, 2).unwrap();
        let events = book.limit(EVE, Side::Buy, 102, 6).unwrap();
        let expected = [
            Event::Accepted(EVE, 4),
            trade(BOB, 2, 101, 2),
            trade(EVE, 4, 101, 2),
            trade(ADA, 3, 101, 2),
            trade(EVE, 4, 101, 2),
            trade(ADA, 1, 102, 2),
            trade(EVE, 4, 102, 2),
        ];
        assert_eq!(events, expected);
        assert_eq!(book.snapshot(), (vec![], vec![level(102, 3)]));
    }

    #[test]
    fn what_finds_no_counterpart_rests_at_its_own_price() {
        let mut book = Book::default();
        book.limit(ADA, Side::Buy, 100, 4).unwrap();
        let events = book.limit(BOB, Side::Sell, 98, 10).unwrap();
        assert_eq!(events[1..], [trade(ADA, 1, 100, 4), trade(BOB, 2, 100, 4)]);
        assert_eq!(book.snapshot(), (vec![], vec![level(98, 6)]));
    }

    #[test]
    fn only_the_owner_cancels_and_only_what_rests() {
        let mut book = Book::default();
        book.limit(ADA, Side::Buy, 100, 4).unwrap();
        assert_eq!(book.cancel(BOB, 1), Err(Rejected::Unknown(1)));
        assert_eq!(book.cancel(ADA, 1), Ok(Event::Cancelled(ADA, 1)));
        assert_eq!(book.cancel(ADA, 1), Err(Rejected::Unknown(1)));
        assert_eq!(book.snapshot(), (vec![], vec![]));
        book.limit(ADA, Side::Buy, 100, 4).unwrap();
        book.limit(BOB, Side::Sell, 100, 4).unwrap();
        assert_eq!(
            book.cancel(ADA, 2),
            Err(Rejected::Unknown(2)),
            "it is filled"
        );
    }

    #[test]
    fn whoever_leaves_takes_all_orders_along() {
        let mut book = Book::default();
        book.limit(ADA, Side::Buy, 100, 4).unwrap();
        book.limit(ADA, Side::Sell, 105, 4).unwrap();
        book.limit(BOB, Side::Buy, 100, 1).unwrap();
        assert_eq!(book.leave(ADA), 2);
        assert_eq!(book.leave(ADA), 0);
        assert_eq!(book.snapshot(), (vec![level(100, 1)], vec![]));
    }

    #[test]
    fn nothing_for_nothing() {
        let mut book = Book::default();
        assert_eq!(book.limit(ADA, Side::Buy, 0, 1), Err(Rejected::Empty));
        assert_eq!(book.limit(ADA, Side::Buy, 1, 0), Err(Rejected::Empty));
        assert_eq!(book.last, 0);
    }
}
