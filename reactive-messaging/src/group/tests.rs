use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Wake, Waker},
};

use futures::{FutureExt, Stream, StreamExt};

use super::*;
use crate::{
    ConstConfig, OnError, SendError,
    dialog::{Codec, Link, Settings},
    frame::{LengthPrefixed, Line},
    testing,
    transport::Address,
    wire::{Decode, DecodeLimits, Encode, Frame, Wire},
};

thread_local! {
    static ENCODED: Cell<usize> = const { Cell::new(0) };
}

/// A message of so many bytes; 0 ends the dialog.
#[derive(Debug, PartialEq)]
struct Said(usize);

impl ReactiveProtocol for Said {
    type Wire = Lines;

    fn is_closing(&self) -> bool {
        self.0 == 0
    }
}

#[derive(Clone, Copy, Default)]
struct Lines;

#[derive(Clone, Copy, Default)]
struct Lengths;

impl Wire for Lines {
    type Framing = Line;
    const NAME: &'static str = "lines";
}

impl Wire for Lengths {
    type Framing = LengthPrefixed;
    const NAME: &'static str = "lengths";
}

fn encode(message: &Said, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    ENCODED.set(ENCODED.get() + 1);
    out.resize(out.len() + message.0 + 1, b'x');
    Ok(())
}

fn decode(frame: &[u8]) -> Result<Said, crate::DecodeError> {
    Ok(Said(frame.len() - 1))
}

impl Encode<Said> for Lines {
    fn encode(message: &Said, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        encode(message, out)
    }
}

impl Decode<Said> for Lines {
    fn decode(frame: Frame<'_>, _: &DecodeLimits) -> Result<Said, crate::DecodeError> {
        decode(&frame)
    }
}

impl Encode<Said> for Lengths {
    fn encode(message: &Said, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        encode(message, out)
    }
}

impl Decode<Said> for Lengths {
    fn decode(frame: Frame<'_>, _: &DecodeLimits) -> Result<Said, crate::DecodeError> {
        decode(&frame)
    }
}

/// A peer without a driver.
fn peer_on(codec: Codec<Said, Said>, max_frame_len: usize) -> Peer<Said> {
    peer_of(ConnectionId::next(), codec, max_frame_len)
}

fn peer_of(id: ConnectionId, codec: Codec<Said, Said>, max_frame_len: usize) -> Peer<Said> {
    let config = ConstConfig {
        max_frame_len,
        ..ConstConfig::default()
    };
    let settings = Settings::new(config, OnError::Reply, codec);
    let address = Address::Memory("nowhere".into());
    let link = Link::new(id, address, Arc::new(settings));
    Peer::new(Arc::new(link), codec.encode)
}

/// Stages of a connection have its id, and only one of them at a time is a member.
#[test]
fn a_later_stage_takes_the_place_of_an_earlier_one() {
    let id = ConnectionId::next();
    let stages: Vec<_> = (0..2).map(|_| peer_of(id, Codec::native(), 100)).collect();
    let group = Group::new();
    // the end of the first one was not told yet
    assert!(group.join(&stages[0]) && group.join(&stages[1]));
    assert_eq!((group.len(), waiting(&stages[0])), (1, 0));
    stages[0].link().close(crate::DisconnectReason::Advanced);
    assert!(group.contains(id) && !group.join(&stages[0]));
    assert!(group.contains(id));
    assert_eq!(accepted(group.broadcast(&Said(1))), 1);
    assert!(stages[1].pending_bytes() > 0);
    stages[1].link().close(crate::DisconnectReason::Aborted);
    assert!(group.is_empty());
}

fn now<M>(stream: &mut (impl Stream<Item = M> + Unpin)) -> Option<M> {
    stream.next().now_or_never().flatten()
}

/// How many members accepted it.
fn accepted(told: Result<Broadcast, EncodeError>) -> usize {
    told.expect("a message that fits").accepted
}

fn waiting(peer: &Peer<Said>) -> usize {
    peer.link().outbox.waiting_for_end()
}

#[test]
fn members_come_and_go() {
    let group = Group::new();
    assert!(group.is_empty() && group.peers().is_empty());
    let peers: Vec<_> = (0..50).map(|_| testing::peer::<Said>()).collect();
    for (peer, _) in &peers {
        assert!(group.join(peer) && group.clone().join(peer));
    }
    assert_eq!(group.len(), 50);
    // whatever the order in which they leave, the others stay
    for (gone, at) in [0, 49, 20, 1, 48, 25].into_iter().enumerate() {
        let id = peers[at].0.id();
        assert!(group.leave(id) && !group.leave(id) && !group.contains(id));
        assert_eq!(group.len(), 49 - gone);
    }
    let mut left: Vec<_> = group.peers().iter().map(Peer::id).collect();
    left.sort();
    let stayed = peers.iter().map(|(peer, _)| peer.id());
    let stayed: Vec<_> = stayed.filter(|id| group.contains(*id)).collect();
    assert_eq!((left.len(), left), (44, stayed));
    assert!(group.join(&peers[20].0) && group.contains(peers[20].0.id()));
    assert_eq!(
        format!("{group:?}"),
        "Group { members: 45, overload: Skip, .. }"
    );
}

#[test]
fn who_is_over_leaves_by_itself_and_cannot_join() {
    let group = Group::new();
    let others = Group::with_overload(Overload::Disconnect);
    let ((peer, sent), (stays, _sent)) = (testing::peer::<Said>(), testing::peer());
    for group in [&group, &others] {
        assert!(group.join(&peer) && group.join(&stays));
    }
    // an order is not the end
    peer.close();
    assert_eq!((group.len(), others.len(), waiting(&peer)), (2, 2, 2));
    drop(sent);
    assert_eq!((group.len(), others.len(), waiting(&peer)), (1, 1, 0));
    assert!(!group.join(&peer) && !group.contains(peer.id()));
    assert!(!group.leave(peer.id()) && group.contains(stays.id()));
}

#[test]
fn nothing_stays_registered_with_a_connection() {
    let (peer, _sent) = testing::peer::<Said>();
    let group = Group::new();
    for _ in 0..3 {
        assert!(group.join(&peer) && group.join(&peer));
        assert_eq!(waiting(&peer), 1);
        assert!(group.leave(peer.id()));
        assert_eq!(waiting(&peer), 0);
    }
    assert!(group.join(&peer));
    let clone = group.clone();
    drop(group);
    assert_eq!(waiting(&peer), 1);
    drop(clone);
    assert_eq!(waiting(&peer), 0);
}

#[test]
fn messages_reach_whom_they_are_meant_for() {
    let group = Group::new();
    let ((one, mut to_one), (two, mut to_two)) = (testing::peer(), testing::peer());
    assert_eq!(accepted(group.broadcast(&Said(1))), 0);
    assert!(group.join(&one) && group.join(&two));
    one.try_send(Said(7)).expect("room");
    let told = group.broadcast(&Said(2)).expect("a short message");
    assert_eq!((told.accepted, told.skipped, told.closing), (2, 0, 0));
    assert_eq!(accepted(group.broadcast_except(one.id(), &Said(3))), 1);
    group.leave(two.id());
    assert_eq!(accepted(group.broadcast(&Said(4))), 1);
    assert_eq!(
        [7, 2, 4].map(|_| now(&mut to_one)),
        [7, 2, 4].map(|n| Some(Said(n)))
    );
    assert_eq!(
        [2, 3].map(|_| now(&mut to_two)),
        [2, 3].map(|n| Some(Said(n)))
    );
    assert_eq!((now(&mut to_one), now(&mut to_two)), (None, None));
    assert_eq!(
        (one.stats().messages_sent, two.stats().messages_sent),
        (3, 2)
    );
    let GroupStats {
        broadcasts,
        accepted,
        ..
    } = group.stats();
    assert_eq!((broadcasts, accepted), (4, 4));
}

#[test]
fn a_message_is_encoded_once_for_each_wire_and_length() {
    let (lines, lengths) = (Codec::on::<Lines, Lines>(), Codec::on::<Lengths, Lengths>());
    let group = Group::new();
    let wires = [
        (lines, 100),
        (lengths, 100),
        (lengths, 20_000),
        (lines, 20_000),
    ];
    let mut peers = Vec::new();
    for (codec, max) in wires.into_iter().cycle().take(40) {
        peers.push(peer_on(codec, max));
        assert!(group.join(&peers[peers.len() - 1]));
    }
    assert_eq!(accepted(group.broadcast(&Said(10))), 40);
    assert_eq!(ENCODED.take(), 4);
    // too long for some: then nobody gets it
    let told = group.broadcast(&Said(10_000));
    assert!(
        matches!(told, Err(EncodeError::TooLong { max: 100, .. })),
        "{told:?}"
    );
    assert!(peers.iter().all(|peer| peer.pending_bytes() <= 15));
    for (n, peer) in peers.iter().enumerate().filter(|(n, _)| n % 4 < 2) {
        assert!(group.leave(peer.id()), "{n}");
    }
    ENCODED.set(0);
    assert_eq!(accepted(group.broadcast(&Said(10_000))), 20);
    assert_eq!(ENCODED.take(), 2);
    // nobody else is on that wire
    for peer in peers.iter().skip(2).step_by(4).skip(1) {
        group.leave(peer.id());
    }
    assert_eq!(
        accepted(group.broadcast_except(peers[2].id(), &Said(1))),
        10
    );
    assert_eq!((ENCODED.take(), group.stats().broadcasts), (1, 3));
}

#[test]
fn who_has_no_room_meets_the_overload_policy() {
    const LEN: usize = 60 * 1024;
    for overload in [Overload::Skip, Overload::Disconnect] {
        let group = Group::with_overload(overload);
        let (full, mut sent) = testing::peer::<Said>();
        let (idle, _sent) = testing::peer();
        assert!(group.join(&full) && group.join(&idle));
        while full.try_send(Said(LEN)).is_ok() {}
        let told = group.broadcast(&Said(LEN)).expect("a message that fits");
        let stats = (group.stats(), full.stats().broadcasts_skipped);
        assert_eq!((told.accepted, told.closing, stats.0.accepted), (1, 0, 1));
        match overload {
            Overload::Skip => {
                assert_eq!((told.skipped, told.disconnected), (1, 0));
                assert_eq!((stats.0.skipped, stats.0.disconnected, stats.1), (1, 0, 1));
                while now(&mut sent).is_some() {}
                let told = group.broadcast(&Said(LEN));
                assert_eq!(accepted(told), 2);
                assert_eq!(now(&mut sent), Some(Said(LEN)));
            }
            Overload::Disconnect => {
                assert_eq!((told.skipped, told.disconnected), (0, 1));
                assert_eq!((stats.0.skipped, stats.0.disconnected, stats.1), (0, 1, 0));
                let refused = full.try_send(Said(1));
                assert!(matches!(refused, Err(SendError::Closed(_))));
                let told = group.broadcast(&Said(1)).expect("a short message");
                assert_eq!((told.accepted, told.closing), (1, 1));
            }
        }
    }
}

#[test]
fn a_closing_message_closes_behind_itself() {
    let group = Group::new();
    let (peer, mut sent) = testing::peer::<Said>();
    assert!(group.join(&peer));
    assert_eq!(accepted(group.broadcast(&Said(0))), 1);
    assert!(matches!(
        group.broadcast(&Said(1)),
        Ok(Broadcast { closing: 1, .. })
    ));
    assert_eq!((now(&mut sent), group.len()), (Some(Said(0)), 1));
    assert_eq!((now(&mut sent), group.len()), (None, 0));
}

/// Looks at the group whenever it is woken, which would never return if the group were locked.
struct Looks(Group<Said>, AtomicUsize);

impl Wake for Looks {
    fn wake(self: Arc<Self>) {
        let _ = self.0.len();
        self.1.fetch_add(1, Relaxed);
    }
}

#[test]
fn wakers_run_without_the_groups_lock() {
    let group = Group::new();
    let (peer, mut sent) = testing::peer::<Said>();
    let looks = Arc::new(Looks(group.clone(), AtomicUsize::new(0)));
    let waker = Waker::from(looks.clone());
    let mut poll = || sent.poll_next_unpin(&mut Context::from_waker(&waker));
    assert!(group.join(&peer));
    assert!(poll().is_pending());
    assert_eq!(accepted(group.broadcast(&Said(1))), 1);
    assert_eq!(looks.1.load(Relaxed), 1);
    assert_eq!(
        (poll(), poll()),
        (Poll::Ready(Some(Said(1))), Poll::Pending)
    );
    // the group holds the last handle of the connection, whose end wakes the reader
    let id = peer.id();
    drop(peer);
    assert!(group.leave(id));
    assert_eq!((looks.1.load(Relaxed), poll()), (2, Poll::Ready(None)));
}
