//! The three ways to leave a stage, payloads, shared state, keys, and a client on the other side.

use std::{fmt, ops::ControlFlow, sync::Arc};

use reactive_messaging::{ProtocolEvent, prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
pub enum PreGameClient {
    Hello(u32),
}

#[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
pub enum PreGameServer {
    Welcome,
    Incompatible,
}

#[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(wire = Postcard)]
pub enum GameClient {
    Ping(u32),
    Stop,
}

#[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(wire = Postcard)]
pub enum GameServer {
    Pong(u32),
}

pub struct Session {
    rallies: u32,
}

#[derive(Debug)]
pub struct PlayError;

impl fmt::Display for PlayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no play")
    }
}

pub struct Stats;

#[reactive_server(config(max_frame_len = 4 * 1024))]
/// A game.
pub mod game {
    use super::*;

    /// Leaves by `advance`.
    #[stage(PreGame => Game | Closing)]
    pub async fn negotiate(
        messages: impl Stream<Item = PreGameClient>,
        peer: Peer<PreGameServer, Negotiate>,
        _stats: Arc<Stats>,
    ) -> impl Stream<Item = PreGameServer> {
        messages.map(move |PreGameClient::Hello(version)| match version {
            1 => {
                let session = Session { rallies: 0 };
                if peer.advance(Negotiate::Game(session, 1)).is_err() {
                    println!("too late");
                }
                PreGameServer::Welcome
            }
            _ => {
                let _ = peer.advance(Negotiate::Closing);
                PreGameServer::Incompatible
            }
        })
    }

    /// Leaves by returning.
    #[stage(Game => Closing | Overtime, config = ConstConfig { max_frame_len: 512, ..ConstConfig::default() }, wire = Json)]
    pub async fn play(
        mut session: Session,
        first: u32,
        mut messages: Incoming<GameClient>,
        peer: Peer<GameServer, Play>,
        stats: Arc<Stats>,
    ) -> Result<Play, PlayError> {
        let _ = stats;
        while let Some(message) = messages.next().await {
            match message {
                GameClient::Ping(n) => {
                    session.rallies += 1;
                    peer.send(GameServer::Pong(n + first)).await.map_err(|_| PlayError)?;
                }
                GameClient::Stop if session.rallies > 1_000 => return Ok(Play::Overtime(())),
                GameClient::Stop => return Ok(Play::Closing),
            }
        }
        Err(PlayError)
    }

    /// Leaves by what it yields; nobody tells the local protocol but its items.
    #[stage(Overtime => Closing, concurrency = 4, unordered, on_error = close, name = LeaveOvertime)]
    fn overtime(
        _: (),
        messages: impl Stream<Item = GameClient>,
    ) -> impl Stream<Item = impl Future<Output = ControlFlow<LeaveOvertime, GameServer>>> {
        messages.map(|message| async move {
            match message {
                GameClient::Ping(n) => ControlFlow::Continue(GameServer::Pong(n)),
                GameClient::Stop => ControlFlow::Break(LeaveOvertime::Closing),
            }
        })
    }

    /// The last one; it says nothing.
    #[stage(Closing)]
    async fn close(messages: Incoming<GameClient>, peer: Peer<GameServer>) {
        drop(messages);
        peer.draining().await;
    }

    /// Something else, which stays as it is.
    pub fn rules() -> &'static str {
        "none"
    }
}

#[reactive_client]
mod player {
    use super::*;

    #[stage(PreGame => Game)]
    async fn negotiate(
        mut messages: Incoming<PreGameServer>,
        peer: Peer<PreGameClient>,
    ) -> Option<Negotiate> {
        peer.send(PreGameClient::Hello(1)).await.ok()?;
        messages.next().await.map(|_| Negotiate::Game)
    }

    #[stage(Game, wire = Json)]
    async fn play(mut messages: Incoming<GameServer>, peer: Peer<GameClient, Play>) {
        let _ = peer.send(GameClient::Ping(41)).await;
        assert!(matches!(messages.next().await, Some(GameServer::Pong(42))));
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let server = game::with(Arc::new(Stats))
        .bind("memory://")
        .on_event(|event| async move {
            match event {
                game::Event::PreGame(ProtocolEvent::PeerArrived { peer }) => println!("{}", peer.id()),
                event => println!("{event:?}"),
            }
        })
        .await
        .unwrap();
    let client: Client = player::connect(server.address()).await.unwrap();
    let reason = client.closed().await;
    assert!(matches!(reason, DisconnectReason::HandlerEnded), "{reason:?}");
    assert_eq!((game::rules(), game::CONFIG.max_frame_len), ("none", 4096));
    let server: Server = server;
    server.shutdown().await;
}
