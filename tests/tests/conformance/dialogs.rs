//! Every wire × every transport.

use futures::StreamExt;
use reactive_messaging::{
    Bind, Client, Connect, ConstConfig, DisconnectReason, Handler, Incoming, Peer, Server,
};
use tests::{Answer, Ask, Events, RECORD, Raw, WireKind, answer, connect, echo, on_wire, soon};
use tokio::sync::mpsc;

const ADDRESSES: [&str; 2] = ["127.0.0.1:0", "memory://"];

async fn start<H: Handler<Remote = Ask, Local = Answer>>(
    bind: Bind<H>,
    wire: WireKind,
) -> Server<Answer> {
    on_wire!(bind, wire).await.expect("a server")
}

async fn dial<H: Handler<Remote = Answer, Local = Ask>>(
    connect: Connect<H>,
    wire: WireKind,
) -> Client<Ask> {
    on_wire!(connect, wire).await.expect("a client")
}

#[tokio::test]
async fn our_client_and_our_server_talk_in_order() {
    const MESSAGES: u32 = 5_000;
    for address in ADDRESSES {
        for wire in WireKind::ALL {
            let (served, events) = (Events::default(), Events::default());
            let bind = Server::bind(address)
                .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
                .on_event(served.listener());
            let server = start(bind, wire).await;
            let (tell, mut told) = mpsc::unbounded_channel();
            let run = move |answers: Incoming<Answer>, peer: Peer<Ask>| {
                let tell = tell.clone();
                async move {
                    let send = async {
                        for n in 0..MESSAGES {
                            peer.send(Ask::Number(n)).await.unwrap();
                            if n % 100 == 0 {
                                peer.send(Ask::Text(format!("{n} é\u{1F980}\n\r\0\"")))
                                    .await
                                    .unwrap();
                            }
                        }
                        peer.send(Ask::Hello).await.unwrap();
                    };
                    let receive = answers
                        .take_while(|answer| futures::future::ready(*answer != Answer::World))
                        .for_each(|answer| {
                            tell.send(answer).unwrap();
                            futures::future::ready(())
                        });
                    futures::future::join(send, receive).await;
                }
            };
            let client = Client::connect(server.address())
                .run(run)
                .on_event(events.listener());
            let client = dial(client, wire).await;
            let reason = soon(client.closed()).await;
            assert!(
                matches!(reason, DisconnectReason::HandlerEnded),
                "{wire:?} {reason:?}"
            );
            drop(client);
            let mut expected = Vec::new();
            for n in 0..MESSAGES {
                expected.push(Answer::Number(n));
                if n % 100 == 0 {
                    expected.push(Answer::Text(format!("{n} é\u{1F980}\n\r\0\"")));
                }
            }
            let mut received = Vec::new();
            while let Ok(answer) = told.try_recv() {
                received.push(answer);
            }
            assert!(received == expected, "{address} {wire:?}");
            soon(server.shutdown()).await;
            served.assert_paired(1);
            events.assert_paired(1);
            let stats = server.stats();
            assert_eq!(
                stats.totals.messages_received,
                u64::from(MESSAGES + MESSAGES / 100 + 1)
            );
            assert_eq!(stats.totals.messages_sent, stats.totals.messages_received);
            assert_eq!((stats.connections, stats.connections_total), (0, 1));
        }
    }
}

/// Closing variants, from either side, yielded or sent through the peer.
#[tokio::test]
async fn closing_variants_end_the_dialog_on_both_sides() {
    for address in ADDRESSES {
        for wire in WireKind::ALL {
            for through_peer in [false, true] {
                let served = Events::default();
                let bind = Server::bind(address)
                    .serve(move |asks: Incoming<Ask>, peer: Peer<Answer>| {
                        asks.map(move |ask| match ask {
                            Ask::Text(_) if through_peer => {
                                peer.try_send(Answer::Number(1)).unwrap();
                                peer.try_send(Answer::Bye).unwrap();
                                assert!(peer.try_send(Answer::Number(2)).is_err());
                                None
                            }
                            Ask::Text(_) => Some(Answer::Bye),
                            other => Some(answer(other)),
                        })
                    })
                    .on_event(served.listener());
                let server = start(bind, wire).await;

                // the server closes
                let mut raw = Raw::new(connect(&server.address()).await, wire);
                raw.write(&wire.frames(&[Ask::Hello, Ask::Text(String::new()), Ask::Hello]))
                    .await;
                let told = raw.rest().await;
                assert_eq!(told.first(), Some(&Answer::World));
                assert_eq!(told.last(), Some(&Answer::Bye));
                assert_eq!(told.len(), 2 + usize::from(through_peer));
                drop(raw);
                let reason = served.left_by(1).await;
                assert!(
                    matches!(reason, DisconnectReason::ClosingSent),
                    "{reason:?}"
                );

                // the client closes; what it asked before is answered
                let run = move |answers: Incoming<Answer>, peer: Peer<Ask>| async move {
                    peer.send(Ask::Number(1)).await.unwrap();
                    if through_peer {
                        peer.send(Ask::Quit).await.unwrap();
                        assert!(peer.send(Ask::Hello).await.is_err());
                        futures::future::pending::<()>().await;
                    }
                    drop(answers);
                    futures::stream::iter([Ask::Quit, Ask::Hello])
                };
                let client = dial(Client::connect(server.address()).run(run), wire).await;
                let reason = soon(client.closed()).await;
                assert!(
                    matches!(reason, DisconnectReason::ClosingSent),
                    "{wire:?} {reason:?}"
                );
                let reason = served.left_by(2).await;
                assert!(
                    matches!(reason, DisconnectReason::ClosingReceived),
                    "{wire:?} {reason:?}"
                );
                soon(server.shutdown()).await;
                served.assert_paired(2);
            }
        }
    }
}

/// Errors of the handler reach the remote as the protocol's error message.
#[tokio::test]
async fn error_variants_reach_the_remote() {
    for address in ADDRESSES {
        for wire in WireKind::ALL {
            let bind = Server::bind(address).serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| {
                asks.map(|ask| match ask {
                    Ask::Text(text) => Err(format!("{text}\u{1b}{}", "x".repeat(1_000))),
                    other => Ok(answer(other)),
                })
            });
            let server = start(bind, wire).await;
            let mut raw = Raw::new(connect(&server.address()).await, wire);
            raw.write(&wire.frames(&[Ask::Number(1), Ask::Text("sorry".into()), Ask::Number(2)]))
                .await;
            assert_eq!(raw.answer().await, Answer::Number(1));
            match raw.answer().await {
                Answer::Error(text) => {
                    assert!(text.starts_with("sorry\\u{1b}xxx"), "{text}");
                    assert!(text.len() <= 512 + '…'.len_utf8(), "{}", text.len());
                }
                other => panic!("{other:?}"),
            }
            assert_eq!(raw.answer().await, Answer::Number(2));
            drop(raw);
            soon(server.shutdown()).await;
        }
    }
}

/// 1 MiB frames where the limits allow them.
#[tokio::test]
async fn huge_frames_pass_where_the_limits_allow_them() {
    const CONFIG: ConstConfig = ConstConfig {
        max_frame_len: 2 * 1024 * 1024,
        outbound_bytes: 3 * 1024 * 1024,
        ..ConstConfig::default()
    };
    for address in ADDRESSES {
        // records do not grow with what is in them
        for wire in WireKind::OF_ANY_LENGTH {
            let bind = Server::bind(address)
                .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
                .config(CONFIG);
            let server = start(bind, wire).await;
            let run = |mut answers: Incoming<Answer>, peer: Peer<Ask>| async move {
                let text = "é".repeat(524_288);
                peer.send(Ask::Text(text.clone())).await.unwrap();
                peer.send(Ask::Number(7)).await.unwrap();
                assert!(answers.next().await == Some(Answer::Text(text)));
                assert!(answers.next().await == Some(Answer::Number(7)));
            };
            let client = dial(
                Client::connect(server.address()).run(run).config(CONFIG),
                wire,
            )
            .await;
            let reason = soon(client.closed()).await;
            assert!(
                matches!(reason, DisconnectReason::HandlerEnded),
                "{wire:?} {reason:?}"
            );
            soon(server.shutdown()).await;
        }
    }
}

/// Any limits that validate work, however small.
#[tokio::test]
async fn tiny_queues_work() {
    for address in ADDRESSES {
        for wire in WireKind::ALL {
            let longest = if wire == WireKind::Fixed { RECORD } else { 60 };
            let config = ConstConfig {
                max_frame_len: longest,
                inbound_bytes: 1,
                outbound_bytes: longest + 4,
                ..ConstConfig::default()
            };
            let bind = Server::bind(address)
                .serve(|asks: Incoming<Ask>, peer: Peer<Answer>| {
                    echo(asks).then(move |answer| {
                        let peer = peer.clone();
                        async move {
                            peer.send(Answer::World).await.unwrap();
                            answer
                        }
                    })
                })
                .config(config);
            let server = start(bind, wire).await;
            let mut raw = Raw::new(connect(&server.address()).await, wire);
            // no more than the sockets hold: nothing is read before all of it is written
            let asks = (30_000 / wire.frame(&Ask::Number(0)).len()).min(500) as u32;
            let expected: Vec<_> = (0..asks)
                .flat_map(|n| [Answer::World, Answer::Number(n)])
                .collect();
            let asks: Vec<_> = (0..asks).map(Ask::Number).collect();
            raw.write(&wire.frames(&asks)).await;
            raw.finish().await;
            assert_eq!(raw.rest().await, expected, "{address} {wire:?}");
            soon(server.shutdown()).await;
        }
    }
}
