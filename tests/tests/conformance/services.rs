//! Servers and clients as wholes.

use std::sync::{Arc, Mutex};

use futures::StreamExt;
use reactive_messaging::{
    AddressError, BindError, Client, ConnectError, ConnectionEvent, ConstConfig, DisconnectReason,
    Incoming, Peer, Server, transport::MemoryListener,
};
use tests::{
    Answer, Ask, Events, Raw, WireKind, answer, connect, echo, echo_server, listen, soon, until,
};

const CONFIG: ConstConfig = ConstConfig::default();

#[tokio::test]
async fn a_server_takes_an_existing_listener() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server::from_listener(listener)
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .await
        .unwrap();
    assert_eq!(server.local_addr().unwrap(), address);
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.ask(&Ask::Hello).await;
    assert_eq!(raw.answer().await, Answer::World);

    let memory = Server::from_listener(MemoryListener::bind("").unwrap())
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .await
        .unwrap();
    assert!(memory.local_addr().is_err());
    let mut raw = Raw::new(connect(&memory.address()).await, WireKind::Ron);
    raw.ask(&Ask::Hello).await;
    assert_eq!(raw.answer().await, Answer::World);
}

#[tokio::test]
async fn many_servers_live_side_by_side() {
    let mut servers = Vec::new();
    for n in 0..16_u32 {
        let server = Server::bind(if n % 2 == 0 {
            "127.0.0.1:0"
        } else {
            "memory://"
        })
        .serve(move |asks: Incoming<Ask>, _peer: Peer<Answer>| asks.map(move |_| Answer::Number(n)))
        .await
        .unwrap();
        servers.push(server);
    }
    for (n, server) in servers.iter().enumerate() {
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.ask(&Ask::Hello).await;
        assert_eq!(raw.answer().await, Answer::Number(n as u32));
    }
    // one ends, the others go on
    let first = servers.remove(0);
    soon(first.shutdown()).await;
    for server in &servers {
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.ask(&Ask::Hello).await;
        raw.answer().await;
    }
    for server in servers {
        soon(server.shutdown()).await;
    }
}

#[tokio::test]
async fn peers_reach_whoever_is_connected() {
    let (server, events) = echo_server("127.0.0.1:0", WireKind::Ron, CONFIG).await;
    let mut raws = Vec::new();
    for _ in 0..8 {
        raws.push(Raw::new(connect(&server.address()).await, WireKind::Ron));
    }
    until(|| server.peers().len() == 8).await;
    let mut ids: Vec<_> = server.peers().iter().map(Peer::id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 8);
    for peer in server.peers() {
        assert!(peer.address().socket_addr().is_some());
        peer.send(Answer::Text("to all".into())).await.unwrap();
    }
    for raw in &mut raws {
        assert_eq!(raw.answer().await, Answer::Text("to all".into()));
    }
    drop(raws);
    until(|| server.peers().is_empty()).await;
    soon(server.shutdown()).await;
    events.assert_paired(8);
}

#[tokio::test]
async fn a_host_name_is_resolved() {
    let (server, _) = echo_server("localhost:0", WireKind::Ron, CONFIG).await;
    let port = server.local_addr().unwrap().port();
    let client = Client::connect(format!("tcp://localhost:{port}"))
        .run(
            |mut answers: Incoming<Answer>, peer: Peer<Ask>| async move {
                peer.send(Ask::Hello).await.unwrap();
                assert_eq!(answers.next().await, Some(Answer::World));
            },
        )
        .await
        .unwrap();
    assert!(matches!(
        soon(client.closed()).await,
        DisconnectReason::HandlerEnded
    ));
    soon(server.shutdown()).await;
}

#[tokio::test]
async fn what_cannot_start_says_why() {
    let serve = |asks: Incoming<Ask>, _peer: Peer<Answer>| asks.map(answer);
    let address = Server::bind("gopher://x").serve(serve).await;
    assert!(matches!(
        address,
        Err(BindError::InvalidAddress(AddressError::UnknownScheme(_)))
    ));
    let config = ConstConfig {
        outbound_bytes: 10,
        ..CONFIG
    };
    let config = Server::bind("127.0.0.1:0")
        .serve(serve)
        .config(config)
        .await;
    assert!(matches!(config, Err(BindError::InvalidConfig(_))));
    let errors = ConstConfig {
        max_decode_errors: 2,
        ..CONFIG
    };
    let errors = Server::bind("memory://")
        .serve(serve)
        .config(errors)
        .wire(reactive_messaging::Postcard);
    assert!(matches!(errors.await, Err(BindError::InvalidConfig(_))));
    let taken = Server::bind("127.0.0.1:0").serve(serve).await.unwrap();
    let again = Server::bind(taken.local_addr().unwrap()).serve(serve).await;
    assert!(matches!(again, Err(BindError::Io { .. })), "{again:?}");

    let address = Client::connect("nowhere").run(listen).await;
    assert!(matches!(address, Err(ConnectError::InvalidAddress(_))));
    let nobody = Client::connect("memory://nobody").run(listen).await;
    assert!(matches!(nobody, Err(ConnectError::Io { .. })), "{nobody:?}");
    let port = taken.local_addr().unwrap();
    soon(taken.shutdown()).await;
    let refused = Client::connect(port).run(listen).await;
    assert!(
        matches!(refused, Err(ConnectError::Io { .. })),
        "{refused:?}"
    );
}

/// Connection events frame the protocol's.
#[tokio::test(start_paused = true)]
async fn connection_events_are_paired_too() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let (protocol, connections) = (seen.clone(), seen.clone());
    let server = Server::bind("memory://")
        .serve({
            let seen = seen.clone();
            move |asks: Incoming<Ask>, _peer: Peer<Answer>| {
                seen.lock().unwrap().push("handler".into());
                asks.map(answer)
            }
        })
        .on_event(move |event| {
            use reactive_messaging::ProtocolEvent::{
                LocalServiceTermination, PeerArrived, PeerLeft,
            };
            let text = match event {
                PeerArrived { .. } => "arrived",
                PeerLeft { .. } => "left",
                LocalServiceTermination => "terminated",
            };
            protocol.lock().unwrap().push(text.into());
            async {}
        })
        .on_connection_event(move |event| {
            let text = match event {
                ConnectionEvent::Connected { .. } => "connected".to_string(),
                ConnectionEvent::Disconnected { reason, .. } => format!("disconnected: {reason}"),
                ConnectionEvent::Refused { .. } => "refused".into(),
                ConnectionEvent::LocalServiceTermination => "connections terminated".into(),
                _ => "unknown".into(),
            };
            connections.lock().unwrap().push(text);
            async {}
        })
        .await
        .unwrap();
    let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
    raw.ask(&Ask::Hello).await;
    raw.answer().await;
    drop(raw);
    until(|| server.stats().connections == 0).await;
    soon(server.shutdown()).await;
    let seen = seen.lock().unwrap().clone();
    let expected = [
        "connected",
        "arrived",
        "handler",
        "left",
        "disconnected: remote closed the connection",
        "terminated",
        "connections terminated",
    ];
    assert_eq!(seen, expected);
}

/// The reports of clients, and what their handles do when they are dropped.
#[tokio::test(start_paused = true)]
async fn a_client_ends_with_its_handle_or_its_shutdown() {
    let (server, events) = echo_server("memory://", WireKind::Ron, CONFIG).await;
    let mine = Events::default();
    let start = || {
        Client::connect(server.address())
            .run(listen)
            .on_event(mine.listener())
    };
    let client = start().await.unwrap();
    client.peer().send(Ask::Number(1)).await.unwrap();
    until(|| client.stats().totals.messages_received == 1).await;
    let report = soon(client.shutdown()).await;
    assert_eq!(
        (
            report.connections,
            report.aborted,
            report.messages_undelivered
        ),
        (1, 0, 0)
    );
    assert!(matches!(
        soon(client.closed()).await,
        DisconnectReason::Shutdown
    ));
    mine.assert_paired(1);
    assert!(matches!(
        events.left_by(1).await,
        DisconnectReason::RemoteClosed
    ));

    let client = start().await.unwrap();
    let peer = client.peer();
    drop(client);
    assert!(matches!(
        soon(peer.closed()).await,
        DisconnectReason::Aborted
    ));
    events.left_by(2).await;
    soon(server.shutdown()).await;
    events.assert_paired(2);
}
