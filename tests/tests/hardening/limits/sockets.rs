//! `socket_options` of a configuration reach the sockets of both roles, as the kernel shows them.
#![cfg(target_os = "linux")]

use std::{ops::RangeInclusive, time::Duration};

use futures::StreamExt;
use reactive_messaging::{
    Address, Client, ConstConfig, Incoming, Keepalive, Peer, Server, SocketOptions,
};
use tests::{Answer, Ask, echo, soon};
use tokio::net::TcpListener;

use super::dialog::CONFIG;

/// The timer of the connection from a local port to a remote one: what for, and in how many
/// hundredths of a second, as `/proc/net/tcp` has it; its format is in `proc_net_tcp.rst` of the
/// kernel.
fn timer(local: u16, remote: u16) -> Option<(u8, u64)> {
    let connections = std::fs::read_to_string("/proc/net/tcp").expect("a list");
    let ends = format!(":{local:04X} 0100007F:{remote:04X} 01 ");
    let line = connections.lines().find(|line| line.contains(&ends))?;
    let timer = line.split_whitespace().nth(5)?;
    let (what, when) = timer.split_once(':')?;
    let when = u64::from_str_radix(when, 16).expect("hexadecimal");
    Some((what.parse().expect("a digit"), when))
}

const KEEPALIVE: u8 = 2;

/// Whether a probe is due within so many seconds, or none where that is `None`.
fn is_due(timer: Option<(u8, u64)>, expected: &Option<RangeInclusive<u64>>) -> bool {
    match (timer, expected) {
        (Some((KEEPALIVE, when)), Some(seconds)) => {
            (100 * seconds.start()..=100 * seconds.end()).contains(&when)
        }
        (Some((what, _)), None) => what == 0,
        _ => false,
    }
}

#[tokio::test]
async fn keepalive_is_asked_of_the_kernel() {
    let own = Some(Keepalive {
        idle: Duration::from_secs(500),
        interval: Duration::from_secs(5),
        probes: 2,
    });
    // a machine that is busy looks late at a timer that was set in time
    for (tcp_keepalive, expected) in [
        (SocketOptions::default().tcp_keepalive, Some(30..=61)),
        (own, Some(400..=501)),
        (None, None),
    ] {
        let config = |base| ConstConfig {
            socket_options: SocketOptions {
                tcp_keepalive,
                ..SocketOptions::default()
            },
            ..base
        };
        let server = Server::bind("127.0.0.1:0")
            .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
            .config(config(CONFIG))
            .await
            .unwrap();
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let client = Client::connect(server.address())
            .run(move |answers: Incoming<Answer>, _peer: Peer<Ask>| {
                let tell = tell.clone();
                answers.map(move |_| tell.send(()).unwrap())
            })
            .config(config(ConstConfig::client()))
            .await
            .unwrap();
        client.peer().send(Ask::Hello).await.unwrap();
        soon(told.recv()).await.unwrap();
        let port = server.local_addr().unwrap().port();
        let Address::Socket(remote) = server.peers()[0].address().clone() else {
            panic!("a socket has an address");
        };
        // an acknowledgement may be under way at first, which has the timer meanwhile
        let both_due = || {
            is_due(timer(port, remote.port()), &expected)
                && is_due(timer(remote.port(), port), &expected)
        };
        tests::until(both_due).await;
        soon(server.shutdown()).await;
        soon(client.closed()).await;
    }
}

/// A connection closes in order, whatever the remote does: nothing here asks for a reset, or has a
/// close wait in the kernel.
#[tokio::test]
async fn a_close_is_no_reset() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let client = Client::connect(address)
        .run(|_answers: Incoming<Answer>, _peer: Peer<Ask>| futures::stream::iter([Ask::Hello]))
        .await
        .unwrap();
    let (mut remote, _) = soon(listener.accept()).await.unwrap();
    let mut said = Vec::new();
    let read = tokio::io::AsyncReadExt::read_to_end(&mut remote, &mut said);
    soon(read).await.expect("FIN, not a reset");
    assert_eq!(said, b"Hello\n");
    drop(remote);
    soon(client.closed()).await;
}
