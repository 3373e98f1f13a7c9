//! Who is there, and what was said.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use reactive_messaging::{ConnectionId, prelude::*};

use super::{
    accounts::Session,
    messages::{Line, RoomServer},
};

/// Lines that are kept for those who come back. With the limit of what a client may say, they fit into
/// an outbox.
const KEPT: usize = 100;

/// A room: its members, and the last lines that were said.
#[derive(Debug)]
pub struct Room {
    members: Group<RoomServer>,
    state: Mutex<State>,
}

/// Broadcasts are made while it is locked, so that all members have one order of messages, and nobody
/// who comes in gets a line twice or not at all.
#[derive(Debug, Default)]
struct State {
    present: BTreeMap<String, Peer<RoomServer>>,
    lines: VecDeque<Line>,
    next: u64,
}

impl Default for Room {
    /// An empty room. No member may miss a line: one that does not keep up is disconnected, and resumes.
    fn default() -> Self {
        Self {
            members: Group::with_overload(Overload::Disconnect),
            state: Mutex::default(),
        }
    }
}

impl Room {
    /// Lets a member in, until its [`Seat`] is dropped. It is told what it has missed and who is there.
    ///
    /// # Errors
    /// [`EncodeError`] if the others cannot be told.
    pub fn enter(
        self: &Arc<Self>,
        session: Session,
        peer: &Peer<RoomServer>,
    ) -> Result<Seat, EncodeError> {
        // in front of the lock: on errors, it is dropped behind it
        let seat = Seat {
            room: self.clone(),
            name: session.name,
            id: peer.id(),
        };
        let mut state = self.lock();
        match state.present.insert(seat.name.clone(), peer.clone()) {
            Some(before) => {
                self.members.leave(before.id());
                tell(&before, RoomServer::Replaced);
            }
            None => {
                let joined = RoomServer::Joined(seat.name.clone());
                self.members.broadcast(&joined)?;
            }
        }
        if let Some(from) = session.from {
            for line in state.lines.iter().filter(|line| line.number >= from) {
                tell(peer, RoomServer::Said(line.clone()));
            }
        }
        tell(peer, state.here());
        self.members.join(peer);
        drop(state);
        Ok(seat)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn here(&self) -> RoomServer {
        RoomServer::Here {
            names: self.present.keys().cloned().collect(),
            next: self.next,
        }
    }
}

/// Tells one member something. One that cannot take it has lost the thread, and is disconnected.
fn tell(peer: &Peer<RoomServer>, message: RoomServer) {
    if peer.try_send(message).is_err() {
        peer.abort();
    }
}

/// A place in the room. Whoever drops it leaves, and the others are told.
#[derive(Debug)]
pub struct Seat {
    room: Arc<Room>,
    name: String,
    id: ConnectionId,
}

impl Seat {
    /// Whose place it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Says something to all, the speaker included.
    ///
    /// # Errors
    /// [`EncodeError`]: nobody has heard it.
    pub fn say(&self, text: String) -> Result<(), EncodeError> {
        let mut state = self.room.lock();
        let line = Line {
            number: state.next,
            name: self.name.clone(),
            text,
        };
        let said = RoomServer::Said(line.clone());
        self.room.members.broadcast(&said)?;
        state.next += 1;
        if state.lines.len() == KEPT {
            state.lines.pop_front();
        }
        state.lines.push_back(line);
        Ok(())
    }

    /// The names of all members.
    pub fn who_is_here(&self) -> RoomServer {
        self.room.lock().here()
    }

    /// Whether somebody of the same name has taken the place.
    fn is_taken(&self, state: &State) -> bool {
        let present = state.present.get(&self.name);
        present.is_none_or(|peer| peer.id() != self.id)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.room.lock();
        self.room.members.leave(self.id);
        if self.is_taken(&state) {
            return;
        }
        state.present.remove(&self.name);
        let left = RoomServer::Left(std::mem::take(&mut self.name));
        // as long as `Joined`, which could be encoded
        let _ = self.room.members.broadcast(&left);
    }
}
