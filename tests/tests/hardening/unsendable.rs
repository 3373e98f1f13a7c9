//! F14: messages of ours that cannot be sent.

use std::future::IntoFuture;

use futures::StreamExt;
use reactive_messaging::{
    ConstConfig, DisconnectReason, EncodeError, Incoming, Peer, ReactiveProtocol, Ron, SendError,
    serve_connection,
};
use serde::{Deserialize, Serialize, Serializer};
use tests::{Answer, Ask, Raw, WireKind, answer, on_wire, soon};
use tokio::io::duplex;

const CONFIG: ConstConfig = ConstConfig {
    max_frame_len: 256,
    ..ConstConfig::default()
};

#[tokio::test(start_paused = true)]
async fn f14_an_oversized_message_comes_back_before_any_byte_is_queued() {
    for wire in WireKind::ALL {
        let (local, remote) = duplex(1024);
        let dialog = serve_connection(
            local,
            move |mut asks: Incoming<Ask>, peer: Peer<Answer>| async move {
                let long = Answer::Text("x".repeat(300));
                for refused in [peer.send(long.clone()).await, peer.try_send(long.clone())] {
                    match refused {
                        Err(SendError::Encode(
                            message,
                            EncodeError::TooLong {
                                len: 300..,
                                max: 256,
                            },
                        )) if wire != WireKind::Fixed => assert_eq!(message, long),
                        // it is the message that has no room in a record
                        Err(SendError::Encode(message, EncodeError::Serialize(_)))
                            if wire == WireKind::Fixed =>
                        {
                            assert_eq!(message, long);
                        }
                        other => panic!("{other:?}"),
                    }
                }
                assert_eq!(peer.pending_bytes(), 0);
                while let Some(ask) = asks.next().await {
                    peer.send(answer(ask)).await.unwrap();
                }
            },
        );
        let dialog = dialog.config(CONFIG);
        let dialog = tokio::spawn(on_wire!(dialog, wire).into_future());
        let mut raw = Raw::new(remote, wire);
        raw.ask(&Ask::Number(5)).await;
        raw.finish().await;
        assert_eq!(raw.rest().await, [Answer::Number(5)]);
        drop(raw);
        let reason = soon(dialog).await.unwrap();
        assert!(
            matches!(reason, Ok(DisconnectReason::RemoteClosed)),
            "{reason:?}"
        );
    }
}

/// And so does one that cannot be serialized, however far that got.
#[tokio::test(start_paused = true)]
async fn f14_a_message_that_fails_to_serialize_comes_back_before_any_byte_is_queued() {
    let (local, remote) = duplex(1024);
    let dialog = serve_connection(
        local,
        |mut asks: Incoming<Ask>, peer: Peer<Unwritable>| async move {
            while let Some(ask) = asks.next().await {
                let Ask::Number(number) = ask else { break };
                let before = peer.pending_bytes();
                let unwritable = || Unwritable::Half("half a message".into(), ());
                for refused in [peer.send(unwritable()).await, peer.try_send(unwritable())] {
                    let is_back = |message: &Unwritable| matches!(message, Unwritable::Half(..));
                    match refused {
                        Err(SendError::Encode(message, EncodeError::Serialize(_))) => {
                            assert!(is_back(&message));
                        }
                        other => panic!("{other:?}"),
                    }
                }
                assert_eq!(peer.pending_bytes(), before);
                peer.send(Unwritable::Number(number)).await.unwrap();
            }
        },
    );
    let dialog = tokio::spawn(dialog.into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    raw.write(b"Number(1)\nNumber(2)\n").await;
    raw.finish().await;
    assert_eq!(raw.rest().await, [Answer::Number(1), Answer::Number(2)]);
    let reason = soon(dialog).await.unwrap();
    assert!(
        matches!(reason, Ok(DisconnectReason::RemoteClosed)),
        "{reason:?}"
    );
}

/// Fails to serialize once it is half written.
#[derive(Debug, Serialize, Deserialize)]
enum Unwritable {
    Number(u32),
    Half(String, #[serde(serialize_with = "never")] ()),
}

impl ReactiveProtocol for Unwritable {
    type Wire = Ron;
}

fn never<S: Serializer>((): &(), _: S) -> Result<S::Ok, S::Error> {
    Err(serde::ser::Error::custom("never"))
}

/// The same for what a stream yields: the remote is told, and the dialog goes on.
#[tokio::test(start_paused = true)]
async fn f14_an_oversized_item_is_told_and_the_connection_lives() {
    let (local, remote) = duplex(4096);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| {
        asks.map(|ask| match ask {
            Ask::Hello => Answer::Text("x".repeat(300)),
            other => answer(other),
        })
    });
    let dialog = tokio::spawn(dialog.config(CONFIG).into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    raw.write(b"Number(1)\nHello\nNumber(2)\n").await;
    raw.finish().await;
    let told = raw.rest().await;
    assert!(
        matches!(
            &told[..],
            [Answer::Number(1), Answer::Error(_), Answer::Number(2)]
        ),
        "{told:?}"
    );
    drop(raw);
    soon(dialog).await.unwrap().unwrap();
}
