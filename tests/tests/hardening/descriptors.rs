//! R: a process that has few descriptors or none left, or should have as many as before. Each test
//! runs in a process of its own, whose limit is low and whose counts nobody else changes.

use std::{collections::VecDeque, net::SocketAddr, time::Duration};

use reactive_messaging::{ConstConfig, Incoming, Peer, Server};
use tests::{
    Answer, Ask, Limits, Log, Raw, WireKind, block_on, cpu_time, descriptors, echo, echo_server,
    in_child, soon, until,
};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::{Instant, sleep},
};

const FEW: Limits = Limits {
    descriptors: Some(64),
    address_space: None,
    stack: None,
};
/// More connections than that: with their remotes in the same process, each takes two.
const STORM: u32 = 40;
/// How often descriptors come free and run out again, unless that takes more than a second.
const TURNS: usize = 100;
/// What the log says then.
const CANNOT_ACCEPT: &str = "cannot accept";

/// How often it may say so within `time`: ten times a second, which may begin before that and end
/// behind it.
fn lines_within(time: Duration) -> usize {
    10 * (time.as_secs() as usize + 2)
}

/// A server that would accept many more than there are descriptors for.
async fn server() -> (Server<Answer>, SocketAddr) {
    let server = Server::bind("127.0.0.1:0")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .max_connections(10_000)
        .await
        .expect("a server");
    let address = server.local_addr().expect("a socket");
    (server, address)
}

/// Connects without a descriptor beyond that of the socket, which is there.
async fn connect(socket: TcpSocket, address: SocketAddr) -> Raw<TcpStream> {
    let stream = soon(socket.connect(address)).await.expect("a backlog");
    Raw::new(stream, WireKind::Ron)
}

/// Connections in the order in which they are accepted, more of them than the process has descriptors
/// for. Returns when the server has found that out.
async fn storm(address: SocketAddr, log: &Log) -> VecDeque<Raw<TcpStream>> {
    let sockets: Vec<_> = (0..STORM)
        .map(|_| TcpSocket::new_v4().expect("a descriptor"))
        .collect();
    let mut raws = VecDeque::new();
    for socket in sockets {
        raws.push_back(connect(socket, address).await);
    }
    until(|| log.count(CANNOT_ACCEPT) > 0).await;
    assert!(TcpSocket::new_v4().is_err(), "descriptors are left");
    raws
}

#[test]
fn r2_without_descriptors_accepting_backs_off_and_recovers() {
    in_child(FEW, || {
        block_on(async {
            let (log, _guard) = Log::begin();
            let (server, address) = server().await;
            let mut raws = storm(address, &log).await;
            let served = server.stats().connections;
            assert!((5..STORM as usize).contains(&served), "{served} are served");

            // a second without descriptors: those who are served go on being served
            let (said, worked, began) = (log.count(CANNOT_ACCEPT), cpu_time(), Instant::now());
            for round in 0..10 {
                for raw in raws.iter_mut().take(served) {
                    raw.ask(&Ask::Number(round)).await;
                    assert_eq!(raw.answer().await, Answer::Number(round));
                }
                sleep(Duration::from_millis(100)).await;
            }
            let (said, worked) = (log.count(CANNOT_ACCEPT) - said, cpu_time() - worked);
            let took = began.elapsed();
            println!("{served} served, {said} log lines, {worked:?} of work in {took:?}");
            assert!(said <= lines_within(took), "{said} log lines in {took:?}");
            assert!(worked < Duration::from_millis(500), "{worked:?}: it spins");
            assert_eq!(server.stats().connections, served);

            // those who wait are accepted when others leave, and so is who comes now
            raws.drain(..served + 10);
            raws.push_back(connect(TcpSocket::new_v4().expect("free ones"), address).await);
            for raw in &mut raws {
                raw.ask(&Ask::Hello).await;
                assert_eq!(raw.answer().await, Answer::World);
            }
            drop(raws);
            soon(server.shutdown()).await;
        });
    });
}

/// Without a number of its own, a server has as many connections as ¾ of its descriptors; over the
/// in-memory transport, which needs none.
#[test]
fn r1_max_connections_are_by_default_three_quarters_of_the_descriptors() {
    let few = Limits {
        descriptors: Some(40),
        ..Limits::default()
    };
    in_child(few, || {
        block_on(async {
            let server = Server::bind("memory://")
                .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
                .await
                .expect("a server");
            let another = async || Raw::new(tests::connect(&server.address()).await, WireKind::Ron);
            let mut raws = Vec::new();
            for n in 0..30 {
                let mut raw = another().await;
                raw.ask(&Ask::Number(n)).await;
                assert_eq!(raw.answer().await, Answer::Number(n));
                raws.push(raw);
            }
            assert_eq!(another().await.rest().await, []);
            assert_eq!(server.stats().connections_refused, 1);
            drop(raws);
            soon(server.shutdown()).await;
        });
    });
}

/// Descriptors come free and run out again and again: an accept that succeeds between two failures
/// must not make the log longer.
#[test]
fn r2_descriptors_that_come_and_go_do_not_flood_the_log() {
    in_child(FEW, || {
        block_on(async {
            let (log, _guard) = Log::begin();
            let (server, address) = server().await;
            let mut raws = storm(address, &log).await;
            let (said, began) = (log.count(CANNOT_ACCEPT), Instant::now());
            let mut accepted = 0;
            while accepted < TURNS && began.elapsed() < Duration::from_secs(1) {
                // the server's descriptor comes free, too, once it has seen the end
                drop(raws.pop_front());
                raws.push_back(connect(TcpSocket::new_v4().expect("a free one"), address).await);
                let open = server.stats().connections_total;
                until(|| server.stats().connections_total > open).await;
                accepted += 1;
            }
            let (said, took) = (log.count(CANNOT_ACCEPT) - said, began.elapsed());
            println!("{accepted} accepted, {said} log lines in {took:?}");
            assert!(said <= lines_within(took), "{said} log lines in {took:?}");
            drop(raws);
            soon(server.shutdown()).await;
        });
    });
}

#[test]
fn r3_two_thousand_resets_leave_no_descriptor_and_no_task() {
    in_child(Limits::default(), || {
        block_on(async {
            let (server, events) =
                echo_server("127.0.0.1:0", WireKind::Ron, ConstConfig::default()).await;
            let address = server.local_addr().expect("a socket");
            let metrics = tokio::runtime::Handle::current().metrics();
            let before = (descriptors(), metrics.num_alive_tasks());
            for round in 0..2_000 {
                let socket = TcpStream::connect(address).await.expect("a listener");
                socket.set_zero_linger().expect("a socket");
                let mut raw = Raw::new(socket, WireKind::Ron);
                if round % 2 == 0 {
                    raw.ask(&Ask::Hello).await;
                    assert_eq!(raw.answer().await, Answer::World);
                }
                drop(raw);
                until(|| server.stats().connections < 16).await;
            }
            until(|| server.stats().connections == 0 && metrics.num_alive_tasks() <= before.1)
                .await;
            assert_eq!((descriptors(), metrics.num_alive_tasks()), before);
            soon(server.shutdown()).await;
            drop(server);
            until(|| metrics.num_alive_tasks() == 0).await;
            assert!(events.arrived().len() >= 1_000);
            events.assert_paired(events.arrived().len());
        });
    });
}
