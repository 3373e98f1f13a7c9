//! P6: very many transitions.

use std::sync::{Arc, Mutex};

use futures::{StreamExt, future::join_all};
use reactive_messaging::{
    Client, ConnectionEvent, Incoming, LocalServiceTermination, Peer, ProtocolEvent, Server, Stage,
    StageOptions,
};
use tests::{Answer, Ask, WireKind, brief, on_wire, soon, until};

const CONNECTIONS: usize = 8;
const TRANSITIONS: u32 = 10_000;
const EACH: u32 = TRANSITIONS / CONNECTIONS as u32;

/// What stages were told of, by both sides.
#[derive(Debug)]
enum Told {
    Server(ProtocolEvent<Answer>),
    Client(ProtocolEvent<Ask>),
    Over,
}

impl From<LocalServiceTermination> for Told {
    fn from(_: LocalServiceTermination) -> Self {
        Self::Over
    }
}

/// How often each thing was told.
#[derive(Debug, Default)]
struct Counts {
    arrived: u32,
    advanced: u32,
    left: Vec<String>,
    disconnected: Vec<String>,
}

type Shared = Arc<Mutex<Counts>>;

fn count<M>(counts: &Shared, event: ProtocolEvent<M>) {
    let mut counts = counts.lock().unwrap();
    match event {
        ProtocolEvent::PeerArrived { .. } => counts.arrived += 1,
        ProtocolEvent::PeerLeft { reason, .. } => match brief(&reason).as_str() {
            "Advanced" => counts.advanced += 1,
            reason => counts.left.push(reason.into()),
        },
        ProtocolEvent::LocalServiceTermination => {}
    }
}

fn wire(stage: u32) -> WireKind {
    WireKind::ALL[stage as usize % WireKind::ALL.len()]
}

async fn answers(mut asks: Incoming<Ask>, peer: Peer<Answer, u32>, stage: u32) -> Option<u32> {
    let ask = asks.next().await?;
    assert_eq!(ask, Ask::Number(stage));
    peer.send(Answer::Number(stage)).await.ok()?;
    Some(stage + 1)
}

async fn asks(mut answers: Incoming<Answer>, peer: Peer<Ask, u32>, stage: u32) -> Option<u32> {
    peer.send(Ask::Number(stage)).await.ok()?;
    assert_eq!(answers.next().await?, Answer::Number(stage));
    Some(stage + 1).filter(|next| *next <= EACH)
}

/// Client and server go through stages side by side, each stage on another wire.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p6_ten_thousand_transitions_on_eight_connections() {
    let (told, seen): (Shared, Shared) = Default::default();
    let (events, ends) = (told.clone(), told.clone());
    let server = Server::bind("127.0.0.1:0")
        .serve_stages(
            || 0,
            |stage, this: Stage<u32, Told>| async move {
                let options = on_wire!(StageOptions::new(), wire(stage)).event(Told::Server);
                let handler = move |messages, peer| answers(messages, peer, stage);
                this.run_with(&options, handler).await
            },
        )
        .on_event(move |event| {
            if let Told::Server(event) = event {
                count(&events, event);
            }
            std::future::ready(())
        })
        .on_connection_event(move |event| {
            if let ConnectionEvent::Disconnected { reason, .. } = event {
                ends.lock().unwrap().disconnected.push(brief(&reason));
            }
            std::future::ready(())
        })
        .await
        .expect("a server");
    let clients = (0..CONNECTIONS).map(|_| {
        let events = seen.clone();
        Client::connect(server.address())
            .run_stages(
                || 0,
                |stage, this: Stage<u32, Told>| async move {
                    let options = on_wire!(StageOptions::new(), wire(stage)).event(Told::Client);
                    let handler = move |messages, peer| asks(messages, peer, stage);
                    this.run_with(&options, handler).await
                },
            )
            .on_event(move |event| {
                if let Told::Client(event) = event {
                    count(&events, event);
                }
                std::future::ready(())
            })
            .into_future()
    });
    let clients = join_all(clients).await;
    for client in clients {
        let client = client.expect("a client");
        assert_eq!(brief(&soon(client.closed()).await), "HandlerEnded");
        let totals = client.stats().totals;
        let all = u64::from(EACH) + 1;
        assert_eq!((totals.messages_sent, totals.messages_received), (all, all));
    }
    until(|| server.stats().connections == 0).await;
    let (told, seen) = (told.lock().unwrap(), seen.lock().unwrap());
    assert_eq!(told.disconnected, ["RemoteClosed"; CONNECTIONS]);
    assert_eq!(told.left, ["RemoteClosed"; CONNECTIONS]);
    assert_eq!(seen.left, ["HandlerEnded"; CONNECTIONS]);
    // the server is in its next stage when the client has had enough
    assert_eq!(seen.advanced, TRANSITIONS);
    assert_eq!(told.advanced, TRANSITIONS + CONNECTIONS as u32);
    assert_eq!(told.arrived, told.advanced + CONNECTIONS as u32);
    let totals = server.stats().totals;
    let all = u64::from(TRANSITIONS) + CONNECTIONS as u64;
    assert_eq!((totals.messages_sent, totals.messages_received), (all, all));
    assert_eq!((totals.messages_undelivered, totals.decode_errors), (0, 0));
}
