//! Groups: one message to many connections.
//!
//! A group is a list of what `Peer`s hold, and hands frames to their outboxes. It has no task and no
//! queue of its own.
//!
//! May depend on `dialog` for links, outboxes and encoders, and on `protocol` and `error`. Services do
//! not know that it exists, and a group does not know whose connections it has.

mod frames;
#[cfg(all(test, reactive_loom))]
mod loom_models;
mod members;
mod overload;
mod stats;
#[cfg(all(test, not(reactive_loom)))]
mod tests;
mod watch;

pub use overload::Overload;
pub use stats::{Broadcast, GroupStats};

use std::{
    fmt,
    sync::Arc,
    task::{Poll, Waker},
};

use self::{
    frames::{Frame, Frames, Wire},
    members::{Member, Members},
    stats::Counters,
    watch::Watch,
};
use crate::{
    dialog::{ConnectionId, Ending, Mutex, Peer, Refused, closing_order, lock},
    error::{DisconnectReason, EncodeError},
    protocol::ReactiveProtocol,
};

/// Connections that get the same messages: a room, a topic, everyone.
///
/// Cheap to clone, all clones are the same group; usable from any task and from within handlers. A
/// peer may be in any number of groups, and leaves them all at once when its connection ends.
///
/// A message is encoded once for each wire that members are on, and one of 4 KiB or more is held in
/// memory once, whatever the number of members that have not read it yet.
///
/// Nothing here waits: a member whose outbox is full meets the group's [`Overload`], and delays
/// nobody. A group keeps neither connections nor their buffers alive.
///
/// # Order
/// What one thread or task says to a group, one after the other, arrives in this order at every
/// member, and behind what it sent through a member's [`Peer`] before. Of messages that several say at
/// the same time, each member has its own order.
///
/// A peer that joins while a message is under way does not get it, one that leaves meanwhile may.
///
/// # Example
/// ```
/// # #[cfg(all(feature = "derive", feature = "ron"))] mod chat {
/// use reactive_messaging::prelude::*;
/// # use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
/// pub enum ToServer { Say(String) }
///
/// #[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
/// pub enum ToClient { Said(String) }
///
/// /// Tells everyone else what one says.
/// #[reactive_server]
/// pub async fn room(messages: impl Stream<Item = ToServer>, peer: Peer<ToClient>, all: Group<ToClient>)
///     -> impl Stream<Item = Result<(), EncodeError>>
/// {
///     all.join(&peer);
///     messages.map(move |ToServer::Say(text)| {
///         all.broadcast_except(peer.id(), &ToClient::Said(text))?;
///         Ok(())
///     })
/// }
/// # #[tokio::main(flavor = "current_thread")] pub async fn main() -> Result<(), Box<dyn std::error::Error>> {
///
/// let all = Group::new();
/// let server = room::with(all.clone()).bind("127.0.0.1:0").await?;
/// let told = all.broadcast(&ToClient::Said("anyone there?".into()))?;
/// assert_eq!(told.accepted, 0);
/// # server.shutdown().await; Ok(()) }
/// # }
/// # #[cfg(all(feature = "derive", feature = "ron"))] chat::main().unwrap();
/// ```
pub struct Group<M> {
    shared: Arc<Shared<M>>,
}

/// A group, as its handles and its members' wakers see it.
struct Shared<M> {
    overload: Overload,
    /// Neither user code nor a waker runs while this is locked. Outboxes may be locked within.
    members: Mutex<Members<M>>,
    counters: Counters,
}

impl<M> Group<M> {
    /// A group without members, which skips those who do not keep up.
    pub fn new() -> Self {
        Self::with_overload(Overload::default())
    }

    /// A group without members, and what it does about those who do not keep up.
    pub fn with_overload(overload: Overload) -> Self {
        let shared = Arc::new(Shared {
            overload,
            members: Mutex::new(Members::default()),
            counters: Counters::default(),
        });
        Self { shared }
    }

    /// Takes a connection out. False when it was not in the group.
    pub fn leave(&self, id: ConnectionId) -> bool {
        let left = lock(&self.shared.members).remove(id);
        left.is_some()
    }

    /// Whether this connection is in the group.
    pub fn contains(&self, id: ConnectionId) -> bool {
        lock(&self.shared.members).contains(id)
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        lock(&self.shared.members).list().len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All members, in no particular order.
    pub fn peers(&self) -> Vec<Peer<M>> {
        let members = self.shared.list();
        let peer = |member: &Member<M>| Peer::new(member.link.clone(), member.wire.encoder());
        members.iter().map(peer).collect()
    }

    /// What became of all messages so far.
    pub fn stats(&self) -> GroupStats {
        self.shared.counters.snapshot()
    }
}

impl<M: ReactiveProtocol> Group<M> {
    /// Lets a peer in, until it [leaves](Self::leave), its connection ends, or its stage is left.
    ///
    /// Answers whether it is in the group now, also if it was before: false means that its connection
    /// is over already.
    pub fn join<N>(&self, peer: &Peer<M, N>) -> bool {
        let id = peer.id();
        let waker = Watch::waker(&self.shared, id);
        let link = peer.link();
        let mut members = lock(&self.shared.members);
        if let Some((member, _)) = members.watched(id)
            && std::ptr::eq(member, &**link)
        {
            return true;
        }
        let mut ticket = None;
        // an end that comes now waits for the lock, and finds the member
        if link.outbox.poll_over(&mut ticket, &waker).is_ready() {
            return false;
        }
        // a past stage of the connection, of whose end its waker is about to learn
        let past = members.remove(id);
        let (link, wire) = (link.clone(), Wire::of(peer));
        members.insert(Member { link, wire }, ticket);
        drop(members);
        drop(past);
        true
    }

    /// Sends a message to all members, and says what became of it.
    ///
    /// It does not wait, neither for room nor for a write. Behind a `#[protocol(closing)]` message the
    /// connections of those who accepted it close.
    ///
    /// # Errors
    /// [`EncodeError`] when the message cannot be encoded, be it on one wire of many. Then nobody
    /// gets it.
    pub fn broadcast(&self, message: &M) -> Result<Broadcast, EncodeError> {
        self.broadcast_where(message, |_| true)
    }

    /// Sends a message to all members but one, and says what became of it.
    ///
    /// # Errors
    /// As [`broadcast`](Self::broadcast).
    pub fn broadcast_except(
        &self,
        except: ConnectionId,
        message: &M,
    ) -> Result<Broadcast, EncodeError> {
        self.broadcast_where(message, |id| id != except)
    }

    fn broadcast_where(
        &self,
        message: &M,
        is_meant: impl Fn(ConnectionId) -> bool,
    ) -> Result<Broadcast, EncodeError> {
        let list = self.shared.list();
        let members = || list.iter().filter(|member| is_meant(member.link.id));
        let frames = Frames::encode(message, members())?;
        let order = closing_order(message);
        let mut told = Broadcast::default();
        for member in members() {
            let Some(frame) = frames.on(&member.wire) else {
                continue;
            };
            let link = &member.link;
            let limit = link.settings.config.outbound_bytes;
            let accepted = match frame {
                Frame::Copied(frame) => link.outbox.push(frame, limit, order.clone()),
                Frame::Shared(frame) => link.outbox.push_shared(frame, limit, order.clone()),
            };
            match (accepted, self.shared.overload) {
                (Ok(()), _) => {
                    link.counters.messages_sent.add(1);
                    told.accepted += 1;
                }
                (Err(Refused::Closed), _) => told.closing += 1,
                (Err(Refused::Full), Overload::Skip) => {
                    link.counters.broadcasts_skipped.add(1);
                    told.skipped += 1;
                }
                (Err(Refused::Full), Overload::Disconnect) => {
                    link.order(Ending::Abort, DisconnectReason::OutboxFull);
                    told.disconnected += 1;
                }
            }
        }
        self.shared.counters.add(&told);
        Ok(told)
    }
}

impl<M> Shared<M> {
    /// Everyone who is there now.
    fn list(&self) -> Arc<Vec<Member<M>>> {
        lock(&self.members).list().clone()
    }

    /// Something happened to a member: it leaves if it is over, else `waker` waits on.
    fn look_after(&self, id: ConnectionId, waker: &Waker) {
        let mut members = lock(&self.members);
        let left = match members.watched(id) {
            Some((link, ticket)) => match link.outbox.poll_over(ticket, waker) {
                Poll::Ready(_) => members.remove(id),
                Poll::Pending => None,
            },
            None => None,
        };
        // dropped without the lock
        drop(members);
        drop(left);
    }
}

impl<M> Clone for Group<M> {
    fn clone(&self) -> Self {
        let shared = self.shared.clone();
        Self { shared }
    }
}

impl<M> Default for Group<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M> fmt::Debug for Group<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group")
            .field("members", &self.len())
            .field("overload", &self.shared.overload)
            .finish_non_exhaustive()
    }
}
