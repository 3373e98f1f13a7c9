//! P1, P7: wherever the bytes are split, each frame belongs to its stage.

use std::ops::ControlFlow;

use futures::{Stream, StreamExt};
use reactive_messaging::{Incoming, Peer, Server, Stage, StageOptions};
use tests::{Answer, Ask, Plan, Raw, WireKind, answer, connect, on_wire, serve_stages, settle};

const WIRES: [WireKind; 5] = [
    WireKind::Ron,
    WireKind::Json,
    WireKind::Postcard,
    WireKind::Rkyv,
    WireKind::Fixed,
];

/// How the first stage is left, by a text.
#[derive(Debug, Clone, Copy)]
enum Leaves {
    Advancing,
    Breaking,
    Returning,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    First,
    Second(u32),
}

fn advancing(asks: Incoming<Ask>, peer: Peer<Answer, State>) -> impl Stream<Item = Answer> {
    asks.map(move |ask| {
        if matches!(ask, Ask::Text(_)) {
            peer.advance(State::Second(7)).expect("a stage");
        }
        answer(ask)
    })
}

fn breaking(
    asks: Incoming<Ask>,
    peer: Peer<Answer, State>,
) -> impl Stream<Item = ControlFlow<State, Answer>> {
    asks.map(move |ask| match ask {
        Ask::Text(text) => {
            peer.try_send(Answer::Text(text)).expect("room");
            ControlFlow::Break(State::Second(7))
        }
        ask => ControlFlow::Continue(answer(ask)),
    })
}

async fn returning(mut asks: Incoming<Ask>, peer: Peer<Answer, State>) -> Option<State> {
    while let Some(ask) = asks.next().await {
        let is_last = matches!(ask, Ask::Text(_));
        peer.send(answer(ask)).await.ok()?;
        if is_last {
            return Some(State::Second(7));
        }
    }
    None
}

/// Two stages, each on its wire. The second one adds what it was handed to all numbers.
async fn two_stages(address: &str, leaves: Leaves, first: WireKind, second: WireKind) -> Server {
    let options = move |wire| on_wire!(StageOptions::<Ask, Answer>::new(), wire);
    Server::bind(address)
        .serve_stages(
            || State::First,
            move |state, stage: Stage<State>| async move {
                match (state, leaves) {
                    (State::First, Leaves::Advancing) => {
                        stage.run_with(&options(first), advancing).await
                    }
                    (State::First, Leaves::Breaking) => {
                        stage.run_with(&options(first), breaking).await
                    }
                    (State::First, Leaves::Returning) => {
                        stage.run_with(&options(first), returning).await
                    }
                    (State::Second(more), _) => {
                        let add = move |asks: Incoming<Ask>, _: Peer<Answer, State>| {
                            asks.map(move |ask| match ask {
                                Ask::Number(number) => Answer::Number(number + more),
                                ask => answer(ask),
                            })
                        };
                        stage.run_with(&options(second), add).await
                    }
                }
            },
        )
        .await
        .expect("a server")
}

/// Whatever the wires, and wherever the bytes are split, each frame is received once, by its own stage.
#[tokio::test(start_paused = true)]
async fn p1_p7_each_frame_belongs_to_its_stage_at_every_split_point() {
    let pairs = WIRES
        .iter()
        .flat_map(|first| WIRES.map(|second| (*first, second)));
    let all_leaves = [Leaves::Advancing, Leaves::Breaking, Leaves::Returning];
    for ((first, second), leaves) in pairs.zip(all_leaves.into_iter().cycle()) {
        let server = two_stages("memory://", leaves, first, second).await;
        let mut bytes = first.frames(&[Ask::Number(1), Ask::Text("go".into())]);
        bytes.extend(second.frames(&[Ask::Number(2), Ask::Text("on".into())]));
        for split in 0..=bytes.len() {
            let mut raw = Raw::new(connect(&server.address()).await, first);
            raw.write(&bytes[..split]).await;
            settle().await;
            raw.write(&bytes[split..]).await;
            let place = format!("{leaves:?}, {first:?} then {second:?}, split at {split}");
            assert_eq!(raw.answer().await, Answer::Number(1), "{place}");
            assert_eq!(raw.answer().await, Answer::Text("go".into()), "{place}");
            raw.wire = second;
            assert_eq!(raw.answer().await, Answer::Number(9), "{place}");
            assert_eq!(raw.answer().await, Answer::Text("on".into()), "{place}");
        }
    }
}

/// Three stages within one write, over a socket of the system.
#[tokio::test]
async fn p1_three_stages_in_one_segment() {
    for wire in WIRES {
        for address in ["127.0.0.1:0", "memory://"] {
            let later = |_, asks: Incoming<Ask>, peer| tests::leaving(asks, peer);
            let plan = Plan::on(WireKind::Ron, wire);
            let (server, tale) = serve_stages(address, plan, tests::leaving, later).await;
            let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
            let mut bytes = WireKind::Ron.frames(&[Ask::Number(1), Ask::Text("one".into())]);
            for (number, text) in [(2, "two"), (3, "three")] {
                bytes.extend(wire.frames(&[Ask::Number(number), Ask::Text(text.into())]));
            }
            raw.write(&bytes).await;
            raw.finish().await;
            for (number, text) in [(1, "one"), (2, "two"), (3, "three")] {
                assert_eq!(raw.answer().await, Answer::Number(number));
                assert_eq!(raw.answer().await, Answer::Text(text.into()));
                raw.wire = wire;
            }
            assert_eq!(raw.rest().await, []);
            drop(raw);
            let middle = ["later arrived", "later Advanced"];
            let (begin, end) = (
                ["first arrived", "first Advanced"],
                ["later arrived", "later RemoteClosed"],
            );
            tale.becomes(&[begin, middle, middle, end].concat()).await;
            let received = tale
                .stats()
                .iter()
                .map(|stats| stats.messages_received)
                .sum::<u64>();
            assert_eq!((received, server.stats().totals.messages_received), (6, 6));
        }
    }
}
