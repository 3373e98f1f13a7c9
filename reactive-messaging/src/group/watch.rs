//! How a connection that ends leaves its groups.

use std::{
    sync::{Arc, Weak},
    task::{Wake, Waker},
};

use super::Shared;
use crate::dialog::ConnectionId;

/// Waits for the end of a member, as a waker in its outbox: it is woken at every order and at the
/// end, takes the member out of the group if it is the end, and else waits on. No task is needed.
///
/// It keeps neither the group nor the connection.
pub(super) struct Watch<M> {
    group: Weak<Shared<M>>,
    member: ConnectionId,
}

impl<M: 'static> Watch<M> {
    pub(super) fn waker(group: &Arc<Shared<M>>, member: ConnectionId) -> Waker {
        let group = Arc::downgrade(group);
        Waker::from(Arc::new(Self { group, member }))
    }
}

impl<M: 'static> Wake for Watch<M> {
    fn wake(self: Arc<Self>) {
        if let Some(group) = self.group.upgrade() {
            let member = self.member;
            group.look_after(member, &Waker::from(self));
        }
    }
}
