//! C: how connections end.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, stream};
use reactive_messaging::{
    Client, ConstConfig, DisconnectReason, Incoming, Peer, SendError, Server, serve_connection,
};
use tests::{
    Answer, Ask, Events, Raw, WireKind, connect, echo, echo_server, listen, settle, soon, until,
};
use tokio::{io::duplex, net::TcpStream, time::Instant};

const CONFIG: ConstConfig = ConstConfig::default();

#[tokio::test]
async fn c1_reset_within_a_frame_drops_the_frame_and_keeps_the_earlier_ones() {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (events, record) = (Events::default(), seen.clone());
    let server = Server::bind("127.0.0.1:0")
        .serve(move |asks: Incoming<Ask>, _peer: Peer<Answer>| {
            let seen = record.clone();
            asks.map(move |ask| seen.lock().unwrap().push(ask))
        })
        .on_event(events.listener())
        .await
        .unwrap();
    let socket = TcpStream::connect(server.local_addr().unwrap())
        .await
        .unwrap();
    socket.set_zero_linger().unwrap();
    let mut raw = Raw::new(socket, WireKind::Ron);
    raw.write(b"Number(1)\nNumber(2)\nNumb").await;
    until(|| seen.lock().unwrap().len() == 2).await;
    drop(raw);
    let reason = events.left_by(1).await;
    assert!(matches!(reason, DisconnectReason::Io(_)), "{reason:?}");
    assert_eq!(*seen.lock().unwrap(), [Ask::Number(1), Ask::Number(2)]);
    soon(server.shutdown()).await;
    events.assert_paired(1);
}

#[tokio::test]
async fn c2_half_close_behind_requests_gets_all_replies_then_fin() {
    for wire in WireKind::ALL {
        let (server, events) = echo_server("127.0.0.1:0", wire, CONFIG).await;
        let mut raw = Raw::new(connect(&server.address()).await, wire);
        let asks: Vec<_> = (0..10_000).map(Ask::Number).collect();
        raw.write(&wire.frames(&asks)).await;
        raw.finish().await;
        let answers: Vec<_> = (0..10_000).map(Answer::Number).collect();
        assert_eq!(raw.rest().await, answers);
        let reason = events.left_by(1).await;
        assert!(
            matches!(reason, DisconnectReason::RemoteClosed),
            "{reason:?}"
        );
        let (_, _, stats) = &events.left()[0];
        assert_eq!(
            (stats.messages_received, stats.messages_sent),
            (10_000, 10_000)
        );
        soon(server.shutdown()).await;
        events.assert_paired(1);
    }
}

/// Slow handlers finish what they were given, too.
#[tokio::test(start_paused = true)]
async fn c2_half_close_lets_a_slow_handler_finish() {
    let (local, remote) = duplex(64 * 1024);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| {
        echo(asks).then(|answer| async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            answer
        })
    });
    let dialog = tokio::spawn(dialog.into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    let asks: Vec<_> = (0..15).map(Ask::Number).collect();
    raw.write(&WireKind::Ron.frames(&asks)).await;
    raw.finish().await;
    assert_eq!(raw.rest().await.len(), 15);
    let reason = soon(dialog).await.unwrap();
    assert!(
        matches!(reason, Ok(DisconnectReason::RemoteClosed)),
        "{reason:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn c3_fin_within_a_frame_is_an_unexpected_end() {
    for wire in WireKind::ALL {
        let whole = wire.frame(&Ask::Number(300));
        for cut in 1..whole.len() {
            let (server, events) = echo_server("memory://", wire, CONFIG).await;
            let mut raw = Raw::new(connect(&server.address()).await, wire);
            raw.ask(&Ask::Number(1)).await;
            raw.write(&whole[..cut]).await;
            raw.finish().await;
            assert_eq!(raw.rest().await, [Answer::Number(1)]);
            let reason = events.left_by(1).await;
            assert!(
                matches!(reason, DisconnectReason::UnexpectedEnd),
                "{wire:?} {cut} {reason:?}"
            );
            soon(server.shutdown()).await;
            events.assert_paired(1);
        }
    }
}

#[tokio::test]
async fn c4_a_thousand_instant_closes_are_paired() {
    let (server, events) = echo_server("127.0.0.1:0", WireKind::Ron, CONFIG).await;
    let address = server.local_addr().unwrap();
    for round in 0..1_000 {
        let socket = TcpStream::connect(address).await.unwrap();
        if round % 2 == 0 {
            socket.set_zero_linger().unwrap();
        }
        drop(socket);
        // at most so many at once
        until(|| server.stats().connections < 32).await;
    }
    until(|| server.stats().connections == 0).await;
    // resets in the backlog may never be accepted
    soon(server.shutdown()).await;
    let arrived = events.arrived().len();
    assert!(arrived >= 500, "{arrived}");
    assert_eq!(server.stats().connections_total, arrived as u64);
    events.assert_paired(arrived);
}

#[tokio::test(start_paused = true)]
async fn c6_sending_on_a_closed_peer_hands_the_message_back_and_never_blocks() {
    let (server, events) = echo_server("memory://", WireKind::Ron, CONFIG).await;
    for how in 0..4 {
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.ask(&Ask::Hello).await;
        raw.answer().await;
        let peer = server.peers().remove(0);
        match how {
            0 => peer.abort(),
            1 => peer.close(),
            2 => peer.send(Answer::Bye).await.unwrap(),
            _ => raw.finish().await,
        }
        if how < 3 {
            assert_closed(&peer).await;
        }
        drop(raw);
        soon(peer.closed()).await;
        assert_closed(&peer).await;
        soon(peer.draining()).await;
        peer.close();
        peer.abort();
        assert_eq!(peer.pending_bytes(), 0);
        until(|| server.stats().connections == 0).await;
    }
    soon(server.shutdown()).await;
    events.assert_paired(4);
}

async fn assert_closed(peer: &Peer<Answer>) {
    let began = Instant::now();
    let text = Answer::Text("back".into());
    for refused in [peer.try_send(text.clone()), peer.send(text.clone()).await] {
        assert!(matches!(&refused, Err(SendError::Closed(message)) if *message == text));
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
}

/// Senders that wait for room are told of the end, and get their messages back.
#[tokio::test(start_paused = true)]
async fn c6_waiting_senders_are_refused_when_the_connection_ends() {
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| asks.map(|_| ()))
        .await
        .unwrap();
    let remote = connect(&server.address()).await;
    settle().await;
    let peer = server.peers().remove(0);
    let senders: Vec<_> = (0..10)
        .map(|_| {
            let peer = peer.clone();
            tokio::spawn(async move {
                loop {
                    if let Err(refused) = peer.send(Answer::Text("x".repeat(10_000))).await {
                        return refused;
                    }
                }
            })
        })
        .collect();
    settle().await;
    assert!(senders.iter().all(|sender| !sender.is_finished()));
    peer.close();
    for sender in senders {
        let refused = soon(sender).await.unwrap();
        assert!(matches!(refused, SendError::Closed(Answer::Text(_))));
    }
    drop(remote);
    soon(server.shutdown()).await;
}

#[tokio::test]
async fn c8_a_server_that_ends_closes_its_peers_in_order() {
    let (server, events) = echo_server("127.0.0.1:0", WireKind::Ron, CONFIG).await;
    let mut clients = Vec::new();
    for _ in 0..16 {
        let client = Client::connect(server.address()).run(listen).await.unwrap();
        clients.push(client);
    }
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    until(|| server.stats().connections == 17).await;
    let raws = tokio::spawn(async move { raw.rest().await });
    let report = soon(server.shutdown()).await;
    assert_eq!(
        (
            report.connections,
            report.aborted,
            report.messages_undelivered
        ),
        (17, 0, 0)
    );
    soon(server.closed()).await;
    assert_eq!(soon(raws).await.unwrap(), []);
    for client in clients {
        let reason = soon(client.closed()).await;
        assert!(
            matches!(reason, DisconnectReason::RemoteClosed),
            "{reason:?}"
        );
    }
    events.assert_paired(17);
    assert!(
        events
            .left()
            .iter()
            .all(|(_, reason, _)| matches!(reason, DisconnectReason::Shutdown))
    );
}

/// A handle that is dropped aborts its connections, and ends its tasks.
#[tokio::test(start_paused = true)]
async fn c8_a_dropped_handle_aborts_its_connections() {
    let (server, events) = echo_server("memory://", WireKind::Ron, CONFIG).await;
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    settle().await;
    drop(server);
    assert_eq!(raw.rest().await, []);
    let reason = events.left_by(1).await;
    assert!(matches!(reason, DisconnectReason::Aborted), "{reason:?}");
    settle().await;
    events.assert_paired(1);
}

#[tokio::test(start_paused = true)]
async fn c9_after_fin_a_pushing_handler_goes_on_until_it_is_silent() {
    for (pushes, gap, ended) in [(6, 20, false), (2, 40, true)] {
        let (local, remote) = duplex(64 * 1024);
        let dialog = serve_connection(local, move |_asks: Incoming<Ask>, _peer: Peer<Answer>| {
            stream::iter(0..pushes).then(move |n| async move {
                tokio::time::sleep(Duration::from_secs(gap)).await;
                Answer::Number(n)
            })
        });
        let dialog = tokio::spawn(dialog.into_future());
        let mut raw = Raw::new(remote, WireKind::Ron);
        raw.finish().await;
        let began = Instant::now();
        let mut received = 0;
        while let Ok(Ok(Some(Answer::Number(_)))) =
            tokio::time::timeout(Duration::from_secs(60), raw.next()).await
        {
            received += 1;
        }
        let reason = soon(dialog).await.unwrap().unwrap();
        if ended {
            assert!(
                matches!(reason, DisconnectReason::HalfClosedTimeout),
                "{reason:?}"
            );
            assert_eq!(received, 0);
            assert_eq!(began.elapsed().as_secs(), 30);
        } else {
            assert!(
                matches!(reason, DisconnectReason::HandlerEnded),
                "{reason:?}"
            );
            assert_eq!(received, 6);
        }
    }
}
