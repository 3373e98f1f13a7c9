//! Shared processors: full queues, peers that do not read, panics, ends.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::handlers::{Fragile, HalfPanics};
use futures::{Stream, StreamExt, stream};
use reactive_messaging::{
    ConnectionId, ConstConfig, DisconnectReason, Input, Inputs, OnError, Peer, RetryingStrategies,
    Server, SharedOutcome, queue::Tokio, reactive_server,
};
use tests::{Answer, Ask, Events, Raw, WireKind, answer, connect, settle, soon, until};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    net::TcpStream,
    sync::{Notify, Semaphore},
    time::{Instant, sleep, timeout},
};

type In = Inputs<Ask, Answer>;
type Both = (Peer<Answer>, Input<Ask>);
type Reply = Option<(Peer<Answer>, Answer)>;

fn messages((peer, input): Both) -> Reply {
    match input {
        Input::Message(ask) => Some((peer, answer(ask))),
        Input::Arrived | Input::Left(_) => None,
    }
}

/// Nothing is processed before there is a permit for it.
#[reactive_server(shared, capacity = 16)]
async fn gated(inputs: Inputs<Ask, Answer>, gate: Arc<Semaphore>) -> impl Stream<Item = Reply> {
    inputs.then(move |input| {
        let gate = gate.clone();
        async move {
            gate.acquire().await.expect("it is never closed").forget();
            messages(input)
        }
    })
}

async fn raw(server: &Server<Answer>) -> Raw<Box<dyn reactive_messaging::transport::Io>> {
    Raw::new(connect(&server.address()).await, WireKind::Ron)
}

#[tokio::test(start_paused = true)]
async fn b4_a_slow_processor_stops_the_reading() {
    const CONFIG: ConstConfig = ConstConfig {
        max_frame_len: 1_000,
        inbound_bytes: 4 * 1024,
        ..ConstConfig::default()
    };
    let gate = Arc::new(Semaphore::new(1));
    let (local, remote) = duplex(1024);
    let dialog = gated::with(gate.clone()).config(CONFIG);
    let dialog = tokio::spawn(dialog.serve_connection(local).into_future());
    let (read, mut write) = tokio::io::split(remote);
    let line = format!("Text(\"{}\")\n", "x".repeat(91));
    let mut written = 0;
    while timeout(Duration::from_millis(50), write.write_all(line.as_bytes()))
        .await
        .is_ok()
    {
        written += 1;
        assert!(written < 1_000, "it reads on and on");
    }
    // the pipe, what is read ahead and not decoded, the queue, and one in the handler's hands
    assert!(written * line.len() <= 1024 + 2 * 4 * 1024 + 17 * line.len());
    gate.add_permits(Semaphore::MAX_PERMITS / 2);
    // the one that was given up was written in part, or not at all
    let mut raw = Raw::new(read.unsplit(write), WireKind::Ron);
    for _ in 0..written {
        assert!(matches!(raw.answer().await, Answer::Text(_)));
    }
    drop(raw);
    soon(dialog).await.unwrap().unwrap();
}

/// A server whose handler does not poll its inputs before `gate` is opened; its queue has two places.
/// It records who left.
async fn closed_gate(
    strategy: RetryingStrategies,
    on_error: OnError,
) -> (Server<Answer>, Arc<Notify>, Ledger, Events) {
    let config = ConstConfig {
        retrying_strategy: strategy,
        ..ConstConfig::default()
    };
    let gate = Arc::new(Notify::new());
    let ledger = Ledger::default();
    let (events, kept) = (Events::default(), ledger.clone());
    let waits = gate.clone();
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(move |inputs: In| {
            let (gate, ledger) = (waits.clone(), kept.clone());
            async move {
                gate.notified().await;
                inputs.map(move |both| {
                    ledger.note(&both);
                    messages(both)
                })
            }
        })
        .channel(Tokio::<2>)
        .config(config)
        .on_error(on_error)
        .on_event(events.listener())
        .await
        .unwrap();
    (server, gate, ledger, events)
}

/// Who arrived, and who left and why.
#[derive(Clone, Default)]
struct Ledger(Arc<Mutex<HashMap<ConnectionId, Vec<DisconnectReason>>>>);

impl Ledger {
    #[track_caller]
    fn note(&self, (peer, input): &Both) {
        let mut ledger = self.0.lock().unwrap();
        match input {
            Input::Arrived => assert!(ledger.insert(peer.id(), Vec::new()).is_none()),
            Input::Message(_) => assert!(ledger[&peer.id()].is_empty()),
            Input::Left(reason) => ledger
                .get_mut(&peer.id())
                .expect("it has arrived")
                .push(reason.clone()),
        }
    }

    fn reasons(&self) -> Vec<DisconnectReason> {
        let ledger = self.0.lock().unwrap();
        ledger.values().flatten().cloned().collect()
    }

    fn arrived(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

fn is_full(answer: &Answer) -> bool {
    matches!(answer, Answer::Error(text) if text == "queue is full")
}

#[tokio::test]
async fn a_full_queue_fails_the_message_where_nobody_retries() {
    for strategy in [
        RetryingStrategies::DoNotRetry,
        RetryingStrategies::RetryWithBackoffUpTo(2),
        RetryingStrategies::RetryYieldingForUpToMillis(5),
    ] {
        let (server, gate, ledger, events) = closed_gate(strategy, OnError::Reply).await;
        let mut raw = raw(&server).await;
        // beside the arrival there is room for one
        raw.write(b"Number(0)\nNumber(1)\nNumber(2)\n").await;
        let told = raw.answers(2).await;
        assert!(told.iter().all(is_full), "{told:?}");
        assert_eq!(server.stats().totals.handler_errors, 2);
        gate.notify_one();
        assert_eq!(raw.answer().await, Answer::Number(0));
        raw.ask(&Ask::Number(3)).await;
        raw.finish().await;
        assert_eq!(raw.rest().await, [Answer::Number(3)]);
        drop(raw);
        events.left_by(1).await;
        soon(server.shutdown()).await;
        events.assert_paired(1);
        assert!(matches!(
            ledger.reasons()[..],
            [DisconnectReason::RemoteClosed]
        ));
    }
}

#[tokio::test]
async fn a_full_queue_is_retried() {
    for strategy in [
        RetryingStrategies::RetryWithBackoffUpTo(1_000),
        RetryingStrategies::RetryYieldingForUpToMillis(60_000),
    ] {
        let (server, gate, _ledger, _events) = closed_gate(strategy, OnError::Close).await;
        let mut raw = raw(&server).await;
        raw.write(b"Number(0)\nNumber(1)\nNumber(2)\n").await;
        until(|| server.processors()[0].queue.times_full > 1).await;
        gate.notify_one();
        assert_eq!(raw.answers(3).await, [0, 1, 2].map(Answer::Number));
        drop(raw);
        soon(server.shutdown()).await;
    }
}

#[tokio::test]
async fn a_full_queue_ends_the_connection_where_errors_or_the_strategy_do() {
    for (strategy, on_error) in [
        (RetryingStrategies::DoNotRetry, OnError::Close),
        (RetryingStrategies::EndCommunications, OnError::Ignore),
    ] {
        let (server, gate, ledger, events) = closed_gate(strategy, on_error).await;
        let mut raw = raw(&server).await;
        raw.write(b"Number(0)\nNumber(1)\nNumber(2)\n").await;
        let told = raw.rest().await;
        assert!(told.len() == 1 && is_full(&told[0]), "{told:?}");
        drop(raw);
        // the processor is told, as soon as there is room for that
        sleep(Duration::from_millis(50)).await;
        assert!(events.left().is_empty());
        gate.notify_one();
        let reason = events.left_by(1).await;
        let is_expected = |reason: &DisconnectReason| match on_error {
            OnError::Close => matches!(reason, DisconnectReason::HandlerFailed(_)),
            _ => matches!(reason, DisconnectReason::QueueFull),
        };
        assert!(is_expected(&reason), "{reason:?}");
        soon(server.shutdown()).await;
        events.assert_paired(1);
        let reasons = ledger.reasons();
        assert!(
            reasons.len() == 1 && is_expected(&reasons[0]),
            "{reasons:?}"
        );
        // the reply to the one that found room came too late
        assert_eq!(server.processors()[0].replies_dropped, 1);
    }
}

#[tokio::test]
async fn a_frozen_peer_delays_nobody_and_ends_with_a_full_outbox() {
    const CONFIG: ConstConfig = ConstConfig {
        max_frame_len: 4 * 1024,
        outbound_bytes: 16 * 1024,
        ..ConstConfig::default()
    };
    let events = Events::default();
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(|inputs: In| {
            let mut room: Vec<Peer<Answer>> = Vec::new();
            inputs.flat_map(move |(peer, input)| {
                let mut replies = Vec::new();
                match input {
                    Input::Arrived => room.push(peer),
                    Input::Message(ask) => {
                        let text = Answer::Text("x".repeat(2_000));
                        let others = room.iter().filter(|member| member.id() != peer.id());
                        replies.extend(others.map(|other| (other.clone(), text.clone())));
                        replies.push((peer, answer(ask)));
                    }
                    Input::Left(_) => room.retain(|member| member.id() != peer.id()),
                }
                stream::iter(replies)
            })
        })
        .config(CONFIG)
        .on_event(events.listener())
        .await
        .unwrap();
    let frozen = raw(&server).await;
    until(|| events.arrived().len() == 1).await;
    let mut other = raw(&server).await;
    let mut slowest = Duration::ZERO;
    for number in 0..100_000 {
        let began = Instant::now();
        other.ask(&Ask::Number(number)).await;
        assert_eq!(other.answer().await, Answer::Number(number));
        slowest = slowest.max(began.elapsed());
        if !events.left().is_empty() {
            break;
        }
    }
    let reason = events.left_by(1).await;
    assert!(matches!(reason, DisconnectReason::OutboxFull), "{reason:?}");
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    other.ask(&Ask::Hello).await;
    assert_eq!(other.answer().await, Answer::World);
    drop((frozen, other));
    soon(server.shutdown()).await;
    events.assert_paired(2);
}

/// One connection says `Hello` upon which the handler panics; all end, also one that waits for room.
async fn assert_panic_ends_the_service<R, K>(handler: impl Fn(In) -> R + Send + Sync + 'static)
where
    R: SharedOutcome<Answer, K>,
    R::Session: Send + 'static,
{
    let events = Events::default();
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(handler)
        .channel(Tokio::<2>)
        .config(ConstConfig {
            linger_close: Duration::from_millis(100),
            ..ConstConfig::default()
        })
        .on_event(events.listener())
        .await
        .unwrap();
    let mut witness = raw(&server).await;
    witness.ask(&Ask::Number(1)).await;
    assert_eq!(witness.answer().await, Answer::Number(1));
    let mut flooding = raw(&server).await;
    let flood: Vec<_> = (0..2_000).map(Ask::Number).collect();
    let mut culprit = raw(&server).await;
    until(|| events.arrived().len() == 3).await;
    let bytes = WireKind::Ron.frames(&flood);
    let ((), ()) = tokio::join!(flooding.write(&bytes), culprit.ask(&Ask::Hello));
    soon(server.closed()).await;
    events.assert_paired(3);
    for (_, reason, _) in events.left() {
        assert!(
            matches!(&reason, DisconnectReason::HandlerPanicked(text) if text.to_string() == "boom"),
            "{reason:?}"
        );
    }
    for connection in [witness, culprit] {
        let mut connection = connection;
        let told = connection.rest().await;
        assert_eq!(told, [Answer::Error("internal error".into())]);
    }
    let last = flooding.rest().await.pop();
    assert_eq!(last, Some(Answer::Error("internal error".into())));
    let refused = TcpStream::connect(server.local_addr().unwrap()).await;
    assert!(refused.is_err(), "it accepts no more");
    soon(server.shutdown()).await;
    let panics: u64 = server.processors().iter().map(|stats| stats.panics).sum();
    assert_eq!(panics, 1);
}

fn boom(both: Both) -> Reply {
    match both {
        (_, Input::Message(Ask::Hello)) => panic!("boom"),
        both => messages(both),
    }
}

#[tokio::test]
async fn h1_panic_in_the_stream_of_a_shared_handler() {
    assert_panic_ends_the_service(|inputs: In| inputs.map(boom)).await;
}

#[tokio::test]
async fn h1_panic_in_a_future_of_a_shared_handler() {
    assert_panic_ends_the_service(|inputs: In| inputs.map(|both| async { boom(both) })).await;
}

#[tokio::test]
async fn h1_panic_in_a_shared_handler_in_loop_style() {
    assert_panic_ends_the_service(|mut inputs: In| async move {
        while let Some(both) = inputs.next().await {
            if let Some((peer, message)) = boom(both) {
                let _ = peer.send(message).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn h1_panic_in_a_shared_handler_fn_when_it_is_called() {
    let events = Events::default();
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(|inputs: In| {
            drop(inputs);
            if true {
                panic!("boom");
            }
            stream::empty::<()>()
        })
        .on_event(events.listener())
        .await
        .unwrap();
    soon(server.closed()).await;
    let connections = events.arrived().len();
    events.assert_paired(connections);
}

/// Ends behind `Hello`, or fails to begin.
async fn assert_end_drains<R, K>(
    handler: impl Fn(In) -> R + Send + Sync + 'static,
    told: &[Answer],
) -> DisconnectReason
where
    R: SharedOutcome<Answer, K>,
    R::Session: Send + 'static,
{
    let events = Events::default();
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(handler)
        .on_event(events.listener())
        .await
        .unwrap();
    let mut raw = raw(&server).await;
    raw.ask(&Ask::Number(1)).await;
    raw.ask(&Ask::Hello).await;
    assert_eq!(raw.rest().await, told);
    drop(raw);
    soon(server.closed()).await;
    events.assert_paired(1);
    events.left()[0].1.clone()
}

#[tokio::test]
async fn a_shared_handler_that_ends_ends_the_service_in_order() {
    let ends = |inputs: In| {
        let on = |(_, input): &Both| !matches!(input, Input::Message(Ask::Hello));
        let on = move |both: &Both| std::future::ready(on(both));
        inputs.take_while(on).map(messages)
    };
    let reason = assert_end_drains(ends, &[Answer::Number(1)]).await;
    assert!(
        matches!(reason, DisconnectReason::HandlerEnded),
        "{reason:?}"
    );

    let fails = |mut inputs: In| async move {
        while let Some((_, input)) = inputs.next().await {
            if let Input::Message(Ask::Hello) = input {
                return Err("no room");
            }
        }
        Ok(())
    };
    let told = [Answer::Error("no room".into())];
    let reason = assert_end_drains(fails, &told).await;
    assert!(
        matches!(reason, DisconnectReason::HandlerFailed(_)),
        "{reason:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c4_whoever_arrives_leaves_exactly_once_however_fast() {
    let ledger = Ledger::default();
    let (events, kept) = (Events::default(), ledger.clone());
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(move |inputs: In| {
            let ledger = kept.clone();
            inputs.map(move |both| {
                ledger.note(&both);
                messages(both)
            })
        })
        .channel(Tokio::<4>)
        .on_event(events.listener())
        .await
        .unwrap();
    let address = server.local_addr().unwrap();
    for _ in 0..20 {
        let closed = (0..50).map(|n| async move {
            let mut socket = TcpStream::connect(address).await.unwrap();
            if n % 2 == 0 {
                socket.write_all(b"Number(1)\nNumber(2)\n").await.unwrap();
            }
            if n % 3 == 0 {
                socket.set_zero_linger().unwrap();
            }
        });
        futures::future::join_all(closed).await;
    }
    until(|| events.left().len() == server.stats().connections_total as usize).await;
    until(|| server.stats().connections_total > 900).await;
    soon(server.shutdown()).await;
    events.assert_paired(server.stats().connections_total as usize);
    assert_eq!(ledger.reasons().len(), ledger.arrived());
    assert!(
        ledger
            .0
            .lock()
            .unwrap()
            .values()
            .all(|left| left.len() == 1)
    );
}

#[tokio::test]
async fn s1_what_was_read_before_a_shutdown_is_processed_and_answered() {
    let gate = Arc::new(Semaphore::new(1));
    let events = Events::default();
    let bind = gated::with(gate.clone()).bind("127.0.0.1:0");
    let server = bind.on_event(events.listener()).await.unwrap();
    let mut raw = raw(&server).await;
    let asks: Vec<_> = (0..100).map(Ask::Number).collect();
    let bytes = WireKind::Ron.frames(&asks);
    raw.write(&bytes).await;
    until(|| server.stats().totals.bytes_received == bytes.len() as u64).await;
    let shutdown = tokio::spawn(async move { (server.shutdown().await, server) });
    sleep(Duration::from_millis(50)).await;
    raw.ask(&Ask::Text("late".into())).await;
    sleep(Duration::from_millis(50)).await;
    gate.add_permits(1_000);
    let answers: Vec<_> = (0..100).map(Answer::Number).collect();
    assert_eq!(raw.rest().await, answers);
    drop(raw);
    let (report, _server) = soon(shutdown).await.unwrap();
    assert_eq!((report.connections, report.aborted), (1, 0), "{report:?}");
    assert!(matches!(events.left()[0].1, DisconnectReason::Shutdown));
    events.assert_paired(1);
}

#[tokio::test]
async fn s2_a_shared_handler_that_never_ends_is_aborted_at_the_drain_timeout() {
    const CONFIG: ConstConfig = ConstConfig {
        drain_timeout: Duration::from_millis(200),
        ..ConstConfig::default()
    };
    let (events, alive) = (Events::default(), Arc::new(()));
    let held = alive.clone();
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(move |inputs: In| {
            let held = held.clone();
            async move {
                let _held = (held, inputs);
                std::future::pending::<()>().await;
            }
        })
        .channel(Tokio::<2>)
        .config(CONFIG)
        .on_event(events.listener())
        .await
        .unwrap();
    let mut raw = raw(&server).await;
    raw.write(b"Number(0)\nNumber(1)\nNumber(2)\n").await;
    until(|| server.processors()[0].queue.times_full > 0).await;
    let report = soon(server.shutdown()).await;
    assert_eq!(report.aborted, 1, "{report:?}");
    events.assert_paired(1);
    assert!(matches!(events.left()[0].1, DisconnectReason::DrainTimeout));
    drop(server);
    assert_eq!(Arc::strong_count(&alive), 1);
}

#[tokio::test]
async fn s5_a_dropped_server_leaves_no_processor() {
    let (events, alive) = (Events::default(), Arc::new(()));
    let held = alive.clone();
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(move |inputs: In| {
            let held = held.clone();
            inputs.map(move |both| {
                let _held = &held;
                messages(both)
            })
        })
        .processors(3)
        .on_event(events.listener())
        .await
        .unwrap();
    let mut raw = raw(&server).await;
    raw.ask(&Ask::Hello).await;
    assert_eq!(raw.answer().await, Answer::World);
    drop(server);
    until(|| Arc::strong_count(&alive) == 1).await;
    events.assert_paired(1);
}

#[tokio::test]
async fn a_shared_handler_that_is_always_ready_starves_nobody() {
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(|inputs: In| {
            stream::select(inputs.map(messages), stream::repeat_with(|| None))
        })
        .await
        .unwrap();
    let mut raw = raw(&server).await;
    for number in 0..10 {
        raw.ask(&Ask::Number(number)).await;
        assert_eq!(raw.answer().await, Answer::Number(number));
    }
    drop(server);
    settle().await;
}

#[tokio::test]
async fn an_error_of_nobody_in_particular_is_counted_and_one_of_a_peer_is_told() {
    let events = Events::default();
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(|inputs: In| {
            inputs.map(|(peer, input)| match input {
                Input::Message(Ask::Number(0)) => Err("nobody's"),
                Input::Message(Ask::Number(_)) => Ok(Some((peer, Err("yours")))),
                Input::Message(ask) => Ok(Some((peer, Ok(answer(ask))))),
                Input::Arrived | Input::Left(_) => Ok(None),
            })
        })
        .on_error(OnError::Close)
        .on_event(events.listener())
        .await
        .unwrap();
    let mut raw = raw(&server).await;
    raw.write(b"Number(0)\nHello\nNumber(1)\nHello\n").await;
    let told = [Answer::World, Answer::Error("yours".into())];
    assert_eq!(raw.rest().await, told);
    drop(raw);
    let reason = events.left_by(1).await;
    assert!(
        matches!(reason, DisconnectReason::HandlerFailed(_)),
        "{reason:?}"
    );
    assert_eq!(server.processors()[0].handler_errors, 1);
    assert_eq!(server.stats().totals.handler_errors, 1);
    soon(server.shutdown()).await;
    events.assert_paired(1);
}

#[tokio::test]
async fn f14_a_reply_that_is_too_long_is_an_error_of_its_peer_alone() {
    const CONFIG: ConstConfig = ConstConfig {
        max_frame_len: 100,
        ..ConstConfig::default()
    };
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(|inputs: In| {
            inputs.map(|(peer, input)| match input {
                Input::Message(Ask::Hello) => Some((peer, Answer::Text("x".repeat(200)))),
                input => messages((peer, input)),
            })
        })
        .config(CONFIG)
        .await
        .unwrap();
    let mut raw = raw(&server).await;
    raw.write(b"Hello\nNumber(1)\n").await;
    raw.finish().await;
    let told = raw.rest().await;
    assert!(
        matches!(&told[..], [Answer::Error(_), Answer::Number(1)]),
        "{told:?}"
    );
    drop(raw);
    soon(server.shutdown()).await;
}

#[tokio::test]
async fn h6_a_serialize_that_panics_ends_the_connection_of_its_peer_alone() {
    let server = Server::bind("127.0.0.1:0")
        .serve_shared(|inputs: Inputs<Ask, Fragile>| {
            inputs.map(|(peer, input)| match input {
                Input::Message(Ask::Number(number)) => Some((peer, Fragile::Fine(number))),
                Input::Message(_) => Some((peer, Fragile::Broken(HalfPanics))),
                Input::Arrived | Input::Left(_) => None,
            })
        })
        .await
        .unwrap();
    for number in [7, 8] {
        let mut io = connect(&server.address()).await;
        let line = format!("Number({number})\nHello\n");
        soon(io.write_all(line.as_bytes())).await.unwrap();
        let mut bytes = String::new();
        soon(io.read_to_string(&mut bytes)).await.unwrap();
        assert_eq!(bytes, format!("{number}\n999\n"));
    }
    soon(server.shutdown()).await;
}
