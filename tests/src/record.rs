use std::{
    future::{Ready, ready},
    sync::{Arc, Mutex},
};

use reactive_messaging::{ConnectionId, DisconnectReason, PeerStats, ProtocolEvent};

use crate::until;

/// A [`ProtocolEvent`] that can be kept and looked at.
#[derive(Debug, Clone)]
pub enum Event {
    /// `PeerArrived`
    Arrived(ConnectionId),
    /// `PeerLeft`
    Left(ConnectionId, DisconnectReason, PeerStats),
    /// `LocalServiceTermination`
    Terminated,
}

/// All events of a service, in their order.
#[derive(Debug, Clone, Default)]
pub struct Events(Arc<Mutex<Vec<Event>>>);

impl Events {
    /// A callback that keeps what it is told.
    pub fn listener<M>(&self) -> impl Fn(ProtocolEvent<M>) -> Ready<()> + Send + Sync + use<M> {
        let events = self.0.clone();
        move |event| {
            let event = match event {
                ProtocolEvent::PeerArrived { peer } => Event::Arrived(peer.id()),
                ProtocolEvent::PeerLeft {
                    peer,
                    reason,
                    stats,
                } => Event::Left(peer.id(), reason, stats),
                ProtocolEvent::LocalServiceTermination => Event::Terminated,
            };
            events.lock().expect("no panic").push(event);
            ready(())
        }
    }

    /// All of them so far.
    pub fn all(&self) -> Vec<Event> {
        self.0.lock().expect("no panic").clone()
    }

    /// Connections that arrived.
    pub fn arrived(&self) -> Vec<ConnectionId> {
        let all = self.all().into_iter();
        all.filter_map(|event| match event {
            Event::Arrived(id) => Some(id),
            _ => None,
        })
        .collect()
    }

    /// Connections that left, and why.
    pub fn left(&self) -> Vec<(ConnectionId, DisconnectReason, PeerStats)> {
        let all = self.all().into_iter();
        all.filter_map(|event| match event {
            Event::Left(id, reason, stats) => Some((id, reason, stats)),
            _ => None,
        })
        .collect()
    }

    /// Waits until `count` connections have left, and says why the last of them did.
    pub async fn left_by(&self, count: usize) -> DisconnectReason {
        until(|| self.left().len() >= count).await;
        self.left()[count - 1].1.clone()
    }

    /// Every connection arrived and left exactly once, in this order, and then the service ended
    /// exactly once.
    #[track_caller]
    pub fn assert_paired(&self, connections: usize) {
        let all = self.all();
        let (arrived, left) = (self.arrived(), self.left());
        assert_eq!(arrived.len(), connections, "arrived: {all:?}");
        assert_eq!(left.len(), connections, "left: {all:?}");
        for id in &arrived {
            let of_it = |event: &&Event| match event {
                Event::Arrived(other) | Event::Left(other, ..) => other == id,
                Event::Terminated => false,
            };
            let of_it: Vec<_> = all.iter().filter(of_it).collect();
            assert!(
                matches!(of_it[..], [Event::Arrived(_), Event::Left(..)]),
                "{of_it:?}"
            );
        }
        let terminated = all
            .iter()
            .filter(|e| matches!(e, Event::Terminated))
            .count();
        assert_eq!(terminated, 1, "{all:?}");
        assert!(matches!(all.last(), Some(Event::Terminated)), "{all:?}");
    }
}
