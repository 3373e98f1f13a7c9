//! The servers as processes: what they do at signals.
#![cfg(unix)]

mod process;

use process::{Program, Remote, Server};
use rustix::process::Signal;

/// The servers, what to say to each, and what it answers to that.
const SERVERS: [(Program, &str, &[&str]); 3] = [
    (
        Program::Example("hello_world", &["server"]),
        "Hello\nPing(7)\n",
        &["World(\"Earth\")", "Pong(7)"],
    ),
    (
        Program::Example("chat", &["server"]),
        "Enter(name:\"ada\",password:\"lovelace\")\n",
        &["Welcome(", "Here("],
    ),
    (
        Program::Binary(env!("CARGO_BIN_EXE_ping_pong_server"), &[]),
        "Version(1)\n",
        &["Welcome"],
    ),
];

/// A drain is over once the remote has closed its side, too.
#[tokio::test]
async fn s1_a_signal_drains_every_server_and_ends_it_in_order() {
    for (program, says, hears) in SERVERS {
        for signal in [Signal::TERM, Signal::INT] {
            let mut server = program.start("127.0.0.1:0").await;
            let mut remote = Remote::connect(&server.address).await;
            remote.say(says).await;
            for expected in hears {
                let line = remote.line().await.expect("an answer");
                assert!(line.starts_with(expected), "{program:?}: {line}");
            }
            server.signal(signal);
            server.hears("draining").await;
            let rest = remote.rest().await;
            assert!(
                rest.iter().all(|line| line == "GoodBye"),
                "{program:?}: {rest:?}"
            );
            drop(remote);
            let report = server.hears("drained in ").await;
            assert!(
                report.ends_with("connections: 1, not in order: 0, messages undelivered: 0"),
                "{program:?}: {report}"
            );
            assert_eq!(server.status().await, Some(0), "{program:?}");
        }
    }
}

/// What was read by the server is answered, though it was not before the signal.
#[tokio::test]
async fn s1_what_was_read_before_a_signal_is_answered() {
    let mut server = HELLO.start("127.0.0.1:0").await;
    let mut remote = Remote::connect(&server.address).await;
    remote.say(&"Ping(1)\n".repeat(400)).await;
    // as much as arrives in one piece, and is read at once; the first answer tells that it was
    remote.line().await.expect("an answer");
    server.signal(Signal::TERM);
    let rest = remote.rest().await;
    assert_eq!(rest, vec!["Pong(1)"; 399]);
    drop(remote);
    let report = server.hears("drained in ").await;
    assert!(report.ends_with(" messages undelivered: 0"), "{report}");
    assert_eq!(server.status().await, Some(0));
}

const HELLO: Program = SERVERS[0].0;

/// A server whose drain hangs, for ten seconds: one client asks without end and does not read.
async fn hanging(old: &mut Server) -> Remote {
    let mut frozen = Remote::connect(&old.address).await;
    // the fifth unreadable line in a row would end it
    frozen.freeze("?\n?\n?\n?\nHello\n").await;
    let mut polite = Remote::connect(&old.address).await;
    polite.say("Hello\n").await;
    polite.line().await.expect("an answer");
    old.signal(Signal::TERM);
    old.hears("draining").await;
    // the listener is dropped before anyone is told of the end
    assert_eq!(polite.rest().await, Vec::<String>::new());
    frozen
}

#[tokio::test]
async fn s5_a_second_signal_ends_a_drain_that_hangs() {
    let mut server = HELLO.start("127.0.0.1:0").await;
    let _frozen = hanging(&mut server).await;
    server.signal(Signal::TERM);
    assert_eq!(server.status().await, Some(130));
}

#[tokio::test]
async fn a_server_starts_again_on_its_port_while_the_old_one_drains() {
    let mut old = HELLO.start("127.0.0.1:0").await;
    let _frozen = hanging(&mut old).await;
    let new = HELLO.start(&old.address).await;
    assert_eq!(new.address, old.address);
    let mut remote = Remote::connect(&new.address).await;
    remote.say("Hello\n").await;
    let answer = remote.line().await;
    assert_eq!(answer.as_deref(), Some("World(\"Earth\")"));
    // the old one is still there
    old.signal(Signal::INT);
    assert_eq!(old.status().await, Some(130));
}
