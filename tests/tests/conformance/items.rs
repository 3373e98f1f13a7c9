//! Every item kind: {`M`, `()`} × {plain, `Option`, `Result`, `Result<Option>`} × {ready, future},
//! and every way to open, by themselves and in a stage.

use std::{future::Future, ops::ControlFlow};

use futures::{Stream, StreamExt, stream};
use reactive_messaging::{
    ConstConfig, DisconnectReason, Incoming, Peer, ServeConnection, Serves, Stage,
    serve_connection, serve_stages,
};
use tests::{Answer, Ask, Raw, WireKind, answer, both, fallible, later, some, soon};
use tokio::io::{DuplexStream, duplex};

type Asks = Incoming<Ask>;
type Out = Peer<Answer>;

/// Asks for three numbers; every second one is left unanswered, the third fails, where they can.
async fn talk(
    dialog: impl Future<Output = Result<DisconnectReason, reactive_messaging::config::ConfigError>>
    + Send
    + 'static,
    remote: DuplexStream,
) -> (Vec<Answer>, DisconnectReason) {
    let dialog = tokio::spawn(dialog);
    let mut raw = Raw::new(remote, WireKind::Ron);
    raw.write(b"Number(1)\nNumber(2)\nNumber(3)\n").await;
    raw.finish().await;
    let told = raw.rest().await;
    drop(raw);
    (told, soon(dialog).await.unwrap().unwrap())
}

fn run<H: Serves>(
    dialog: ServeConnection<H>,
) -> impl Future<Output = Result<DisconnectReason, reactive_messaging::config::ConfigError>>
+ Send
+ 'static {
    dialog.config(ConstConfig::default()).into_future()
}

/// A connection whose second stage is the one to look at.
macro_rules! second_stage {
    ($local:expr, $handler:expr) => {
        run(serve_stages(
            $local,
            || true,
            |is_first, stage: Stage<bool>| async move {
                match is_first {
                    true => stage.run(|_: Asks, _: Peer<Answer, bool>| false).await,
                    false => stage.run($handler).await,
                }
            },
        ))
    };
}

macro_rules! kinds {
    ($($name:ident: $map:expr => [$($told:expr),*];)*) => {$(
        #[tokio::test(start_paused = true)]
        async fn $name() {
            for way in 0..6 {
                let (local, remote) = duplex(1024);
                let (told, reason) = match way {
                    0 => talk(run(serve_connection(local, |asks: Asks, _peer: Out| asks.map($map))), remote).await,
                    1 => talk(run(serve_connection(local, |asks: Asks, _peer: Out| {
                        asks.map(|ask| later($map(ask)))
                    })), remote).await,
                    // opened by an async fn, and fallibly
                    2 => talk(run(serve_connection(local, |asks: Asks, _peer: Out| async move {
                        later(()).await;
                        Ok::<_, String>(asks.map(|ask| later($map(ask))))
                    })), remote).await,
                    // the same in a stage
                    3 => talk(second_stage!(local, |asks: Asks, _: Peer<Answer, bool>| asks.map($map)), remote).await,
                    4 => talk(second_stage!(local, |asks: Asks, _: Peer<Answer, bool>| async move {
                        Ok::<_, String>(asks.map(|ask| later($map(ask))))
                    }), remote).await,
                    // whose items might leave it
                    _ => talk(second_stage!(local, |asks: Asks, _: Peer<Answer, bool>| {
                        asks.map(|ask| later(ControlFlow::<bool, _>::Continue($map(ask))))
                    }), remote).await,
                };
                assert_eq!(told, [$($told),*] as [Answer; _], "{way}");
                assert!(matches!(reason, DisconnectReason::RemoteClosed), "{way}: {reason:?}");
            }
        }
    )*};
}

use Answer::{Error, Number};

kinds! {
    plain_messages: answer => [Number(1), Number(2), Number(3)];
    optional_messages: some => [Number(1), Number(3)];
    fallible_messages: fallible => [Number(1), Number(2), Error("three".into())];
    fallible_optional_messages: both => [Number(1), Error("three".into())];
    nothing: |ask: Ask| drop(ask) => [];
    optional_nothing: |ask: Ask| some(ask).map(drop) => [];
    fallible_nothing: |ask: Ask| fallible(ask).map(drop) => [Error("three".into())];
    fallible_optional_nothing: |ask: Ask| both(ask).map(|reply| reply.map(drop)) => [Error("three".into())];
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_cannot_open_tells_why() {
    let (local, remote) = duplex(1024);
    let sync = run(serve_connection(local, |_asks: Asks, _peer: Out| {
        Err::<stream::Empty<Answer>, _>("not today")
    }));
    let (told, reason) = talk(sync, remote).await;
    assert_eq!(told, [Error("not today".into())]);
    assert!(matches!(&reason, DisconnectReason::HandlerFailed(d) if d.to_string() == "not today"));

    let (local, remote) = duplex(1024);
    let later = run(serve_connection(local, |_asks: Asks, _peer: Out| async {
        later(()).await;
        Err::<stream::Empty<Answer>, _>("not today")
    }));
    let (told, reason) = talk(later, remote).await;
    assert_eq!(told, [Error("not today".into())]);
    assert!(matches!(reason, DisconnectReason::HandlerFailed(_)));
}

#[tokio::test(start_paused = true)]
async fn loop_style_ends_with_its_fn() {
    for fails in [false, true] {
        let (local, remote) = duplex(1024);
        let dialog = run(serve_connection(
            local,
            move |mut asks: Asks, peer: Out| async move {
                while let Some(ask) = asks.next().await {
                    if fails && ask == Ask::Number(2) {
                        return Err("two");
                    }
                    peer.send(answer(ask)).await.unwrap();
                }
                Ok(())
            },
        ));
        let (told, reason) = talk(dialog, remote).await;
        if fails {
            assert_eq!(told, [Number(1), Error("two".into())]);
            assert!(
                matches!(reason, DisconnectReason::HandlerFailed(_)),
                "{reason:?}"
            );
        } else {
            assert_eq!(told, [Number(1), Number(2), Number(3)]);
            assert!(
                matches!(reason, DisconnectReason::RemoteClosed),
                "{reason:?}"
            );
        }
    }
    let (local, remote) = duplex(1024);
    let dialog = run(serve_connection(
        local,
        |asks: Asks, peer: Out| async move {
            asks.for_each(async |ask| peer.send(answer(ask)).await.unwrap())
                .await;
        },
    ));
    let (told, reason) = talk(dialog, remote).await;
    assert_eq!(told, [Number(1), Number(2), Number(3)]);
    assert!(
        matches!(reason, DisconnectReason::RemoteClosed),
        "{reason:?}"
    );
}

/// A handler that never polls its messages, and says something.
#[tokio::test(start_paused = true)]
async fn a_handler_that_never_reads_may_speak() {
    let (local, remote) = duplex(1024);
    let dialog = run(serve_connection(local, |_asks: Asks, _peer: Out| {
        stream::iter([Number(8), Number(9)])
    }));
    let (told, _) = talk(dialog, remote).await;
    assert_eq!(told, [Number(8), Number(9)]);
}

/// The handler is an ordinary fn: it runs on plain streams.
#[tokio::test]
async fn handlers_run_without_a_socket() {
    use reactive_messaging::testing;
    fn handler(asks: impl Stream<Item = Ask>, peer: Peer<Answer>) -> impl Stream<Item = Answer> {
        asks.map(move |ask| {
            peer.try_send(Answer::World).unwrap();
            answer(ask)
        })
    }
    let (peer, sent) = testing::peer();
    let asks = Incoming::from_stream(stream::iter([Ask::Hello, Ask::Quit, Ask::Hello]));
    let yielded: Vec<_> = handler(asks, peer).collect().await;
    assert_eq!(yielded, [Answer::World, Answer::Bye]);
    assert_eq!(
        soon(sent.collect::<Vec<_>>()).await,
        [Answer::World, Answer::World]
    );
}

/// A flooded testing peer has room again as its stream is read.
#[tokio::test(start_paused = true)]
async fn a_testing_peer_has_room_again_as_its_stream_is_read() {
    use reactive_messaging::{SendError, testing};
    let (peer, mut sent) = testing::peer();
    let mut accepted = 0;
    while peer.try_send(Number(accepted)).is_ok() {
        accepted += 1;
    }
    assert!(matches!(
        peer.try_send(Number(0)),
        Err(SendError::Full(Number(0)))
    ));
    let waiting = peer.clone();
    let sender = tokio::spawn(async move { waiting.send(Answer::Bye).await });
    for n in 0..accepted {
        assert_eq!(soon(sent.next()).await, Some(Number(n)));
    }
    assert_eq!(soon(sent.next()).await, Some(Answer::Bye));
    soon(sender).await.unwrap().unwrap();
    assert_eq!(soon(sent.next()).await, None);
    assert!(matches!(
        peer.try_send(Number(0)),
        Err(SendError::Closed(Number(0)))
    ));
}

/// A stage is an ordinary fn, too, and what it is left for can be looked at.
#[tokio::test]
async fn stages_run_without_a_socket() {
    use reactive_messaging::{AdvanceError, testing};
    async fn stage(mut asks: Incoming<Ask>, peer: Peer<Answer, u32>) -> Option<u32> {
        while let Some(Ask::Number(number)) = asks.next().await {
            peer.send(Answer::Number(number)).await.ok()?;
            if number == 2 {
                assert_eq!(peer.advance(number), Ok(()));
                assert_eq!(peer.advance(3), Err(AdvanceError(3)));
                assert!(peer.try_send(Answer::World).is_err());
            }
        }
        Some(4)
    }
    for keeps_peer in [true, false] {
        let (peer, sent, mut advanced) = testing::stage_peer();
        let kept = keeps_peer.then(|| peer.clone());
        assert_eq!(advanced.take(), None);
        let asks = stream::iter([1, 2]).map(Ask::Number);
        assert_eq!(stage(Incoming::from_stream(asks), peer).await, Some(4));
        assert_eq!(advanced.take(), Some(2));
        assert_eq!(advanced.take(), None);
        assert!(kept.as_ref().is_none_or(|peer| peer.advance(5).is_err()));
        let sent = soon(sent.collect::<Vec<_>>()).await;
        assert_eq!(sent, [Number(1), Number(2)]);
    }
}
