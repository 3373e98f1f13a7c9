//! Shared processors: one handler for all connections, over every channel.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use futures::{Stream, StreamExt, future::join_all, stream};
#[cfg(feature = "mutiny")]
use reactive_messaging::queue::{Crossbeam, FullSync};
use reactive_messaging::{
    ConnectionId, DisconnectReason, Input, Inputs, Peer, Server, queue::Channel, queue::Tokio,
    reactive_server, testing,
};
use tests::{Answer, Ask, Events, Raw, WireKind, answer, connect, soon, until};
use tokio::{io::duplex, sync::Notify};

/// Runs a test over each channel.
macro_rules! over_each_channel {
    ($($test:ident)*) => { $( mod $test {
        use super::*;

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn tokio() {
            super::$test(Tokio::<64>).await;
        }

        #[cfg(feature = "mutiny")]
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn crossbeam() {
            super::$test(Crossbeam::<64>).await;
        }

        #[cfg(feature = "mutiny")]
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn full_sync() {
            super::$test(FullSync::<64>).await;
        }
    } )* };
}

over_each_channel! {
    all_connections_meet_in_one_handler_each_in_order
    a_connection_is_always_processed_by_the_same_processor
    what_one_says_everyone_hears
}

type Both = (Peer<Answer>, Input<Ask>);

fn messages((peer, input): Both) -> Option<(Peer<Answer>, Answer)> {
    match input {
        Input::Message(ask) => Some((peer, answer(ask))),
        Input::Arrived | Input::Left(_) => None,
    }
}

/// Sends numbers and FIN, and returns what comes back until FIN.
async fn talk(server: &Server<Answer>, count: u32) -> Vec<Answer> {
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    let asks: Vec<_> = (0..count).map(Ask::Number).collect();
    raw.write(&WireKind::Ron.frames(&asks)).await;
    raw.finish().await;
    raw.rest().await
}

fn numbers(count: u32) -> Vec<Answer> {
    (0..count).map(Answer::Number).collect()
}

async fn all_connections_meet_in_one_handler_each_in_order(channel: impl Channel) {
    const CONNECTIONS: usize = 64;
    const COUNT: u32 = 500;
    let present = Arc::new(Mutex::new(HashMap::<ConnectionId, u32>::new()));
    let (events, seen) = (Events::default(), present.clone());
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(move |inputs: Inputs<Ask, Answer>| {
            let seen = seen.clone();
            let mut room = HashMap::new();
            inputs.map(move |(peer, input)| {
                let reply = match input {
                    Input::Arrived => {
                        assert!(room.insert(peer.id(), 0).is_none());
                        None
                    }
                    Input::Message(Ask::Number(number)) => {
                        let expected = room.get_mut(&peer.id()).expect("it has arrived");
                        assert_eq!(number, *expected);
                        *expected += 1;
                        Some((peer.clone(), Answer::Number(number)))
                    }
                    Input::Message(other) => panic!("{other:?}"),
                    Input::Left(reason) => {
                        assert!(matches!(reason, DisconnectReason::RemoteClosed));
                        let count = room.remove(&peer.id()).expect("it has arrived");
                        seen.lock().unwrap().insert(peer.id(), count);
                        None
                    }
                };
                reply.filter(|_| true)
            })
        })
        .channel(channel)
        .on_event(events.listener())
        .await
        .unwrap();
    let told = soon(join_all((0..CONNECTIONS).map(|_| talk(&server, COUNT)))).await;
    assert!(told.into_iter().all(|told| told == numbers(COUNT)));
    events.left_by(CONNECTIONS).await;
    let report = soon(server.shutdown()).await;
    assert_eq!((report.aborted, report.messages_undelivered), (0, 0));
    events.assert_paired(CONNECTIONS);
    assert_eq!(present.lock().unwrap().len(), CONNECTIONS);
    assert!(
        present
            .lock()
            .unwrap()
            .values()
            .all(|count| *count == COUNT)
    );
    let [stats] = server.processors()[..] else {
        panic!("{:?}", server.processors());
    };
    // barriers are items, too
    let items = CONNECTIONS as u64 * (u64::from(COUNT) + 3);
    assert_eq!((stats.queue.processed, stats.queue.depth), (items, 0));
    assert_eq!((stats.replies_dropped, stats.handler_errors), (0, 0));
}

async fn a_connection_is_always_processed_by_the_same_processor(channel: impl Channel) {
    let begun = Arc::new(AtomicUsize::new(0));
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(move |inputs: Inputs<Ask, Answer>| {
            let processor = begun.fetch_add(1, Relaxed) as u32;
            inputs.map(move |(peer, input)| match input {
                Input::Message(_) => {
                    let number = processor * 1_000_000 + peer.id().get() as u32;
                    Some((peer, Answer::Number(number)))
                }
                Input::Arrived | Input::Left(_) => None,
            })
        })
        .channel(channel)
        .processors(3)
        .await
        .unwrap();
    let told = soon(join_all((0..12).map(|_| talk(&server, 20)))).await;
    let mut by_remainder = HashMap::new();
    for told in told {
        assert_eq!(told.len(), 20);
        let Answer::Number(first) = told[0] else {
            panic!("{told:?}");
        };
        assert!(told.iter().all(|told| *told == Answer::Number(first)));
        let (processor, id) = (first / 1_000_000, first % 1_000_000);
        assert_eq!(*by_remainder.entry(id % 3).or_insert(processor), processor);
    }
    let mut processors: Vec<_> = by_remainder.into_values().collect();
    processors.sort_unstable();
    processors.dedup();
    assert!(processors.len() > 1, "{processors:?}");
    assert_eq!(server.processors().len(), 3);
    soon(server.shutdown()).await;
}

async fn what_one_says_everyone_hears(channel: impl Channel) {
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(|inputs: Inputs<Ask, Answer>| {
            let mut room: Vec<Peer<Answer>> = Vec::new();
            inputs.flat_map(move |(peer, input)| {
                let mut replies = Vec::new();
                match input {
                    Input::Arrived => {
                        room.push(peer.clone());
                        replies.push((peer, Answer::World));
                    }
                    Input::Message(ask) => {
                        let everyone = room.iter().cloned();
                        replies.extend(everyone.map(|member| (member, answer(ask.clone()))));
                    }
                    Input::Left(_) => room.retain(|member| member.id() != peer.id()),
                }
                stream::iter(replies)
            })
        })
        .channel(channel)
        .await
        .unwrap();
    let mut members = Vec::new();
    for _ in 0..8 {
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        assert_eq!(raw.answer().await, Answer::World);
        members.push(raw);
    }
    for (number, member) in members.iter_mut().enumerate() {
        member.ask(&Ask::Number(number as u32)).await;
    }
    let mut orders = Vec::new();
    for member in &mut members {
        orders.push(member.answers(8).await);
    }
    // one handler: everyone hears the same, in the same order
    assert!(orders.iter().all(|order| *order == orders[0]));
    soon(server.shutdown()).await;
}

/// The first answer waits for what the second one releases.
fn crossed(
    inputs: impl Stream<Item = Both>,
    release: Arc<Notify>,
) -> impl Stream<Item = impl Future<Output = Option<(Peer<Answer>, Answer)>>> {
    inputs.map(move |(peer, input)| {
        let release = release.clone();
        async move {
            match &input {
                Input::Message(Ask::Number(0)) => release.notified().await,
                Input::Message(_) => release.notify_one(),
                _ => {}
            }
            messages((peer, input))
        }
    })
}

#[reactive_server(shared, concurrency = 4)]
async fn ordered(
    inputs: impl Stream<Item = (Peer<Answer>, Input<Ask>)>,
    release: Arc<Notify>,
) -> impl Stream<Item = impl Future<Output = Option<(Peer<Answer>, Answer)>>> {
    crossed(inputs, release)
}

#[reactive_server(shared, concurrency = 4, unordered, capacity = 8, processors = 1)]
async fn unordered(
    inputs: Inputs<Ask, Answer>,
    release: Arc<Notify>,
) -> impl Stream<Item = impl Future<Output = Option<(Peer<Answer>, Answer)>>> {
    crossed(inputs, release)
}

#[tokio::test]
async fn futures_of_all_connections_run_side_by_side_in_order_or_not() {
    let release = || Arc::new(Notify::new());
    let server = ordered::with(release()).bind("127.0.0.1:0").await.unwrap();
    assert_eq!(talk(&server, 2).await, numbers(2));
    soon(server.shutdown()).await;
    let server = unordered::with(release())
        .bind("127.0.0.1:0")
        .await
        .unwrap();
    assert_eq!(
        talk(&server, 2).await,
        [Answer::Number(1), Answer::Number(0)]
    );
    soon(server.shutdown()).await;
}

#[reactive_server(shared, concurrency = 8, unordered)]
async fn slow(
    inputs: Inputs<Ask, Answer>,
    release: Arc<Notify>,
) -> impl Stream<Item = impl Future<Output = Option<(Peer<Answer>, Answer)>>> {
    inputs.map(move |(peer, input)| {
        let release = release.clone();
        async move {
            match &input {
                Input::Message(Ask::Number(_)) => release.notified().await,
                Input::Message(Ask::Hello) => std::future::pending().await,
                _ => {}
            }
            messages((peer, input))
        }
    })
}

#[tokio::test]
async fn c2_half_close_waits_for_the_futures_that_were_begun_before_and_no_others() {
    let release = Arc::new(Notify::new());
    let server = slow::with(release.clone())
        .bind("127.0.0.1:0")
        .await
        .unwrap();
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.write(&WireKind::Ron.frames(&[Ask::Number(0), Ask::Number(1)]))
        .await;
    raw.finish().await;
    // arrival, two messages, the end
    until(|| server.processors()[0].queue.processed == 4).await;
    let mut other = Raw::new(connect(&server.address()).await, WireKind::Ron);
    other.ask(&Ask::Hello).await;
    until(|| server.processors()[0].queue.processed == 6).await;
    release.notify_one();
    release.notify_one();
    let mut told = raw.rest().await;
    told.sort_by_key(|told| matches!(told, Answer::Number(1)));
    assert_eq!(told, numbers(2));
    drop(server);
}

#[tokio::test]
async fn a_connection_by_itself_has_a_processor_of_its_own() {
    let (local, remote) = duplex(1024);
    let release = Arc::new(Notify::new());
    let dialog = tokio::spawn(ordered::with(release).serve_connection(local).into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    raw.write(b"Number(0)\nNumber(1)\n").await;
    raw.finish().await;
    assert_eq!(raw.rest().await, numbers(2));
    drop(raw);
    let reason = soon(dialog).await.unwrap().unwrap();
    assert!(
        matches!(reason, DisconnectReason::RemoteClosed),
        "{reason:?}"
    );
}

#[tokio::test]
async fn a_shared_handler_is_tested_without_connections() {
    let (alice, _) = testing::peer::<Answer>();
    let (bob, _) = testing::peer::<Answer>();
    let inputs = [
        (alice.clone(), Input::Arrived),
        (bob.clone(), Input::Arrived),
        (bob.clone(), Input::Message(Ask::Number(1))),
        (alice.clone(), Input::Left(DisconnectReason::RemoteClosed)),
    ];
    let replies = Inputs::from_stream(stream::iter(inputs)).map(messages);
    let replies: Vec<_> = soon(replies.collect()).await;
    let [None, None, Some((peer, Answer::Number(1))), None] = &replies[..] else {
        panic!("{replies:?}");
    };
    assert_eq!(peer.id(), bob.id());
}

#[tokio::test]
async fn a_handler_in_loop_style_sends_through_peers() {
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(|mut inputs: Inputs<Ask, Answer>| async move {
            while let Some((peer, input)) = inputs.next().await {
                if let Input::Message(ask) = input {
                    // whoever is gone hears nothing
                    let _ = peer.send(answer(ask)).await;
                }
            }
        })
        .await
        .unwrap();
    assert_eq!(talk(&server, 1_000).await, numbers(1_000));
    soon(server.shutdown()).await;
}

#[tokio::test]
async fn another_wire_and_closing_messages() {
    let events = Events::default();
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(|inputs: Inputs<Ask, Answer>| inputs.map(messages))
        .wire(reactive_messaging::Json)
        .on_event(events.listener())
        .await
        .unwrap();
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Json);
    raw.ask(&Ask::Number(7)).await;
    raw.ask(&Ask::Quit).await;
    assert_eq!(raw.rest().await, [Answer::Number(7), Answer::Bye]);
    drop(raw);
    let reason = events.left_by(1).await;
    assert!(
        matches!(reason, DisconnectReason::ClosingReceived),
        "{reason:?}"
    );
    soon(server.shutdown()).await;
    events.assert_paired(1);
}
