//! What a simulated service tells, as the tales keep it.

use std::{
    future::{Ready, ready},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use reactive_messaging::{ConnectionEvent, Peer, PeerStats, ProtocolEvent};
use tokio::time::{Sleep, sleep};

use super::{
    line::Side,
    network::line_of,
    plan::{Plan, millis},
    tale::{Account, Tales},
};

/// A service of one side, and its listeners.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) index: usize,
    pub(super) side: Side,
    pub(super) tales: Tales,
    /// Whether it was asked to end.
    pub(super) is_stopping: Arc<AtomicBool>,
    plan: Arc<Plan>,
}

impl Service {
    pub(super) fn new(index: usize, side: Side, tales: &Tales, plan: &Arc<Plan>) -> Self {
        Self {
            index,
            side,
            tales: tales.clone(),
            is_stopping: Arc::default(),
            plan: plan.clone(),
        }
    }

    /// How long the callback about this line takes.
    fn pause(&self, line: usize) -> Duration {
        millis(
            &mut self.plan.rng(2_000 + line as u64),
            0..=self.plan.callback,
        )
    }

    pub(super) fn on_event<M>(
        &self,
        arrived: impl Fn(Peer<M>) + Send + Sync + 'static,
    ) -> impl Fn(ProtocolEvent<M>) -> Pause + Send + Sync + 'static
    where
        M: 'static,
    {
        let service = self.clone();
        move |event| {
            let line = match event {
                ProtocolEvent::PeerArrived { peer } => {
                    let line = line_of(peer.address());
                    service
                        .tales
                        .note(line, service.side, |account| account.told.push("arrived"));
                    arrived(peer);
                    line
                }
                ProtocolEvent::PeerLeft {
                    peer,
                    reason,
                    stats,
                } => {
                    let line = line_of(peer.address());
                    service.tales.note(line, service.side, |account| {
                        account.told.push("left");
                        let (_, total) = account.end.get_or_insert((reason, PeerStats::default()));
                        *total += stats;
                    });
                    line
                }
                ProtocolEvent::LocalServiceTermination => {
                    service
                        .tales
                        .note_end(service.index, "its dialogs are over");
                    return Box::pin(sleep(Duration::ZERO));
                }
            };
            Box::pin(sleep(service.pause(line)))
        }
    }

    pub(super) fn on_connection_event(
        &self,
    ) -> impl Fn(ConnectionEvent) -> Ready<()> + Send + Sync + 'static {
        let service = self.clone();
        move |event| {
            let note = |address, note: &dyn Fn(&mut Account)| {
                service.tales.note(line_of(&address), service.side, note);
            };
            match event {
                ConnectionEvent::Connected { address, .. } => {
                    note(address, &|account| {
                        account.service = Some(service.index);
                        account.told.push("connected");
                    });
                }
                ConnectionEvent::Disconnected {
                    address, reason, ..
                } => {
                    note(address, &|account| {
                        account.told.push("disconnected");
                        if let Some((last, _)) = &mut account.end {
                            *last = reason.clone();
                        }
                        if service.is_stopping.load(Relaxed) {
                            account.drained_by = Some(service.index);
                        }
                    });
                }
                ConnectionEvent::LocalServiceTermination => {
                    service.tales.note_end(service.index, "it is over");
                }
                other => panic!("told of {other:?}"),
            }
            ready(())
        }
    }
}

/// A callback at work.
type Pause = Pin<Box<Sleep>>;
