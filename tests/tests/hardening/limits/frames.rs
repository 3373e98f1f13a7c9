//! What a message may be: `max_frame_len`, `max_depth`, `max_decode_errors`.

use reactive_messaging::{
    ConstConfig, DecodeError, DisconnectReason, Incoming, Peer, ReactiveProtocol,
    error::FrameError,
    serve_connection,
    wire::{Json, Ron},
};
use tests::{Answer, Ask, Raw, WireKind, echo, on_wire, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use super::dialog::{Begun, CONFIG};

fn text(len: usize) -> String {
    "x".repeat(len)
}

/// A payload of the limit is a message, a byte more is none.
#[tokio::test(start_paused = true)]
async fn f1_f2_a_frame_may_be_as_long_as_its_limit() {
    let own = ConstConfig {
        max_frame_len: 300,
        ..CONFIG
    };
    for (config, limit) in [(CONFIG, 64 * 1024), (own, 300)] {
        for wire in [WireKind::Ron, WireKind::Json, WireKind::Postcard] {
            let overhead = wire.frame(&Ask::Text(text(limit - 20))).len() - (limit - 20);
            // what frames the payload is not counted: a line feed, or four bytes
            let framing = if wire == WireKind::Postcard { 4 } else { 1 };
            let longest = limit - (overhead - framing);
            for (len, fits) in [(longest, true), (longest + 1, false)] {
                let (local, remote) = duplex(256 * 1024);
                let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| {
                    use futures::StreamExt;
                    asks.map(|_| Answer::World)
                });
                let dialog = on_wire!(dialog, wire).config(config).into_future();
                let dialog = tokio::spawn(dialog);
                let mut raw = Raw::new(remote, wire);
                raw.ask(&Ask::Text(text(len))).await;
                let answer = raw.answer().await;
                assert_eq!(answer == Answer::World, fits, "{wire:?} {len}: {answer:?}");
                drop(raw);
                let reason = soon(dialog).await.unwrap().unwrap();
                match reason {
                    DisconnectReason::RemoteClosed => assert!(fits),
                    DisconnectReason::Frame(FrameError::TooLong { max, .. }) => {
                        assert_eq!((fits, max), (false, limit));
                    }
                    other => panic!("{wire:?}: {other:?}"),
                }
            }
        }
    }
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
enum Nested {
    End,
    In(Box<Nested>),
}

impl ReactiveProtocol for Nested {
    type Wire = Ron;
}

/// So many levels are a message, one more is none.
#[tokio::test(start_paused = true)]
async fn f8_a_message_may_nest_as_deep_as_its_limit() {
    for max_depth in [1, 5, 32, 128] {
        let config = ConstConfig {
            max_depth,
            ..CONFIG
        };
        let ron = |levels: usize| "In(".repeat(levels) + "End" + &")".repeat(levels) + "\n";
        let json =
            |levels: usize| r#"{"In":"#.repeat(levels) + r#""End""# + &"}".repeat(levels) + "\n";
        for (is_json, levels) in [
            (false, max_depth),
            (false, max_depth + 1),
            (true, max_depth),
            (true, max_depth + 1),
        ] {
            let (local, mut remote) = duplex(64 * 1024);
            let dialog =
                serve_connection(local, |nested: Incoming<Nested>, _peer: Peer<Nested>| {
                    nested
                });
            let (dialog, sent) = match is_json {
                false => (dialog, ron(levels)),
                true => (dialog.wire(Json), json(levels)),
            };
            let dialog = tokio::spawn(dialog.config(config).into_future());
            remote.write_all(sent.as_bytes()).await.unwrap();
            remote.shutdown().await.unwrap();
            let mut echoed = String::new();
            soon(remote.read_to_string(&mut echoed)).await.unwrap();
            let reason = soon(dialog).await.unwrap().unwrap();
            if levels <= max_depth {
                assert_eq!(echoed, sent);
            } else {
                assert_eq!(echoed, "");
                assert!(
                    matches!(
                        reason,
                        DisconnectReason::Decode(DecodeError::TooDeep { max }) if max == max_depth
                    ),
                    "{reason:?}"
                );
            }
        }
    }
}

/// Mistakes in a row count, and a message in between makes them forgotten.
#[tokio::test(start_paused = true)]
async fn r5_so_many_mistakes_in_a_row_end_the_dialog() {
    for limit in [1, 2, 5] {
        let config = ConstConfig {
            max_decode_errors: limit,
            ..CONFIG
        };
        let mut begun = Begun::new(1024, config, |asks, _peer| echo(asks));
        for _ in 0..3 {
            for _ in 1..limit {
                begun.remote.write(b"Nonsense\n").await;
                assert!(matches!(begun.remote.answer().await, Answer::Error(_)));
            }
            begun.remote.ask(&Ask::Hello).await;
            assert_eq!(begun.remote.answer().await, Answer::World);
        }
        for _ in 0..limit {
            begun.remote.write(b"Nonsense\n").await;
        }
        let rest = begun.remote.rest().await;
        assert_eq!(rest.len(), limit as usize);
        let reason = begun.reason().await;
        assert!(matches!(reason, DisconnectReason::Decode(_)), "{reason:?}");
    }
}
