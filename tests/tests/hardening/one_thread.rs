//! R4: a connection that floods, and all others on the same thread with it.

use std::{
    net::SocketAddr,
    sync::mpsc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use futures::{Stream, StreamExt};
use reactive_messaging::{Group, Incoming, Peer, Server};
use tests::{Answer, Ask, Raw, WireKind, answer, echo, soon};
use tokio::{
    io::{AsyncWriteExt, copy, sink},
    net::TcpStream,
    sync::oneshot,
};

/// Rounds of the one who behaves well.
const ROUNDS: u32 = 20;
/// What any of them may take: some turns of the flood, on a machine that has other things to do and
/// code that is not optimised. A connection that is starved would wait for as long as the flood lasts.
const BOUND: Duration = Duration::from_secs(1);

/// A server whose connections have one thread, which is not that of their remotes.
struct OneThread {
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
            let bind = Server::bind("127.0.0.1:0").serve(handler);
            let server = bind.await.expect("a server");
            tell.send(server.local_addr().expect("a socket"))
                .expect("a test");
            let _ = stopped.await;
            drop(server);
        };
        let thread = thread::spawn(|| {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build().expect("a runtime");
            runtime.block_on(serve);
        });
        let address = told.recv().expect("a server");
        Self {
            address,
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

/// Numbers are answered, all else is told to everybody.
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

/// Sends as many as the server takes, and reads the answers or does not.
async fn flood(server: &OneThread, reads: bool) -> tokio::task::JoinHandle<()> {
    let (mut reader, mut writer) = server.connect().await.into_split();
    let frames = WireKind::Ron.frames(&vec![Ask::Hello; 10_000]);
    let writing = async move { while writer.write_all(&frames).await.is_ok() {} };
    let reading = async move {
        if reads {
            let _ = copy(&mut reader, &mut sink()).await;
        }
        // held open
        std::future::pending::<()>().await;
    };
    tokio::spawn(async {
        futures::future::join(writing, reading).await;
    })
}

/// How long the slowest round of one who behaves well took.
async fn slowest(server: &OneThread) -> Duration {
    let mut raw = Raw::new(server.connect().await, WireKind::Ron);
    let mut slowest = Duration::ZERO;
    for n in 0..ROUNDS {
        let began = Instant::now();
        raw.ask(&Ask::Number(n)).await;
        assert_eq!(raw.answer().await, Answer::Number(n));
        slowest = slowest.max(began.elapsed());
    }
    slowest
}

#[tokio::test]
async fn r4_floods_starve_no_other_connection_of_their_thread() {
    let server = OneThread::start(echoing);
    let reads = flood(&server, true).await;
    let does_not = flood(&server, false).await;
    let slowest = slowest(&server).await;
    println!("{slowest:?}");
    assert!(slowest < BOUND, "{slowest:?}");
    assert!(!reads.is_finished() && !does_not.is_finished());
    reads.abort();
    does_not.abort();
    server.end().await;
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
    let flood = flood(&server, true).await;
    let slowest = slowest(&server).await;
    println!("{slowest:?}");
    assert!(slowest < BOUND, "{slowest:?}");
    assert!(!flood.is_finished());
    flood.abort();
    server.end().await;
}
