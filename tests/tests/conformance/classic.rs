//! The announced macros and services: message forms, arities, events, termination, and every item kind.

use std::{
    future,
    ops::Deref,
    sync::{Arc, Mutex},
};

use reactive_messaging::{
    classic::{Channels, NotStarted, StartError, Textual},
    prelude::*,
    testing,
};
use tests::{Answer, Ask, Events, Raw, WireKind, answer, both, fallible, later, some, soon};
use tokio::net::TcpStream;

const CONFIG: ConstConfig = ConstConfig::default();
const HOST: &str = "127.0.0.1";

/// A message as programs of 0.4 have them.
#[derive(
    Debug,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[rkyv(derive(Debug, PartialEq))]
enum Newcomer {
    Name(String),
    Error(String),
}

impl ReactiveMessagingConfig<Newcomer> for Newcomer {
    fn processor_error_message(err: String) -> Option<Newcomer> {
        Some(Newcomer::Error(err))
    }
}

impl ViewProtocol for Newcomer {}

/// The other way to tell of errors, and its default.
#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
enum Terse {
    Wrong(String),
}

impl ReactiveMessagingConfig<Terse> for Terse {
    fn input_error_message(err: String) -> Option<Terse> {
        Some(Terse::Wrong(err))
    }
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
enum Quiet {
    Word,
}

impl ReactiveMessagingConfig<Quiet> for Quiet {}

/// What closures heard.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn push(&self, line: String) {
        self.0.lock().expect("no panic").push(line);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("no panic"))
    }
}

fn port(server: &CompositeSocketServer) -> u16 {
    let address = server.address().expect("started");
    address.socket_addr().expect("TCP").port()
}

async fn connect(server: &CompositeSocketServer) -> Raw<TcpStream> {
    let stream = soon(TcpStream::connect((HOST, port(server)))).await;
    Raw::new(stream.expect("a connection"), WireKind::Ron)
}

async fn end(mut server: CompositeSocketServer) {
    let waiter = server.termination_waiter();
    soon(server.terminate()).await.expect("it runs");
    soon(waiter()).await.expect("it ran");
}

/// A server and a client in one form, by macros of either arity; the client asks once, and closes at
/// the first answer, which is what this returns.
macro_rules! converse {
    ($ask:ty, $answer:ty, [$($form:tt)*], $question:expr, |$asked:ident| $reply:expr, |$answered:ident| $heard:expr) => {{
        let mut server = new_socket_server!(CONFIG, HOST, 0);
        start_server_processor!(CONFIG, $($form)* server, $ask, $answer,
            |_| future::ready(()),
            |_, _, peer, asks| asks
                .map(|$asked| $reply)
                .to_responsive_stream(peer, |_, _| ())
        )
        .expect("a server");

        let heard = Log::default();
        let hearing = heard.clone();
        let mut client = new_socket_client!(CONFIG, HOST, port(&server));
        start_client_processor!(CONFIG, $($form)* client, $answer, $ask,
            |event| async {
                if let ProtocolEvent::PeerArrived { peer } = event {
                    peer.send_async($question).await.expect("room");
                }
            },
            move |_, _, peer, answers| {
                let hearing = hearing.clone();
                answers.inspect(move |$answered| {
                    hearing.push($heard);
                    peer.cancel_and_close();
                })
            }
        )
        .expect("a client");
        soon(client.termination_waiter()()).await.expect("it ran");
        assert!(!client.is_connected());
        end(server).await;
        heard.take()
    }};
}

#[tokio::test]
async fn text_in_both_arities() {
    let heard = converse!(
        Ask,
        Answer,
        [Atomic,],
        Ask::Number(7),
        |ask| answer(ask),
        |answer| format!("{answer:?}")
    );
    assert_eq!(heard, ["Number(7)"]);
    let heard = converse!(
        Ask,
        Answer,
        [Textual, Crossbeam,],
        Ask::Hello,
        |ask| answer(ask),
        |answer| format!("{answer:?}")
    );
    assert_eq!(heard, ["World"]);
}

#[tokio::test]
async fn variable_binary_is_read_where_it_was_received() {
    let heard = converse!(
        Newcomer,
        Newcomer,
        [VariableBinary, FullSync,],
        Newcomer::Name("Eve".into()),
        |newcomer| match newcomer.deref() {
            ArchivedNewcomer::Name(name) => Newcomer::Name(format!("{name}, welcome")),
            ArchivedNewcomer::Error(error) => Newcomer::Error(error.to_string()),
        },
        |answer| format!("{:?}", answer.deref())
    );
    assert_eq!(heard, ["Name(\"Eve, welcome\")"]);
}

#[tokio::test]
async fn mmap_binary_is_a_record() {
    let heard = converse!(
        Ask,
        Answer,
        [MmapBinary, Atomic,],
        Ask::Text("row".into()),
        |ask| answer(ask),
        |answer| format!("{answer:?}")
    );
    assert_eq!(heard, ["Text(\"row\")"]);
}

/// The macros need nothing in scope, and leave nothing there.
mod bare {
    #![no_implicit_prelude]

    pub(super) async fn server() -> ::reactive_messaging::classic::CompositeSocketServer {
        let mut server = ::reactive_messaging::new_socket_server!(super::CONFIG, super::HOST, 0);
        let started = ::reactive_messaging::start_server_processor!(
            super::CONFIG,
            MmapBinary,
            Atomic,
            server,
            ::tests::Ask,
            ::tests::Answer,
            |_| ::std::future::ready(()),
            |_, _, _, asks| asks
        );
        ::std::assert!(started.is_ok());
        server
    }
}

#[tokio::test]
async fn macros_need_nothing_in_scope() {
    end(bare::server().await).await;
}

#[tokio::test]
async fn spawned_processors_are_started_by_their_channel() {
    let mut server = new_socket_server!(CONFIG, HOST, 0);
    let unused = spawn_server_processor!(
        CONFIG,
        Atomic,
        server,
        Ask,
        Answer,
        |_| future::ready(()),
        |_, _, _, asks| asks
    );
    let channel = spawn_server_processor!(
        CONFIG,
        Textual,
        Atomic,
        server,
        Ask,
        Answer,
        |_| future::ready(()),
        |host, port, peer, asks| {
            assert_eq!(peer.address().to_string(), format!("tcp://{host}:{port}"));
            asks.map(answer).to_responsive_stream(peer, |_, _| ())
        }
    )
    .expect("one config");
    server
        .start_single_protocol(channel.clone())
        .await
        .expect("a server");

    let again = server.start_single_protocol(channel).await;
    assert!(
        matches!(again, Err(StartError::AlreadyStarted)),
        "{again:?}"
    );
    let again = server
        .start_single_protocol(unused.expect("one config"))
        .await;
    assert!(
        matches!(again, Err(StartError::AlreadyStarted)),
        "{again:?}"
    );

    let said = Log::default();
    let saying = said.clone();
    let mut client = new_socket_client!(CONFIG, HOST, port(&server));
    let channel = spawn_client_processor!(
        CONFIG,
        Crossbeam,
        client,
        Answer,
        Ask,
        |event| async {
            if let ProtocolEvent::PeerArrived { peer } = event {
                peer.send_async(Ask::Number(5)).await.expect("room");
            }
        },
        move |_, _, peer, answers| {
            let saying = saying.clone();
            answers.inspect(move |answer| {
                saying.push(format!("{answer:?}"));
                peer.close();
            })
        }
    )
    .expect("one config");
    let waiter = client.termination_waiter();
    client
        .start_single_protocol(channel)
        .await
        .expect("a server");
    soon(waiter()).await.expect("it ran");
    assert_eq!(said.take(), ["Number(5)"]);
    soon(client.terminate()).await.expect("it ran");
    end(server).await;
}

#[tokio::test]
async fn events_come_in_pairs_and_end_with_the_service() {
    let events = Events::default();
    let mut server = new_socket_server!(CONFIG, HOST, 0);
    start_server_processor!(
        CONFIG,
        FullSync,
        server,
        Ask,
        Answer,
        events.listener(),
        |_, _, peer, asks| asks.map(answer).to_responsive_stream(peer, |_, _| ())
    )
    .expect("a server");
    let mut first = connect(&server).await;
    first.ask(&Ask::Quit).await;
    assert_eq!(first.rest().await, [Answer::Bye]);
    drop(first);
    events.left_by(1).await;
    let mut second = connect(&server).await;
    second.ask(&Ask::Hello).await;
    assert_eq!(second.answer().await, Answer::World);
    end(server).await;
    assert_eq!(second.rest().await, []);
    events.assert_paired(2);
}

#[tokio::test]
async fn termination_drains_and_waiters_may_come_early_late_and_often() {
    let mut server = new_socket_server!(CONFIG, HOST, 0);
    let early = server.termination_waiter();
    start_server_processor!(
        CONFIG,
        Atomic,
        server,
        Ask,
        Answer,
        |_| future::ready(()),
        |_, _, peer, asks| asks
            .map(|ask| async move {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                answer(ask)
            })
            .to_responsive_stream(peer, |_, _| ())
    )
    .expect("a server");
    let mut raw = connect(&server).await;
    raw.write(b"Number(1)\nNumber(2)\n").await;
    assert_eq!(raw.answer().await, Answer::Number(1));
    let late = server.termination_waiter();
    soon(server.terminate()).await.expect("it runs");
    assert_eq!(raw.rest().await, [Answer::Number(2)]);
    soon(early()).await.expect("it ran");
    soon(late()).await.expect("it ran");
}

#[tokio::test]
async fn what_never_ran_does_not_end() {
    let mut server = new_socket_server!(CONFIG, HOST, 0);
    let waiter = server.termination_waiter();
    assert_eq!(server.address(), None);
    assert_eq!(soon(server.terminate()).await, Err(NotStarted));
    assert_eq!(soon(waiter()).await, Err(NotStarted));
}

#[tokio::test]
async fn a_dropped_service_is_over() {
    let mut server = new_socket_server!(CONFIG, HOST, 0);
    start_server_processor!(
        CONFIG,
        Atomic,
        server,
        Ask,
        Answer,
        |_| future::ready(()),
        |_, _, _, asks| asks
    )
    .expect("a server");
    let mut raw = connect(&server).await;
    let waiter = server.termination_waiter();
    drop(server);
    soon(waiter()).await.expect("it ran");
    assert!(!matches!(raw.next::<Answer>().await, Ok(Some(_))));
}

#[tokio::test]
async fn what_cannot_start_says_why() {
    let taken = tokio::net::TcpListener::bind((HOST, 0))
        .await
        .expect("a port");
    let port = taken.local_addr().expect("a port").port();
    let mut server = new_socket_server!(CONFIG, HOST, port);
    let started = start_server_processor!(
        CONFIG,
        Atomic,
        server,
        Ask,
        Answer,
        |_| future::ready(()),
        |_, _, _, asks| asks
    );
    assert!(matches!(started, Err(StartError::Bind(_))), "{started:?}");
    // it has not started: this is no second start, but fails anew
    let started = start_server_processor!(
        CONFIG,
        Atomic,
        server,
        Ask,
        Answer,
        |_| future::ready(()),
        |_, _, _, asks| asks
    );
    assert!(matches!(started, Err(StartError::Bind(_))), "{started:?}");

    // bound, so that nobody else listens there
    let deaf = tokio::net::TcpSocket::new_v4().expect("a socket");
    let anywhere = (std::net::Ipv4Addr::LOCALHOST, 0).into();
    deaf.bind(anywhere).expect("a port");
    let port = deaf.local_addr().expect("a port").port();
    let mut client = new_socket_client!(CONFIG, HOST, port);
    let started = start_client_processor!(
        CONFIG,
        Atomic,
        client,
        Answer,
        Ask,
        |_| future::ready(()),
        |_, _, _, answers| answers
    );
    assert!(
        matches!(started, Err(StartError::Connect(_))),
        "{started:?}"
    );

    const OTHER: ConstConfig = ConstConfig {
        max_depth: 7,
        ..CONFIG
    };
    let spawned = spawn_client_processor!(
        OTHER,
        Atomic,
        client,
        Answer,
        Ask,
        |_| future::ready(()),
        |_, _, _, answers| answers
    );
    assert!(
        matches!(spawned, Err(StartError::OtherConfig)),
        "{spawned:?}"
    );

    const WRONG: ConstConfig = ConstConfig {
        max_frame_len: 0,
        ..CONFIG
    };
    let mut wrong = new_socket_client!(WRONG, HOST, port);
    let spawned = wrong.spawn_processor(
        Textual::<Answer, Ask>::new(WRONG, Channels::FullSync),
        |_| future::ready(()),
        |_, _, _, answers| answers,
    );
    assert!(
        matches!(spawned, Err(StartError::InvalidConfig(_))),
        "{spawned:?}"
    );

    let mut other = new_socket_client!(CONFIG, HOST, port);
    let elsewhere = spawn_client_processor!(
        CONFIG,
        Atomic,
        other,
        Answer,
        Ask,
        |_| future::ready(()),
        |_, _, _, answers| answers
    );
    let started = client
        .start_single_protocol(elsewhere.expect("one config"))
        .await;
    assert!(
        matches!(started, Err(StartError::UnknownProcessor)),
        "{started:?}"
    );
}

/// The services are no dialect: a builder's client talks to them, and they to a builder's server.
#[tokio::test]
async fn services_of_both_layers_talk() {
    async fn one(mut answers: Incoming<Answer>, peer: Peer<Ask>) {
        peer.send(Ask::Number(3)).await.expect("room");
        assert_eq!(answers.next().await, Some(Answer::Number(3)));
    }
    let mut server = new_socket_server!(CONFIG, HOST, 0);
    start_server_processor!(
        CONFIG,
        Textual,
        Atomic,
        server,
        Ask,
        Answer,
        |_| future::ready(()),
        |_, _, peer, asks| asks.map(answer).to_responsive_stream(peer, |_, _| ())
    )
    .expect("a server");
    let client = Client::connect(server.address().expect("started")).run(one);
    let client = client.await.expect("a server");
    let reason = soon(client.closed()).await;
    assert!(
        matches!(reason, DisconnectReason::HandlerEnded),
        "{reason:?}"
    );
    end(server).await;

    let server = Server::bind((HOST.to_owned() + ":0").as_str())
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| asks.map(answer))
        .await
        .expect("a server");
    let mut client = new_socket_client!(CONFIG, HOST, server.local_addr().expect("TCP").port());
    let said = Log::default();
    let saying = said.clone();
    start_client_processor!(
        CONFIG,
        Textual,
        Atomic,
        client,
        Answer,
        Ask,
        |event| async {
            if let ProtocolEvent::PeerArrived { peer } = event {
                peer.send_async(Ask::Hello).await.expect("room");
            }
        },
        move |_, _, peer, answers| {
            let saying = saying.clone();
            answers.map(move |answer| {
                saying.push(format!("{answer:?}"));
                peer.close();
            })
        }
    )
    .expect("a server");
    soon(client.termination_waiter()()).await.expect("it ran");
    assert_eq!(said.take(), ["World"]);
    soon(server.shutdown()).await;
}

#[test]
fn messages_of_the_announced_trait_tell_of_errors() {
    assert_eq!(
        Newcomer::error_message("a".into()),
        Some(Newcomer::Error("a".into()))
    );
    assert_eq!(
        Terse::error_message("b".into()),
        Some(Terse::Wrong("b".into()))
    );
    assert_eq!(Quiet::error_message("c".into()), None);
    assert_eq!(Quiet::decode(b"Word").expect("a message"), Quiet::Word);
}

#[tokio::test]
async fn a_responsive_stream_ends_with_its_peer_and_goes_on_behind_what_cannot_be_sent() {
    // the item is what the mapper made, downstream of the message that was sent
    let (peer, sent) = testing::peer();
    let items = futures::stream::iter([1, 2, 3])
        .map(Answer::Number)
        .to_responsive_stream(peer, |message, _peer| *message == Answer::Number(2));
    let items: Vec<bool> = soon(items.collect()).await;
    assert_eq!(items, [false, true, false]);
    let sent: Vec<_> = soon(sent.collect()).await;
    assert_eq!(
        sent,
        [Answer::Number(1), Answer::Number(2), Answer::Number(3)]
    );

    // too long to be framed: the remote is told, the next one is sent
    let (peer, sent) = testing::peer();
    let long = Answer::Text("x".repeat(CONFIG.max_frame_len));
    let items = futures::stream::iter([long, Answer::World]).to_responsive_stream(peer, |_, _| ());
    assert_eq!(soon(items.count()).await, 1);
    let sent: Vec<_> = soon(sent.collect()).await;
    assert!(
        matches!(&sent[..], [Answer::Error(_), Answer::World]),
        "{sent:?}"
    );

    let (peer, _sent) = testing::peer();
    let closing = peer.clone();
    let items =
        futures::stream::repeat_with(|| Answer::World).to_responsive_stream(peer, |_, _| ());
    let items = items.inspect(move |()| closing.close());
    assert_eq!(soon(items.count()).await, 1);
}

/// Asks for three numbers of a server, and returns what it told until it closed.
async fn told(server: CompositeSocketServer) -> Vec<Answer> {
    let mut raw = connect(&server).await;
    raw.write(b"Number(1)\nNumber(2)\nNumber(3)\n").await;
    raw.finish().await;
    let told = raw.rest().await;
    end(server).await;
    told
}

async fn responsive<S, K>(
    processor: impl Fn(Incoming<Ask>) -> S + Send + Sync + 'static,
) -> Vec<Answer>
where
    S: ResponsiveStream<Answer, K, Replies: Send + 'static>,
{
    let mut server = new_socket_server!(CONFIG, HOST, 0);
    let channel = server.spawn_responsive_processor(
        Textual::<Ask, Answer>::new(CONFIG, Channels::Atomic),
        |_| future::ready(()),
        move |_, _, _, asks| processor(asks),
    );
    let started = server.start_single_protocol(channel.expect("one config"));
    started.await.expect("a server");
    told(server).await
}

async fn unresponsive<S, K>(
    processor: impl Fn(Incoming<Ask>, ClassicPeer<Answer>) -> S + Send + Sync + 'static,
) -> Vec<Answer>
where
    S: reactive_messaging::classic::Unresponsive<K, Processing: Send + 'static>,
{
    let mut server = new_socket_server!(CONFIG, HOST, 0);
    start_server_processor!(
        CONFIG,
        Textual,
        Atomic,
        server,
        Ask,
        Answer,
        |_| future::ready(()),
        move |_, _, peer, asks| processor(asks, peer)
    )
    .expect("a server");
    told(server).await
}

/// What each kind of item tells the remote, sent and not sent.
macro_rules! cells {
    ($($name:ident: $map:expr => [$($sent:expr),*], [$($unsent:expr),*];)*) => {$(
        mod $name {
            use super::*;

            #[tokio::test]
            async fn ready_responsive() {
                assert_eq!(responsive(|asks| asks.map($map)).await, [$($sent),*] as [Answer; _]);
            }

            #[tokio::test]
            async fn future_responsive() {
                let told = responsive(|asks| asks.map(|ask| later($map(ask)))).await;
                assert_eq!(told, [$($sent),*] as [Answer; _]);
            }

            #[tokio::test]
            async fn ready_to_responsive_stream() {
                let told = unresponsive(|asks, peer| asks.map($map).to_responsive_stream(peer, |_, _| ())).await;
                assert_eq!(told, [$($sent),*] as [Answer; _]);
            }

            #[tokio::test]
            async fn future_to_responsive_stream() {
                let told = unresponsive(|asks, peer| {
                    asks.map(|ask| later($map(ask))).to_responsive_stream(peer, |_, _| ())
                })
                .await;
                assert_eq!(told, [$($sent),*] as [Answer; _]);
            }

            #[tokio::test]
            async fn ready_unresponsive() {
                let told = unresponsive(|asks, _peer| asks.map($map)).await;
                assert_eq!(told, [$($unsent),*] as [Answer; _]);
            }

            #[tokio::test]
            async fn future_unresponsive() {
                let told = unresponsive(|asks, _peer| asks.map(|ask| later($map(ask)))).await;
                assert_eq!(told, [$($unsent),*] as [Answer; _]);
            }
        }
    )*};
}

use Answer::{Error, Number};

cells! {
    plain_messages: answer => [Number(1), Number(2), Number(3)], [];
    optional_messages: some => [Number(1), Number(3)], [];
    fallible_messages: fallible => [Number(1), Number(2), Error("three".into())], [Error("three".into())];
    fallible_optional_messages: both => [Number(1), Error("three".into())], [Error("three".into())];
    nothing: |ask: Ask| drop(ask) => [], [];
    optional_nothing: |ask: Ask| some(ask).map(drop) => [], [];
    fallible_nothing: |ask: Ask| fallible(ask).map(drop) => [Error("three".into())], [Error("three".into())];
    fallible_optional_nothing: |ask: Ask| both(ask).map(|reply| reply.map(drop)) => [Error("three".into())], [Error("three".into())];
}

/// Futures of an unresponsive processor run, one after the other, though nothing of them is sent.
#[tokio::test]
async fn futures_of_unresponsive_processors_run_in_order() {
    let ran = Log::default();
    let running = ran.clone();
    let told = unresponsive(move |asks, _peer| {
        let running = running.clone();
        asks.map(move |ask| {
            let running = running.clone();
            async move {
                running.push(format!("{ask:?}"));
                tokio::task::yield_now().await;
                running.push("done".into());
            }
        })
    })
    .await;
    assert_eq!(told, []);
    let ran = ran.take();
    assert_eq!(
        ran,
        [
            "Number(1)",
            "done",
            "Number(2)",
            "done",
            "Number(3)",
            "done"
        ]
    );
}

/// Where a connection stands.
#[derive(Debug, Clone, PartialEq)]
enum Place {
    Door,
    Desk(u32),
    Street,
}

/// A server of two processors: at the door texts are repeated, and a number leads to the desk, which
/// adds it to all numbers, in records. `leave` is how the door is left.
async fn house<Fut>(
    leave: fn(ClassicPeer<Answer, Place>) -> Fut,
) -> (CompositeSocketServer<Place>, Log, Events, Events)
where
    Fut: Future<Output = ()> + Send + 'static,
{
    let mut server = new_composite_socket_server!(CONFIG, HOST, 0, Place);
    let (at_door, at_desk) = (Events::default(), Events::default());
    let door = spawn_server_processor!(
        CONFIG,
        Textual,
        Atomic,
        server,
        Ask,
        Answer,
        at_door.listener(),
        move |_, _, peer, asks| {
            let sender = peer.clone();
            asks.then(move |ask| {
                let peer = peer.clone();
                async move {
                    if let Ask::Number(number) = ask {
                        assert!(peer.try_set_state(Place::Desk(number)));
                        leave(peer).await;
                    }
                    answer(ask)
                }
            })
            .to_responsive_stream(sender, |answer, _| matches!(answer, Answer::Number(_)))
            .take_while(|is_last| future::ready(!is_last))
        }
    )
    .expect("one config");
    let desk = spawn_server_processor!(
        CONFIG,
        MmapBinary,
        Atomic,
        server,
        Ask,
        Answer,
        at_desk.listener(),
        |_, _, peer, asks| {
            let Some(Some(Place::Desk(more))) = peer.try_take_state() else {
                panic!("not at the desk");
            };
            asks.map(move |ask| match ask {
                Ask::Number(number) => Answer::Number(number + more),
                ask => answer(ask),
            })
            .to_responsive_stream(peer, |answer, _| *answer == Answer::World)
            .take_while(|is_last| future::ready(!is_last))
        }
    )
    .expect("one config");
    let log = Log::default();
    let routed = log.clone();
    let mut times_at_desk = 0;
    let routing = move |connection: &SocketConnection<Place>, is_reused: bool| {
        routed.push(format!("{:?} {is_reused}", connection.state()));
        match connection.state() {
            Place::Door => Some(door.clone_sender()),
            // the desk takes its state and sets none: it stays
            Place::Desk(_) => {
                times_at_desk += 1;
                (times_at_desk < 3).then(|| desk.clone_sender())
            }
            Place::Street => None,
        }
    };
    let started = server.start_multi_protocol(Place::Door, routing, |_| future::ready(()));
    started.await.expect("a server");
    (server, log, at_door, at_desk)
}

async fn visit<State>(server: &CompositeSocketServer<State>) -> Raw<TcpStream> {
    let address = server.address().expect("started");
    let address = address.socket_addr().expect("TCP");
    let stream = soon(TcpStream::connect(address)).await;
    Raw::new(stream.expect("a connection"), WireKind::Ron)
}

/// All in one write: each frame is received once, by its own processor, in its own form.
async fn walk_through(
    house: (CompositeSocketServer<Place>, Log, Events, Events),
    door_says_all: bool,
) {
    let (server, log, at_door, at_desk) = house;
    let mut raw = visit(&server).await;
    let mut bytes = WireKind::Ron.frames(&[Ask::Text("knock".into()), Ask::Number(10)]);
    let at_desk_said = [Ask::Number(1), Ask::Hello, Ask::Number(2), Ask::Hello];
    bytes.extend(WireKind::Fixed.frames(&at_desk_said));
    raw.write(&bytes).await;
    assert_eq!(raw.answer().await, Answer::Text("knock".into()));
    if door_says_all {
        assert_eq!(raw.answer().await, Answer::Number(10));
    }
    raw.wire = WireKind::Fixed;
    assert_eq!(
        raw.rest().await,
        [
            Answer::Number(11),
            Answer::World,
            Answer::Number(12),
            Answer::World
        ]
    );
    drop(raw);
    at_desk.left_by(2).await;
    let routed = [
        "Door false",
        "Desk(10) true",
        "Desk(10) true",
        "Desk(10) true",
    ];
    assert_eq!(log.take(), routed);
    soon(server.terminate()).await.expect("it runs");
    at_door.assert_paired(1);
    let of_desk = at_desk.all();
    assert_eq!(at_desk.arrived().len(), 2, "{of_desk:?}");
    for (_, reason, _) in at_door.left().into_iter().chain(at_desk.left()) {
        assert!(matches!(reason, DisconnectReason::Advanced), "{reason:?}");
    }
}

#[tokio::test]
async fn a_processor_whose_stream_ends_is_left() {
    walk_through(house(|_peer| future::ready(())).await, true).await;
}

#[tokio::test]
async fn a_processor_is_left_by_flush_and_close() {
    let leave = |peer: ClassicPeer<Answer, Place>| async move {
        let _ = peer.try_send(Answer::Number(10));
        peer.flush_and_close(std::time::Duration::from_secs(1))
            .await;
    };
    walk_through(house(leave).await, true).await;
}

#[tokio::test]
async fn a_processor_is_left_by_cancel_and_close() {
    let leave = |peer: ClassicPeer<Answer, Place>| async move { peer.cancel_and_close() };
    walk_through(house(leave).await, false).await;
}

#[tokio::test]
async fn what_ends_or_is_closed_is_not_routed() {
    let (server, log, at_door, _) = house(|peer| async move { peer.close() }).await;
    let mut gone = visit(&server).await;
    gone.write(b"Text(\"a\")\n").await;
    gone.finish().await;
    assert_eq!(gone.rest().await, [Answer::Text("a".into())]);
    at_door.left_by(1).await;
    let mut closed = visit(&server).await;
    closed.write(b"Number(1)\n").await;
    let _ = closed.rest().await;
    at_door.left_by(2).await;
    assert_eq!(log.take(), ["Door false", "Door false"]);
    soon(server.terminate()).await.expect("it runs");
    at_door.assert_paired(2);
}

#[tokio::test]
async fn routes_to_nowhere_end_the_connection() {
    let mut other = new_composite_socket_server!(CONFIG, HOST, 0, Place);
    let foreign = spawn_server_processor!(
        CONFIG,
        Atomic,
        other,
        Ask,
        Answer,
        |_| future::ready(()),
        |_, _, _, asks| asks
    )
    .expect("one config");
    for channel in [None, Some(foreign)] {
        let mut server = new_composite_socket_server!(CONFIG, HOST, 0, Place);
        let routing = move |_: &SocketConnection<Place>, _: bool| channel.clone();
        let started = server.start_multi_protocol(Place::Street, routing, |_| future::ready(()));
        started.await.expect("a server");
        let mut raw = visit(&server).await;
        assert_eq!(raw.rest().await, []);
        drop(raw);
        soon(server.terminate()).await.expect("it runs");
    }
}

/// Both sides change the form at the same message.
#[tokio::test]
async fn clients_have_processors_one_after_the_other_too() {
    let (server, ..) = house(|_peer| future::ready(())).await;
    let heard = Log::default();
    let (at_door, at_desk) = (heard.clone(), heard.clone());
    let address = server.address().expect("started");
    let port = address.socket_addr().expect("TCP").port();
    let mut client = new_composite_socket_client!(CONFIG, HOST, port, Place);
    let door = spawn_client_processor!(
        CONFIG,
        Textual,
        Atomic,
        client,
        Answer,
        Ask,
        |event| async {
            if let ProtocolEvent::PeerArrived { peer } = event {
                peer.send_async(Ask::Number(20)).await.expect("room");
            }
        },
        move |_, _, peer, answers| {
            let heard = at_door.clone();
            answers.then(move |answer| {
                heard.push(format!("door: {answer:?}"));
                let peer = peer.clone();
                async move {
                    peer.set_state(Place::Desk(0)).await;
                    peer.flush_and_close(std::time::Duration::from_secs(1))
                        .await;
                }
            })
        }
    )
    .expect("one config");
    let desk = spawn_client_processor!(
        CONFIG,
        MmapBinary,
        Atomic,
        client,
        Answer,
        Ask,
        |event| async {
            if let ProtocolEvent::PeerArrived { peer } = event {
                peer.send_async(Ask::Number(2)).await.expect("room");
            }
        },
        move |_, _, peer, answers| {
            let heard = at_desk.clone();
            answers.map(move |answer| {
                heard.push(format!("desk: {answer:?}"));
                peer.blocking_set_state(Place::Street);
                peer.cancel_and_close();
            })
        }
    )
    .expect("one config");
    let routing = move |connection: &SocketConnection<Place>, _: bool| match connection.state() {
        Place::Door => Some(door.clone_sender()),
        Place::Desk(_) => Some(desk.clone_sender()),
        Place::Street => None,
    };
    let started = client.start_multi_protocol(Place::Door, routing, |_| future::ready(()));
    started.await.expect("a server");
    soon(client.termination_waiter()()).await.expect("it ran");
    assert_eq!(heard.take(), ["door: Number(20)", "desk: Number(22)"]);
    soon(server.terminate()).await.expect("it runs");
}
