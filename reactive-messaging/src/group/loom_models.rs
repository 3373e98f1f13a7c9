//! Every interleaving of a connection that ends with what is done to its group, within loom's bounds.

use std::sync::Arc;

use loom::thread;

use super::*;
use crate::{
    ConstConfig, OnError,
    dialog::{Codec, Link, Settings},
    protocol::NoMessages,
    transport::Address,
};

/// Explores what up to three preemptions can do, as the models of dialogs do.
fn model(check: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(check);
}

fn peer() -> Peer<NoMessages> {
    let codec = Codec::<NoMessages, NoMessages>::native();
    let settings = Settings::new(ConstConfig::default(), OnError::Reply, codec);
    let address = Address::Memory("nowhere".into());
    let link = Link::new(ConnectionId::next(), address, Arc::new(settings));
    Peer::new(Arc::new(link), codec.encode)
}

fn end(peer: &Peer<NoMessages>) {
    peer.close();
    peer.link().close(DisconnectReason::LocalClosed);
}

/// An order first, so that its wake-up races the end: whoever joins in time leaves all the same.
#[test]
fn loom_c7_who_is_over_is_in_no_group() {
    model(|| {
        let (group, peer) = (Group::new(), peer());
        let (joining, joins) = (group.clone(), peer.clone());
        let joining = thread::spawn(move || joining.join(&joins));
        end(&peer);
        let _ = joining.join().expect("who joins");
        assert!(group.is_empty() && !group.join(&peer));
        assert_eq!(peer.link().outbox.waiting_for_end(), 0);
    });
}

#[test]
fn loom_c7_who_leaves_and_comes_back_while_it_ends_is_gone() {
    model(|| {
        let (group, peer) = (Group::new(), peer());
        assert!(group.join(&peer));
        let (leaving, leaves) = (group.clone(), peer.clone());
        let leaving = thread::spawn(move || {
            leaving.leave(leaves.id());
            leaving.join(&leaves);
        });
        end(&peer);
        leaving.join().expect("who leaves");
        assert!(group.is_empty());
        assert_eq!(peer.link().outbox.waiting_for_end(), 0);
    });
}

/// A waker that is on its way leaves nothing behind in a connection whose group is dropped.
#[test]
fn loom_c7_a_group_that_is_dropped_leaves_nothing_registered() {
    model(|| {
        let (group, peer) = (Group::new(), peer());
        assert!(group.join(&peer));
        let dropping = thread::spawn(move || drop(group));
        peer.close();
        dropping.join().expect("who drops it");
        assert_eq!(peer.link().outbox.waiting_for_end(), 0);
    });
}
