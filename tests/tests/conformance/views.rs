//! Messages that stay in the bytes in which they came.

use std::sync::{Arc, Mutex};

use futures::{Stream, StreamExt, stream};
use reactive_messaging::{
    Client, DisconnectReason, EncodeError, Incoming, Json, Peer, ReactiveProtocol, Rkyv, SendError,
    Server, View, reactive_server, serve_connection, testing,
};
use serde::{Deserialize, Serialize};
use tests::{
    Answer, Counted, Events, Raw, WireKind, connect, framed, settle, soon, unframed, until,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    sync::mpsc,
};

/// Archives of every alignment: 1, 4, 8 and 16 bytes.
#[derive(
    Debug, Clone, PartialEq, ReactiveProtocol, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize,
)]
#[rkyv(compare(PartialEq), derive(Debug))]
#[protocol(wire = Rkyv)]
enum News {
    Text(String),
    Numbers {
        wide: Vec<u128>,
        small: Vec<u8>,
    },
    Pair(u64, Option<Box<u32>>),
    #[protocol(closing)]
    Last(String),
    #[protocol(closing)]
    End,
    #[protocol(error)]
    Mistake(String),
}

fn news() -> Vec<News> {
    vec![
        News::Text("a text that is not short enough to be inline".into()),
        News::Text("é".into()),
        News::Numbers {
            wide: vec![u128::MAX, 0, 1 << 100],
            small: vec![1, 2, 3],
        },
        News::Pair(u64::MAX, Some(Box::new(7))),
        News::Numbers {
            wide: Vec::new(),
            small: vec![9; 5],
        },
        News::Pair(0, None),
    ]
}

/// Echoes what it views, without taking it apart.
#[reactive_server]
fn relay(
    news: impl Stream<Item = View<News>>,
    _peer: Peer<View<News>>,
) -> impl Stream<Item = View<News>> {
    news
}

/// Everything that is sent back on `remote`, up to the end.
async fn rest(remote: &mut (impl AsyncReadExt + Unpin)) -> Vec<News> {
    let mut bytes = Vec::new();
    soon(remote.read_to_end(&mut bytes))
        .await
        .expect("no reset");
    let mut news = Vec::new();
    while let Some(one) = unframed::<Rkyv, _>(&mut bytes) {
        news.push(one);
    }
    assert!(bytes.is_empty(), "a frame that was cut");
    news
}

fn frames(news: &[News]) -> Vec<u8> {
    news.iter().flat_map(framed::<Rkyv, _>).collect()
}

/// Wherever the bytes are cut, and so however an archive comes to lie in memory.
#[tokio::test(start_paused = true)]
async fn f4_views_are_the_same_at_every_split_point() {
    let sent = news();
    let bytes = frames(&sent);
    for split in 0..=bytes.len() {
        assert_eq!(relayed(&bytes, split, usize::MAX).await, sent, "at {split}");
    }
    for piece in [1, 2, 3, 5, 7] {
        assert_eq!(relayed(&bytes, 0, piece).await, sent, "by {piece}");
    }
}

async fn relayed(bytes: &[u8], split: usize, piece: usize) -> Vec<News> {
    let (local, mut remote) = duplex(64 * 1024);
    let mut local = Counted::new(local);
    (local.read_at_most, local.write_at_most) = (piece, piece);
    let dialog = tokio::spawn(serve_connection(local, relay).into_future());
    soon(remote.write_all(&bytes[..split]))
        .await
        .expect("connected");
    settle().await;
    soon(remote.write_all(&bytes[split..]))
        .await
        .expect("connected");
    remote.shutdown().await.expect("connected");
    let news = rest(&mut remote).await;
    let reason = soon(dialog).await.expect("no panic");
    assert!(
        matches!(reason, Ok(DisconnectReason::RemoteClosed)),
        "{reason:?}"
    );
    news
}

/// Views go to other tasks and stay when their connection, its server and its buffers are gone.
#[tokio::test]
async fn views_outlive_their_connection_in_another_task() {
    for address in ["127.0.0.1:0", "memory://"] {
        for compacts in [false, true] {
            let (keep, mut kept) = mpsc::unbounded_channel::<View<News>>();
            let keeper = tokio::spawn(async move {
                let mut views = Vec::new();
                while let Some(view) = kept.recv().await {
                    views.push(if compacts {
                        view.compact()
                    } else {
                        view.clone()
                    });
                }
                views
            });
            let events = Events::default();
            let server = Server::bind(address)
                .serve(move |news: Incoming<View<News>>, _peer: Peer<Answer>| {
                    let keep = keep.clone();
                    news.map(move |view| keep.send(view).expect("the keeper listens"))
                })
                .wire(Rkyv)
                .on_event(events.listener())
                .await
                .expect("a server");
            let mut remote = connect(&server.address()).await;
            let sent: Vec<_> = (0..20).flat_map(|_| news()).collect();
            soon(remote.write_all(&frames(&sent)))
                .await
                .expect("connected");
            drop(remote);
            events.left_by(1).await;
            soon(server.shutdown()).await;
            drop(server);
            let views = soon(keeper).await.expect("no panic");
            // other memory would be written over here
            let reader = std::thread::spawn(move || {
                assert_eq!(views.len(), sent.len());
                for (view, news) in views.iter().zip(&sent) {
                    assert_eq!(view, news);
                    assert_eq!(view.to_message().as_ref(), Ok(news));
                }
            });
            reader.join().expect("no panic");
        }
    }
}

/// A view of one connection is sent on through the peer of another.
#[tokio::test]
async fn views_are_relayed_to_other_connections() {
    let server = Server::bind("memory://")
        .serve(|news: Incoming<View<News>>, _peer: Peer<View<News>>| news.map(|_| ()))
        .await
        .expect("a server");
    let mut listeners = Vec::new();
    for _ in 0..3 {
        listeners.push(connect(&server.address()).await);
    }
    until(|| server.peers().len() == 3).await;
    let peers: Vec<Peer<View<News>>> = server.peers();
    let hub = Server::bind("127.0.0.1:0")
        .serve(move |news: Incoming<View<News>>, _peer: Peer<News>| {
            let peers = peers.clone();
            news.then(move |view| {
                let peers = peers.clone();
                async move {
                    for peer in &peers {
                        peer.send(view.clone()).await.expect("connected");
                    }
                }
            })
        })
        .await
        .expect("a server");
    let sent = news();
    let run = {
        let sent = sent.clone();
        move |_news: Incoming<News>, _peer: Peer<News>| stream::iter(sent.clone())
    };
    let client = Client::connect(hub.address())
        .run(run)
        .await
        .expect("a client");
    soon(client.closed()).await;
    soon(hub.shutdown()).await;
    soon(server.shutdown()).await;
    for mut listener in listeners {
        assert_eq!(rest(&mut listener).await, sent);
    }
}

/// Closing variants are recognised in their archived form, with fields and without, on both sides.
#[tokio::test(start_paused = true)]
async fn closing_variants_are_recognised_as_views() {
    for closing in [News::Last("said".into()), News::End] {
        let seen: Arc<Mutex<Vec<News>>> = Arc::default();
        let record = seen.clone();
        let (local, mut remote) = duplex(1024);
        let handler = move |news: Incoming<View<News>>, _peer: Peer<News>| {
            let record = record.clone();
            news.map(move |view| {
                record
                    .lock()
                    .expect("no panic")
                    .push(view.to_message().expect("valid"))
            })
        };
        let dialog = tokio::spawn(serve_connection(local, handler).into_future());
        let sent = [News::Pair(1, None), closing.clone(), News::Pair(2, None)];
        soon(remote.write_all(&frames(&sent)))
            .await
            .expect("connected");
        assert!(rest(&mut remote).await.is_empty());
        drop(remote);
        let reason = soon(dialog).await.expect("no panic");
        assert!(
            matches!(reason, Ok(DisconnectReason::ClosingReceived)),
            "{reason:?}"
        );
        assert_eq!(*seen.lock().expect("no panic"), sent[..2]);

        // sent as a view, it closes, too
        let (local, mut remote) = duplex(1024);
        let sent = closing.clone();
        let handler = move |news: Incoming<News>, _peer: Peer<View<News>>| {
            let views = [News::Pair(1, None), sent.clone(), News::Pair(2, None)];
            let views = views.map(|news| View::of(&news).expect("an archive"));
            stream::iter(views).chain(news.filter_map(async |_| None))
        };
        let dialog = tokio::spawn(serve_connection(local, handler).into_future());
        assert_eq!(rest(&mut remote).await, [News::Pair(1, None), closing]);
        drop(remote);
        let reason = soon(dialog).await.expect("no panic");
        assert!(
            matches!(reason, Ok(DisconnectReason::ClosingSent)),
            "{reason:?}"
        );
    }
}

/// A protocol of another wire, whose messages can be viewed where a handler speaks `Rkyv`.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Serialize,
    Deserialize,
    ReactiveProtocol,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[protocol(wire = Json, views)]
enum Command {
    Go {
        to: String,
    },
    #[protocol(closing)]
    Stop {
        why: String,
    },
    #[protocol(error)]
    Wrong {
        text: String,
    },
}

#[reactive_server(wire = Rkyv)]
fn distance(
    commands: impl Stream<Item = View<Command>>,
    _peer: Peer<Answer>,
) -> impl Stream<Item = Answer> {
    commands.map(|command| match &*command {
        ArchivedCommand::Go { to } => Answer::Number(to.len() as u32),
        ArchivedCommand::Stop { why } | ArchivedCommand::Wrong { text: why } => {
            Answer::Text(why.to_string())
        }
    })
}

#[tokio::test(start_paused = true)]
async fn the_key_views_makes_views_of_a_protocol_of_another_wire() {
    let (local, remote) = duplex(1024);
    let handler = |commands: Incoming<View<Command>>, peer: Peer<Answer>| distance(commands, peer);
    let dialog = serve_connection(local, handler).wire(Rkyv).into_future();
    let dialog = tokio::spawn(dialog);
    let mut raw = Raw::new(remote, WireKind::Rkyv);
    let (to, why) = ("the end".to_owned(), "arrived".to_owned());
    for command in [Command::Go { to }, Command::Stop { why }] {
        raw.write(&framed::<Rkyv, _>(&command)).await;
    }
    let told = raw.rest().await;
    assert_eq!(told, [Answer::Number(7), Answer::Text("arrived".into())]);
    drop(raw);
    let reason = soon(dialog).await.expect("no panic");
    assert!(
        matches!(reason, Ok(DisconnectReason::ClosingReceived)),
        "{reason:?}"
    );
    // by itself it is on its own wire
    let mut text = Vec::new();
    Command::Go { to: "x".into() }
        .encode(&mut text)
        .expect("JSON");
    assert_eq!(text, br#"{"Go":{"to":"x"}}"#);
}

/// A remote that sends no archive is told by the error variant, made a view.
#[tokio::test(start_paused = true)]
async fn f11_the_error_variant_is_told_by_a_peer_of_views() {
    let (local, mut remote) = duplex(1024);
    let dialog = tokio::spawn(serve_connection(local, relay).into_future());
    let bad = [&100_u32.to_le_bytes()[..], &[0xFF; 100]].concat();
    let bytes = [framed::<Rkyv, _>(&News::Pair(1, None)), bad].concat();
    soon(remote.write_all(&bytes)).await.expect("connected");
    let told = rest(&mut remote).await;
    assert!(
        matches!(&told[..], [News::Pair(1, None), News::Mistake(_)]),
        "{told:?}"
    );
    drop(remote);
    let reason = soon(dialog).await.expect("no panic");
    assert!(
        matches!(reason, Ok(DisconnectReason::Decode(_))),
        "{reason:?}"
    );
}

/// `testing::peer` for a peer of views, and `View::of` for the messages.
#[tokio::test(start_paused = true)]
async fn handlers_of_views_are_tested_without_sockets() {
    let (peer, sent) = testing::peer::<View<News>>();
    let messages = news();
    let views: Vec<_> = messages
        .iter()
        .map(|news| View::of(news).expect("an archive"))
        .collect();
    let relayed = async move {
        let mut incoming = Incoming::from_stream(stream::iter(views));
        while let Some(view) = incoming.next().await {
            peer.send(view).await.expect("connected");
        }
    };
    soon(relayed).await;
    let sent: Vec<_> = soon(sent.collect()).await;
    assert_eq!(sent.len(), messages.len());
    for (view, news) in sent.iter().zip(&messages) {
        assert_eq!(view, news);
    }
}

/// F14: too long a view is handed back, and is still one.
#[tokio::test(start_paused = true)]
async fn f14_an_oversized_view_comes_back() {
    let (peer, _sent) = testing::peer::<View<News>>();
    let long = News::Text("x".repeat(100_000));
    // it is read by nobody yet, so that no limit stands in its way
    let view = View::of(&long).expect("an archive");
    match soon(peer.send(view)).await {
        Err(SendError::Encode(view, EncodeError::TooLong { len: 100_000.., .. })) => {
            assert_eq!(view, long);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(peer.pending_bytes(), 0);
}
