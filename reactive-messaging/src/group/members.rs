//! Who is in a group; lives under the group's lock.

use std::{collections::HashMap, sync::Arc};

use super::frames::Wire;
use crate::dialog::{ConnectionId, Link};

/// A connection in a group.
pub(super) struct Member<M> {
    pub(super) link: Arc<Link>,
    pub(super) wire: Wire<M>,
}

impl<M> Clone for Member<M> {
    fn clone(&self) -> Self {
        Self {
            link: self.link.clone(),
            wire: self.wire,
        }
    }
}

/// Where a member is listed, and how its end is waited for.
struct Place {
    at: usize,
    /// Of the waker that waits for the end of the connection, in the connection's outbox.
    ticket: Option<u64>,
}

/// All members, each once, in no order.
pub(super) struct Members<M> {
    /// Shared with the broadcasts that are under way, and copied when it changes meanwhile.
    list: Arc<Vec<Member<M>>>,
    places: HashMap<ConnectionId, Place>,
}

impl<M> Default for Members<M> {
    fn default() -> Self {
        Self {
            list: Arc::default(),
            places: HashMap::new(),
        }
    }
}

impl<M> Members<M> {
    pub(super) fn list(&self) -> &Arc<Vec<Member<M>>> {
        &self.list
    }

    pub(super) fn contains(&self, id: ConnectionId) -> bool {
        self.places.contains_key(&id)
    }

    /// Adds a member that is not there yet.
    pub(super) fn insert(&mut self, member: Member<M>, ticket: Option<u64>) {
        let at = self.list.len();
        self.places.insert(member.link.id, Place { at, ticket });
        Arc::make_mut(&mut self.list).push(member);
    }

    /// A member, and the ticket of the waker that waits for its end.
    pub(super) fn watched(&mut self, id: ConnectionId) -> Option<(&Link, &mut Option<u64>)> {
        let place = self.places.get_mut(&id)?;
        Some((&self.list[place.at].link, &mut place.ticket))
    }

    /// Removes a member, and nobody waits for its end any more. It is to be dropped without the
    /// group's lock: the last one who holds a link may wake others.
    pub(super) fn remove(&mut self, id: ConnectionId) -> Option<Member<M>> {
        let Place { at, ticket } = self.places.remove(&id)?;
        let list = Arc::make_mut(&mut self.list);
        let member = list.swap_remove(at);
        if let Some(moved) = list.get(at)
            && let Some(place) = self.places.get_mut(&moved.link.id)
        {
            place.at = at;
        }
        if let Some(ticket) = ticket {
            member.link.outbox.cancel_ending(ticket);
        }
        Some(member)
    }
}

/// Nobody waits any more for the end of members of a group that is gone.
impl<M> Drop for Members<M> {
    fn drop(&mut self) {
        for place in self.places.values() {
            if let Some(ticket) = place.ticket {
                self.list[place.at].link.outbox.cancel_ending(ticket);
            }
        }
    }
}
