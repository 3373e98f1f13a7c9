#![deny(warnings)]

use reactive_messaging::prelude::*;

#[derive(Debug, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize, ReactiveProtocol)]
#[protocol(wire = Rkyv)]
enum Orders<T: Clone, const N: usize>
where
    T: std::fmt::Debug,
{
    Buy { item: String, prices: [T; N] },
    #[protocol(closing)]
    Leave,
    #[protocol(closing, error)]
    Error(String),
}

/// On another wire by itself.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
#[derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize, ReactiveProtocol)]
#[protocol(wire = Json, views)]
enum Answers {
    Bought(u64),
    #[protocol(closing)]
    Bye(u8),
}

#[reactive_server(wire = Rkyv)]
async fn shop(
    orders: impl Stream<Item = View<Orders<u64, 2>>>,
    _peer: Peer<Answers>,
) -> impl Stream<Item = Answers> {
    orders.map(|order| match &*order {
        ArchivedOrders::Buy { item, prices } if item == "bread" => {
            Answers::Bought(prices.iter().map(|price| price.to_native()).sum())
        }
        _ => Answers::Bye(0),
    })
}

#[reactive_client]
async fn relay(answers: Incoming<View<Answers>>, peer: Peer<View<Answers>>) {
    answers
        .for_each(async |answer| drop(peer.send(answer.compact()).await))
        .await;
}

fn main() {
    let _ = shop::bind("127.0.0.1:0");
    let _ = relay::connect("127.0.0.1:0");
    let order = View::of(&Orders::<u64, 2>::Leave).unwrap();
    assert!(order.is_closing());
    assert!(View::of(&Answers::Bye(1)).unwrap().is_closing());
    assert!(!View::of(&Answers::Bought(1)).unwrap().is_closing());
}
