//! Every item kind: {`M`, `()`} × {plain, `Option`, `Result`, `Result<Option>`} × {ready, future},
//! and every way to open.

use std::future::Future;

use futures::{Stream, StreamExt, stream};
use reactive_messaging::{
    ConstConfig, DisconnectReason, Handler, Incoming, Peer, ServeConnection, serve_connection,
};
use tests::{Answer, Ask, Raw, WireKind, answer, soon};
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

fn run<H: Handler>(
    dialog: ServeConnection<H>,
) -> impl Future<Output = Result<DisconnectReason, reactive_messaging::config::ConfigError>>
+ Send
+ 'static {
    dialog.config(ConstConfig::default()).into_future()
}

fn some(ask: Ask) -> Option<Answer> {
    (ask != Ask::Number(2)).then(|| answer(ask))
}

fn fallible(ask: Ask) -> Result<Answer, String> {
    if ask == Ask::Number(3) {
        Err("three".into())
    } else {
        Ok(answer(ask))
    }
}

fn both(ask: Ask) -> Result<Option<Answer>, String> {
    fallible(ask).map(|answer| (answer != Answer::Number(2)).then_some(answer))
}

async fn later<T>(item: T) -> T {
    tokio::task::yield_now().await;
    item
}

macro_rules! kinds {
    ($($name:ident: $map:expr => [$($told:expr),*];)*) => {$(
        #[tokio::test(start_paused = true)]
        async fn $name() {
            let (local, remote) = duplex(1024);
            let ready = run(serve_connection(local, |asks: Asks, _peer: Out| asks.map($map)));
            let (told, reason) = talk(ready, remote).await;
            assert_eq!(told, [$($told),*] as [Answer; _], "ready");
            assert!(matches!(reason, DisconnectReason::RemoteClosed), "{reason:?}");

            let (local, remote) = duplex(1024);
            let future = run(serve_connection(local, |asks: Asks, _peer: Out| {
                asks.map(|ask| later($map(ask)))
            }));
            let (told, reason) = talk(future, remote).await;
            assert_eq!(told, [$($told),*] as [Answer; _], "future");
            assert!(matches!(reason, DisconnectReason::RemoteClosed), "{reason:?}");

            // opened by an async fn, and fallibly
            let (local, remote) = duplex(1024);
            let opened = run(serve_connection(local, |asks: Asks, _peer: Out| async move {
                later(()).await;
                Ok::<_, String>(asks.map(|ask| later($map(ask))))
            }));
            let (told, reason) = talk(opened, remote).await;
            assert_eq!(told, [$($told),*] as [Answer; _], "opened");
            assert!(matches!(reason, DisconnectReason::RemoteClosed), "{reason:?}");
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
