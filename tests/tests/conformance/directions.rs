//! One handler on all wires at once, and protocols that differ in their wires.

use futures::{Stream, StreamExt, stream};
use reactive_messaging::{
    Client, DisconnectReason, Fixed, FixedSize, Incoming, Json, Peer, Postcard, ReactiveProtocol,
    Rkyv, Ron, Server, View, reactive_client, reactive_server, serve_connection,
};
use serde::{Deserialize, Serialize};
use tests::{Answer, Ask, Raw, WireKind, answer, connect, framed, on_wire, settle, soon};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    sync::mpsc,
};

/// Knows nothing of wires.
#[reactive_server]
fn numbering(asks: impl Stream<Item = Ask>, _peer: Peer<Answer>) -> impl Stream<Item = Answer> {
    asks.map(answer)
}

#[reactive_client]
async fn asking(
    mut answers: Incoming<Answer>,
    peer: Peer<Ask>,
    tell: mpsc::UnboundedSender<(u32, Answer)>,
    id: u32,
) {
    for ask in [Ask::Hello, Ask::Number(id), Ask::Text("é".into())] {
        peer.send(ask).await.expect("connected");
    }
    for _ in 0..3 {
        let answer = answers.next().await.expect("an answer");
        tell.send((id, answer)).expect("the test listens");
    }
}

#[tokio::test]
async fn one_handler_is_served_on_all_wires_at_once() {
    for address in ["127.0.0.1:0", "memory://"] {
        let mut servers = Vec::new();
        for wire in WireKind::ALL {
            let server = on_wire!(numbering::with(), wire).bind(address).await;
            servers.push((wire, server.expect("a server")));
        }
        let (tell, mut told) = mpsc::unbounded_channel();
        let mut clients = Vec::new();
        let mut raws = Vec::new();
        for (id, (wire, server)) in servers.iter().enumerate() {
            let client = asking::with(tell.clone(), id as u32);
            let client = on_wire!(client, *wire).connect(server.address()).await;
            clients.push(client.expect("a client"));
            raws.push(Raw::new(connect(&server.address()).await, *wire));
        }
        for (n, raw) in raws.iter_mut().enumerate() {
            raw.ask(&Ask::Number(n as u32)).await;
        }
        for (n, raw) in raws.iter_mut().enumerate() {
            assert_eq!(
                raw.answer().await,
                Answer::Number(n as u32),
                "{:?}",
                raw.wire
            );
        }
        for client in &clients {
            let reason = soon(client.closed()).await;
            assert!(
                matches!(reason, DisconnectReason::HandlerEnded),
                "{reason:?}"
            );
        }
        let mut all = Vec::new();
        while let Ok(told) = told.try_recv() {
            all.push(told);
        }
        for (id, (wire, _)) in servers.iter().enumerate() {
            let id = id as u32;
            let of_it = all.iter().filter(|(from, _)| *from == id);
            let of_it: Vec<_> = of_it.map(|(_, answer)| answer.clone()).collect();
            let expected = [Answer::World, Answer::Number(id), Answer::Text("é".into())];
            assert_eq!(of_it, expected, "{wire:?}");
        }
        drop((raws, clients));
        for (_, server) in servers {
            soon(server.shutdown()).await;
        }
    }
}

/// Says itself, in two directions, and on the wires that stand there.
macro_rules! directions {
    ($module:ident: $there:ident, $back:ident) => {
        mod $module {
            use super::*;

            #[derive(
                Debug,
                Clone,
                PartialEq,
                ReactiveProtocol,
                Serialize,
                Deserialize,
                rkyv::Archive,
                rkyv::Serialize,
                rkyv::Deserialize,
                FixedSize,
            )]
            #[protocol(wire = $there)]
            pub(super) enum Question {
                Square(u32),
                #[protocol(closing)]
                Enough,
            }

            #[derive(
                Debug,
                Clone,
                PartialEq,
                ReactiveProtocol,
                Serialize,
                Deserialize,
                rkyv::Archive,
                rkyv::Serialize,
                rkyv::Deserialize,
                FixedSize,
            )]
            #[protocol(wire = $back)]
            pub(super) enum Reply {
                Is(u64),
            }

            #[reactive_server]
            fn squares(
                questions: impl Stream<Item = Question>,
                _peer: Peer<Reply>,
            ) -> impl Stream<Item = Reply> {
                questions.filter_map(async |question| match question {
                    Question::Square(n) => Some(Reply::Is(u64::from(n) * u64::from(n))),
                    Question::Enough => None,
                })
            }

            #[reactive_client]
            fn counting(
                replies: impl Stream<Item = Reply>,
                _peer: Peer<Question>,
                tell: mpsc::UnboundedSender<Reply>,
            ) -> impl Stream<Item = Question> {
                let next = replies.enumerate().map(move |(n, reply)| {
                    tell.send(reply).expect("the test listens");
                    match n {
                        0..100 => Question::Square(n as u32 + 1),
                        _ => Question::Enough,
                    }
                });
                stream::iter([Question::Square(0)]).chain(next)
            }

            #[tokio::test]
            async fn each_direction_has_its_wire() {
                for address in ["127.0.0.1:0", "memory://"] {
                    let server = squares::bind(address).await.expect("a server");
                    let (tell, mut told) = mpsc::unbounded_channel();
                    let client = counting::with(tell).connect(server.address());
                    let client = client.await.expect("a client");
                    let reason = soon(client.closed()).await;
                    assert!(
                        matches!(reason, DisconnectReason::ClosingSent),
                        "{reason:?}"
                    );
                    for n in 0..=100 {
                        assert_eq!(told.try_recv(), Ok(Reply::Is(n * n)));
                    }
                    assert!(told.try_recv().is_err());
                    soon(server.shutdown()).await;
                }
            }

            /// The bytes are those that the two wires write.
            #[tokio::test(start_paused = true)]
            async fn each_direction_has_the_bytes_of_its_wire() {
                let (local, mut remote) = duplex(1024);
                let dialog = tokio::spawn(serve_connection(local, squares).into_future());
                let questions = (0..3).map(Question::Square);
                let questions: Vec<_> = questions
                    .flat_map(|one| framed::<$there, _>(&one))
                    .collect();
                for byte in questions {
                    remote.write_all(&[byte]).await.expect("connected");
                    settle().await;
                }
                remote.shutdown().await.expect("connected");
                let mut bytes = Vec::new();
                soon(remote.read_to_end(&mut bytes))
                    .await
                    .expect("no reset");
                drop(remote);
                let replies = [0, 1, 4].map(Reply::Is);
                let replies: Vec<_> = replies
                    .into_iter()
                    .flat_map(|one| framed::<$back, _>(&one))
                    .collect();
                assert_eq!(bytes, replies);
                soon(dialog)
                    .await
                    .expect("no panic")
                    .expect("a valid config");
            }
        }
    };
}

directions! { json_and_postcard: Json, Postcard }
directions! { fixed_and_ron: Fixed, Ron }
directions! { ron_and_fixed: Ron, Fixed }
directions! { rkyv_and_fixed: Rkyv, Fixed }
directions! { postcard_and_rkyv: Postcard, Rkyv }

/// Views one way, records the other.
#[tokio::test]
async fn views_arrive_while_records_leave() {
    for address in ["127.0.0.1:0", "memory://"] {
        let server = Server::bind(address)
            .serve(|orders: Incoming<View<Order>>, _peer: Peer<Price>| {
                orders.map(|order| match &*order {
                    ArchivedOrder::Of { item, count } => {
                        Price::Cents(item.len() as u32 * count.to_native())
                    }
                    ArchivedOrder::Leave => Price::Nothing,
                })
            })
            .await
            .expect("a server");
        let (tell, mut told) = mpsc::unbounded_channel();
        let run = move |mut prices: Incoming<Price>, peer: Peer<Order>| {
            let tell = tell.clone();
            async move {
                let item = "bread".to_owned();
                peer.send(Order::Of { item, count: 3 })
                    .await
                    .expect("connected");
                let price = prices.next().await.expect("a price");
                tell.send(price).expect("the test listens");
                peer.send(Order::Leave).await.expect("connected");
                std::future::pending::<()>().await
            }
        };
        let client = Client::connect(server.address()).run(run);
        let client = client.await.expect("a client");
        let reason = soon(client.closed()).await;
        assert!(
            matches!(reason, DisconnectReason::ClosingSent),
            "{reason:?}"
        );
        assert_eq!(told.try_recv(), Ok(Price::Cents(15)));
        soon(server.shutdown()).await;
    }
}

#[derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize, ReactiveProtocol)]
#[protocol(wire = Rkyv)]
enum Order {
    Of {
        item: String,
        count: u32,
    },
    #[protocol(closing)]
    Leave,
}

#[derive(Debug, PartialEq, ReactiveProtocol)]
#[protocol(wire = Fixed)]
enum Price {
    Cents(u32),
    Nothing,
}
