//! An exchange: all traders meet in one order book, whose state needs no lock, since one handler
//! processes what all of them say.
//!
//! ```text
//! cargo run -p examples --example order_book
//! cargo run -p examples --example order_book --features mutiny
//! ```

use std::{collections::HashMap, error::Error, iter};

use examples::order_book::{
    Book, Event,
    protocol::{Market, Side, Trader},
};
use reactive_messaging::{ConnectionId, prelude::*};

type Telling = (Peer<Market>, Result<Market, String>);

/// The exchange: who is here, and what they want. With the feature `mutiny`, what traders say comes in a
/// faster queue.
#[cfg_attr(not(feature = "mutiny"), reactive_server(shared, capacity = 4096))]
#[cfg_attr(
    feature = "mutiny",
    reactive_server(shared, capacity = 4096, channel = Crossbeam)
)]
async fn exchange(
    inputs: impl Stream<Item = (Peer<Market>, Input<Trader>)>,
) -> impl Stream<Item = (Peer<Market>, Result<Market, String>)> {
    let mut book = Book::default();
    let mut traders = HashMap::new();
    inputs.flat_map(move |(peer, input)| {
        let told = on_input(&mut book, &mut traders, peer, input);
        futures::stream::iter(told)
    })
}

fn on_input(
    book: &mut Book<ConnectionId>,
    traders: &mut HashMap<ConnectionId, Peer<Market>>,
    peer: Peer<Market>,
    input: Input<Trader>,
) -> Vec<Telling> {
    let id = peer.id();
    let events = match input {
        Input::Arrived => {
            traders.insert(id, peer.clone());
            let (bids, asks) = book.snapshot();
            return vec![(peer, Ok(Market::Snapshot { bids, asks }))];
        }
        Input::Left(_) => {
            traders.remove(&id);
            book.leave(id);
            return Vec::new();
        }
        Input::Message(Trader::Leave) => return Vec::new(),
        Input::Message(Trader::Cancel(order)) => book.cancel(id, order).map(|event| vec![event]),
        Input::Message(Trader::Limit {
            side,
            price,
            quantity,
        }) => book.limit(id, side, price, quantity),
    };
    match events {
        Ok(events) => events
            .into_iter()
            .filter_map(|event| tell(traders, event))
            .collect(),
        Err(rejected) => iter::once((peer, Err(rejected.to_string()))).collect(),
    }
}

fn tell(
    traders: &HashMap<ConnectionId, Peer<Market>>,
    event: Event<ConnectionId>,
) -> Option<Telling> {
    let (owner, told) = match event {
        Event::Accepted(owner, order) => (owner, Market::Accepted(order)),
        Event::Cancelled(owner, order) => (owner, Market::Cancelled(order)),
        Event::Trade {
            owner,
            order,
            price,
            quantity,
        } => {
            let trade = Market::Trade {
                order,
                price,
                quantity,
            };
            (owner, trade)
        }
    };
    Some((traders.get(&owner)?.clone(), Ok(told)))
}

/// Places its orders, one after the other, and takes what it hears until it has traded `wanted` pieces.
#[reactive_client]
async fn trader(
    mut messages: Incoming<Market>,
    peer: Peer<Trader>,
    orders: Vec<(Side, u64, u64)>,
    wanted: u64,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let Some(Market::Snapshot { bids, asks }) = messages.next().await else {
        return Err("no snapshot".into());
    };
    println!("{} arrives: {bids:?} | {asks:?}", peer.id());
    for (side, price, quantity) in orders {
        let limit = Trader::Limit {
            side,
            price,
            quantity,
        };
        peer.send(limit).await?;
    }
    let mut traded = 0;
    while traded < wanted {
        match messages.next().await.ok_or("the exchange has closed")? {
            Market::Trade {
                price, quantity, ..
            } => {
                traded += quantity;
                println!("{} trades {quantity} at {price}", peer.id());
            }
            Market::Error(text) => return Err(text.into()),
            _ => {}
        }
    }
    peer.send(Trader::Leave).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = exchange::bind("127.0.0.1:0").await?;
    let offers = (0..4).map(|n| vec![(Side::Sell, 100 + n, 10), (Side::Sell, 200, 5)]);
    let mut sellers = Vec::new();
    for offers in offers {
        sellers.push(trader::with(offers, 10).connect(server.address()).await?);
    }
    // up to 150 each: the best price first, whoever offers it
    let bids = vec![(Side::Buy, 150, 40)];
    let buyer = trader::with(bids, 40).connect(server.address()).await?;
    let reason = buyer.closed().await;
    println!("the buyer ends: {reason}");
    for seller in sellers {
        println!("a seller ends: {}", seller.closed().await);
    }
    let [processor] = server.processors()[..] else {
        return Err("one processor".into());
    };
    println!("{} inputs were processed", processor.queue.processed);
    println!("{}", server.shutdown().await);
    match reason.is_clean() {
        true => Ok(()),
        false => Err(reason.into()),
    }
}
