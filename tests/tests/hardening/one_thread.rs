//! R4: a connection that floods, and all others on the same thread with it.

use std::{
    io::{self, Write},
    net::SocketAddr,
    sync::mpsc,
    thread::{self, JoinHandle},
};

use futures::{Stream, StreamExt};
use reactive_messaging::{ConstConfig, Group, Incoming, Peer, Server, SocketOptions};
use tests::{Answer, Ask, Raw, WireKind, answer, echo, soon};
use tokio::{net::TcpStream, sync::oneshot};

/// Rounds of the one who behaves well.
const ROUNDS: u32 = 9;
/// So many messages of others, at most, are received in a usual one of them.
const BOUND: u64 = 100_000;

/// So much lies ready that a read which is not bounded never finds the socket empty.
const CONFIG: ConstConfig = ConstConfig {
    socket_options: SocketOptions {
        recv_buffer: Some(4 * 1024 * 1024),
        ..SocketOptions::default()
    },
    ..ConstConfig::default()
};

/// A server whose connections have one thread, which is not that of their remotes.
struct OneThread {
    server: Server<Answer>,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl OneThread {
    fn start<S>(handler: fn(Incoming<Ask>, Peer<Answer>, Group<Answer>) -> S) -> Self
    where
        S: Stream<Item = Option<Answer>> + Send + 'static,
    {
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let serve = async move {
            let room = Group::new();
            let handler =
                move |asks: Incoming<Ask>, peer: Peer<Answer>| handler(asks, peer, room.clone());
            let bind = Server::bind("127.0.0.1:0").serve(handler).config(CONFIG);
            let server = bind.await.expect("a server");
            tell.send(server).expect("a test");
            let _ = stopped.await;
        };
        let thread = thread::spawn(|| {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build().expect("a runtime");
            runtime.block_on(serve);
        });
        let server: Server<Answer> = told.recv().expect("a server");
        Self {
            address: server.local_addr().expect("a socket"),
            server,
            stop,
            thread,
        }
    }

    async fn connect(&self) -> TcpStream {
        let socket = soon(TcpStream::connect(self.address)).await;
        let socket = socket.expect("a listener");
        socket.set_nodelay(true).expect("a socket");
        socket
    }

    async fn end(self) {
        drop(self.server);
        let _ = self.stop.send(());
        let joined = tokio::task::spawn_blocking(|| self.thread.join());
        soon(joined).await.expect("no panic").expect("no panic");
    }
}

fn echoing(
    asks: Incoming<Ask>,
    _peer: Peer<Answer>,
    _room: Group<Answer>,
) -> impl Stream<Item = Option<Answer>> {
    echo(asks).map(Some)
}

/// Numbers are answered, and nothing else.
fn tight_lipped(
    asks: Incoming<Ask>,
    _peer: Peer<Answer>,
    _room: Group<Answer>,
) -> impl Stream<Item = Option<Answer>> {
    asks.map(|ask| matches!(ask, Ask::Number(_)).then(|| answer(ask)))
}

/// Texts join, numbers are answered, all else is told to everybody.
fn telling_all(
    asks: Incoming<Ask>,
    peer: Peer<Answer>,
    room: Group<Answer>,
) -> impl Stream<Item = Option<Answer>> {
    asks.map(move |ask| match ask {
        Ask::Text(_) => {
            room.join(&peer);
            Some(Answer::World)
        }
        Ask::Number(_) => Some(answer(ask)),
        ask => {
            room.broadcast(&answer(ask)).expect("a short message");
            None
        }
    })
}

/// Sends, by a thread that does nothing else, as many as the server takes, and reads what is answered
/// or does not. Ends with the server.
async fn flood(server: &OneThread, reads: bool) -> JoinHandle<()> {
    let socket = server.connect().await.into_std().expect("a socket");
    socket.set_nonblocking(false).expect("a socket");
    let mut reader = socket.try_clone().expect("a descriptor");
    if reads {
        thread::spawn(move || io::copy(&mut reader, &mut io::sink()));
    }
    let frames = WireKind::Ron.frames(&vec![Ask::Hello; 10_000]);
    thread::spawn(move || while (&socket).write_all(&frames).is_ok() {})
}

/// How many messages were received meanwhile, in each round of one who behaves well. A machine that
/// is slow takes longer for them, and no more of them.
async fn received(server: &OneThread) -> Vec<u64> {
    let received = || server.server.stats().totals.messages_received;
    let mut raw = Raw::new(server.connect().await, WireKind::Ron);
    let mut rounds = Vec::new();
    for n in 0..ROUNDS {
        let before = received();
        raw.ask(&Ask::Number(n)).await;
        assert_eq!(raw.answer().await, Answer::Number(n));
        rounds.push(received() - before);
    }
    rounds
}

async fn assert_fair(server: OneThread, floods: Vec<JoinHandle<()>>) {
    let mut rounds = received(&server).await;
    // this thread itself may be late now and then
    rounds.sort();
    assert!(rounds[rounds.len() / 2] < BOUND, "{rounds:?}");
    assert!(floods.iter().all(|flood| !flood.is_finished()));
    server.end().await;
    let ended = tokio::task::spawn_blocking(|| {
        for flood in floods {
            flood.join().expect("no panic");
        }
    });
    soon(ended).await.expect("no panic");
}

#[tokio::test]
async fn r4_floods_starve_no_other_connection_of_their_thread() {
    let server = OneThread::start(echoing);
    let floods = vec![flood(&server, true).await, flood(&server, false).await];
    assert_fair(server, floods).await;
}

/// Nothing is answered, so that no full buffer holds the flood up.
#[tokio::test]
async fn r4_a_flood_without_answers_starves_no_other_connection_of_its_thread() {
    let server = OneThread::start(tight_lipped);
    let floods = vec![flood(&server, false).await];
    assert_fair(server, floods).await;
}

/// Each message of the flood is told to all, who read none of it.
#[tokio::test]
async fn r4_a_flood_of_broadcasts_starves_no_other_connection_of_its_thread() {
    let server = OneThread::start(telling_all);
    let mut members = Vec::new();
    for _ in 0..16 {
        let mut raw = Raw::new(server.connect().await, WireKind::Ron);
        raw.ask(&Ask::Text("let me in".into())).await;
        assert_eq!(raw.answer().await, Answer::World);
        members.push(raw);
    }
    let floods = vec![flood(&server, false).await];
    assert_fair(server, floods).await;
}
