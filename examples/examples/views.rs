//! The same logic for messages of one's own and for messages that are read where they were received.
//!
//! A handler of `View<Order>` takes nothing apart and allocates nothing: an item's name is looked at
//! in the bytes that came from the socket. What both kinds of messages have in common is a trait of
//! three lines, and the logic is written against it.

use std::error::Error;

use futures::{Stream, StreamExt};
use reactive_messaging::prelude::*;

#[derive(Debug, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize, ReactiveProtocol)]
#[protocol(wire = Rkyv)]
enum Order {
    Buy {
        item: String,
        count: u32,
    },
    Sell {
        item: String,
        count: u32,
    },
    #[protocol(closing)]
    Leave,
}

#[derive(Debug, PartialEq, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize, ReactiveProtocol)]
#[protocol(wire = Rkyv)]
enum Balance {
    Of(i64),
}

/// How many pieces of bread an order brings in, whatever form the order has.
trait Bread {
    fn bread(&self) -> i64;
}

impl Bread for Order {
    fn bread(&self) -> i64 {
        match self {
            Self::Buy { item, count } => count_of(item, *count),
            Self::Sell { item, count } => -count_of(item, *count),
            Self::Leave => 0,
        }
    }
}

/// `rkyv::Archive` made this type: the same variants, with fields that are read in place.
impl Bread for ArchivedOrder {
    fn bread(&self) -> i64 {
        match self {
            Self::Buy { item, count } => count_of(item, count.to_native()),
            Self::Sell { item, count } => -count_of(item, count.to_native()),
            Self::Leave => 0,
        }
    }
}

fn count_of(item: &str, count: u32) -> i64 {
    match item {
        "bread" => count.into(),
        _ => 0,
    }
}

/// The logic, written once.
fn balance(stock: &mut i64, order: &impl Bread) -> Balance {
    *stock += order.bread();
    Balance::Of(*stock)
}

#[reactive_server]
async fn baker(
    orders: impl Stream<Item = Order>,
    _peer: Peer<Balance>,
) -> impl Stream<Item = Balance> {
    let mut stock = 0;
    orders.map(move |order| balance(&mut stock, &order))
}

#[reactive_server]
async fn careful_baker(
    orders: impl Stream<Item = View<Order>>,
    _peer: Peer<Balance>,
) -> impl Stream<Item = Balance> {
    let mut stock = 0;
    orders.map(move |order| balance(&mut stock, &*order))
}

#[reactive_client]
async fn miller(
    balances: impl Stream<Item = Balance>,
    peer: Peer<Order>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    for (item, count) in [("bread", 40), ("salt", 1), ("bread", 2)] {
        let item = item.to_owned();
        peer.send(Order::Buy { item, count }).await?;
    }
    let item = "bread".to_owned();
    peer.send(Order::Sell { item, count: 12 }).await?;
    let balances: Vec<_> = balances.take(4).collect().await;
    println!("{balances:?}");
    if balances != [40, 40, 42, 30].map(Balance::Of) {
        return Err("the baker miscounted".into());
    }
    peer.send(Order::Leave).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (baker, careful) = (
        baker::bind("127.0.0.1:0").await?,
        careful_baker::bind("127.0.0.1:0").await?,
    );
    for address in [baker.address(), careful.address()] {
        let client = miller::connect(address).await?;
        let reason = client.closed().await;
        if !matches!(reason, DisconnectReason::ClosingSent) {
            return Err(format!("the dialog ended otherwise: {reason}").into());
        }
    }
    baker.shutdown().await;
    careful.shutdown().await;
    Ok(())
}
