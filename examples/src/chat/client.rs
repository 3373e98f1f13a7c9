//! The client's side of both stages.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reactive_messaging::prelude::*;
use tokio::sync::{Mutex as AsyncMutex, mpsc};

use super::messages::{Line, LoginClient, LoginServer, Refusal, RoomClient, RoomServer};

/// Messages between a visitor and its program that may wait.
const WAITING: usize = 16;

/// Somebody who enters, from one connection to the next.
///
/// It keeps the token of its session, so that its later connections resume, and takes what its program
/// wants to say on whatever connection there is.
#[derive(Debug)]
pub struct Visitor {
    name: String,
    password: String,
    progress: Mutex<Progress>,
    wishes: AsyncMutex<mpsc::Receiver<RoomClient>>,
    told: mpsc::Sender<Told>,
}

/// What a session needs to be resumed.
#[derive(Debug, Default)]
struct Progress {
    token: Option<String>,
    next: Option<u64>,
}

/// What a visitor's program is told.
#[derive(Debug, PartialEq)]
pub enum Told {
    /// The door stays closed.
    Refused(Refusal),
    /// What was said in the room.
    Room(RoomServer),
}

impl Visitor {
    /// Somebody with a name and a password, the sender of what it shall say, and the receiver of what it
    /// is told. It ends its dialog when either of them is dropped.
    pub fn new(
        name: &str,
        password: &str,
    ) -> (Arc<Self>, mpsc::Sender<RoomClient>, mpsc::Receiver<Told>) {
        let (says, wishes) = mpsc::channel(WAITING);
        let (told, hears) = mpsc::channel(WAITING);
        let visitor = Self {
            name: name.into(),
            password: password.into(),
            progress: Mutex::default(),
            wishes: AsyncMutex::new(wishes),
            told,
        };
        (Arc::new(visitor), says, hears)
    }

    /// What it says at the door.
    fn knock(&self) -> LoginClient {
        let progress = self.progress();
        let name = self.name.clone();
        match &progress.token {
            Some(token) => LoginClient::Resume {
                name,
                token: token.clone(),
                from: progress.next,
            },
            None => LoginClient::Enter {
                name,
                password: self.password.clone(),
            },
        }
    }

    /// The next message that its program wants to send. Cancel safe.
    async fn wish(&self) -> Option<RoomClient> {
        self.wishes.lock().await.recv().await
    }

    /// Tells its program. `None`: nobody listens.
    async fn tell(&self, told: Told) -> Option<()> {
        self.told.send(told).await.ok()
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A visitor's dialog. Start it with `guest::with(visitor).connect(address)`.
#[reactive_client]
pub mod guest {
    use super::*;

    /// Proves who it is.
    #[stage(Login => Room)]
    pub async fn login(
        mut messages: Incoming<LoginServer>,
        peer: Peer<LoginClient>,
        visitor: Arc<Visitor>,
    ) -> Option<Login> {
        peer.send(visitor.knock()).await.ok()?;
        match messages.next().await? {
            LoginServer::Welcome { token } => {
                visitor.progress().token = Some(token);
                Some(Login::Room)
            }
            LoginServer::Refused(refusal) => {
                // the next try is by password
                *visitor.progress() = Progress::default();
                visitor.tell(Told::Refused(refusal)).await?;
                None
            }
            LoginServer::GoodBye | LoginServer::Error(_) => None,
        }
    }

    /// Says what its program wants, and tells it what is said.
    #[stage(Room)]
    pub async fn converse(
        mut messages: Incoming<RoomServer>,
        peer: Peer<RoomClient>,
        visitor: Arc<Visitor>,
    ) -> Result<(), SendError<RoomClient>> {
        loop {
            tokio::select! {
                wish = visitor.wish() => match wish {
                    Some(wish) => peer.send(wish).await?,
                    None => return Ok(()),
                },
                message = messages.next() => {
                    let Some(message) = message else { return Ok(()) };
                    let next = match &message {
                        RoomServer::Said(Line { number, .. }) => Some(number + 1),
                        RoomServer::Here { next, .. } => Some(*next),
                        _ => None,
                    };
                    if visitor.tell(Told::Room(message)).await.is_none() {
                        return Ok(());
                    }
                    // only now has its program got it
                    if next.is_some() {
                        visitor.progress().next = next;
                    }
                }
            }
        }
    }
}
