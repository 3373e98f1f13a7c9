//! Groups: one message to many connections.

use std::{collections::HashMap, thread};

use futures::StreamExt;
use reactive_messaging::{
    Broadcast, ConstConfig, DisconnectReason, EncodeError, Group, Incoming, Overload, Peer, Server,
    serve_connection, transport::Io,
};
use tests::{Answer, Ask, Counted, Raw, WireKind, connect, on_wire, settle, soon, until};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, DuplexStream, duplex},
    task::JoinHandle,
};

const CONFIG: ConstConfig = ConstConfig::default();
const KIB: usize = 1024;

type Dialog = JoinHandle<DisconnectReason>;

/// Serves connections that join `group`, and whose texts it tells all others.
async fn room(
    address: &str,
    wire: WireKind,
    config: ConstConfig,
    group: &Group<Answer>,
) -> Server<Answer> {
    let group = group.clone();
    let bind = Server::bind(address).serve(move |asks: Incoming<Ask>, peer: Peer<Answer>| {
        let group = group.clone();
        assert!(group.join(&peer));
        asks.map(move |ask| match ask {
            Ask::Text(text) => group
                .broadcast_except(peer.id(), &Answer::Text(text))
                .map(|_| None),
            ask => Ok::<_, EncodeError>(Some(tests::answer(ask))),
        })
    });
    on_wire!(bind.config(config), wire).await.expect("a server")
}

/// A remote that is in the group.
async fn member(server: &Server<Answer>, wire: WireKind) -> Raw<Box<dyn Io>> {
    let mut raw = Raw::new(connect(&server.address()).await, wire);
    raw.ask(&Ask::Hello).await;
    assert_eq!(raw.answer().await, Answer::World);
    raw
}

/// A dialog over `local` that says what its peer is, and nothing else.
async fn dialog(
    local: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    wire: WireKind,
    config: ConstConfig,
) -> (Peer<Answer>, Dialog) {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let dialog = serve_connection(local, move |asks: Incoming<Ask>, peer: Peer<Answer>| {
        tell.send(peer).expect("the test listens");
        asks.map(|ask| match ask {
            Ask::Hello => Some(Answer::World),
            _ => None,
        })
    });
    let dialog = on_wire!(dialog, wire).config(config).into_future();
    let dialog = tokio::spawn(async { dialog.await.expect("a valid config") });
    (soon(told.recv()).await.expect("a peer"), dialog)
}

fn tell(group: &Group<Answer>, answer: &Answer) -> Broadcast {
    group.broadcast(answer).expect("a message that fits")
}

#[tokio::test]
async fn everyone_is_told_or_all_but_one() {
    for (wire, address) in WireKind::ALL
        .into_iter()
        .flat_map(|wire| [(wire, "memory://"), (wire, "127.0.0.1:0")])
    {
        let group = Group::new();
        let server = room(address, wire, CONFIG, &group).await;
        let mut members = Vec::new();
        for n in 0..3 {
            members.push(member(&server, wire).await);
            assert_eq!(group.len(), n + 1);
        }
        assert_eq!(tell(&group, &Answer::Number(1)).accepted, 3);
        // from within a handler, and from outside
        members[1].ask(&Ask::Text("hi".into())).await;
        for at in [0, 2] {
            assert_eq!(members[at].answer().await, Answer::Number(1));
            assert_eq!(members[at].answer().await, Answer::Text("hi".into()));
        }
        let peers = group.peers();
        assert!(group.leave(peers[0].id()));
        assert_eq!(tell(&group, &Answer::Bye).accepted, 2);
        for raw in &mut members {
            raw.finish().await;
        }
        let mut rests = Vec::new();
        for mut raw in members {
            rests.push(raw.rest().await);
        }
        assert_eq!(rests[1][0], Answer::Number(1));
        let said_bye = rests
            .iter()
            .filter(|rest| rest.last() == Some(&Answer::Bye));
        assert_eq!(said_bye.count(), 2, "{wire:?} {rests:?}");
        until(|| group.is_empty()).await;
        assert_eq!(group.stats().accepted, 3 + 2 + 2);
        soon(server.shutdown()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_is_disconnected_has_left() {
    let group = Group::new();
    let server = room("memory://", WireKind::Ron, CONFIG, &group).await;
    for _ in 0..100 {
        let (gone, stays) = (
            member(&server, WireKind::Ron).await,
            member(&server, WireKind::Ron).await,
        );
        assert_eq!(group.len(), 2);
        drop(gone);
        until(|| group.len() == 1).await;
        let peer = group.peers().remove(0);
        peer.abort();
        soon(peer.closed()).await;
        // at once: not a moment later than anyone else learns of it
        assert!(group.is_empty() && !group.join(&peer) && group.is_empty());
        drop(stays);
    }
    let _raw = member(&server, WireKind::Ron).await;
    assert_eq!(group.len(), 1);
    soon(server.shutdown()).await;
    assert!(group.is_empty());
    assert_eq!(group.stats().broadcasts, 0);
}

#[tokio::test(start_paused = true)]
async fn members_on_any_wires_are_one_group() {
    let group = Group::new();
    let (mut servers, mut members) = (Vec::new(), Vec::new());
    for wire in WireKind::ALL {
        let server = room("memory://", wire, CONFIG, &group).await;
        for _ in 0..3 {
            members.push(member(&server, wire).await);
        }
        servers.push(server);
    }
    members[0].ask(&Ask::Text("to all".into())).await;
    settle().await;
    assert_eq!(tell(&group, &Answer::Number(9)).accepted, 15);
    for raw in &mut members[1..] {
        assert_eq!(raw.answer().await, Answer::Text("to all".into()));
    }
    for raw in &mut members {
        assert_eq!(raw.answer().await, Answer::Number(9));
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_does_not_fit_everyone_reaches_nobody() {
    let group = Group::new();
    let short = ConstConfig {
        max_frame_len: 100,
        ..CONFIG
    };
    let mut members = Vec::new();
    for config in [CONFIG, short] {
        let server = room("memory://", WireKind::Ron, config, &group).await;
        members.push((member(&server, WireKind::Ron).await, server));
    }
    let told = group.broadcast(&Answer::Text("x".repeat(200)));
    assert!(
        matches!(told, Err(EncodeError::TooLong { max: 100, .. })),
        "{told:?}"
    );
    assert_eq!(tell(&group, &Answer::Number(1)).accepted, 2);
    for (raw, _) in &mut members {
        assert_eq!(raw.answer().await, Answer::Number(1));
    }
    assert_eq!(group.stats().broadcasts, 1);
}

/// One of 1,000 does not read.
#[tokio::test(start_paused = true)]
async fn a_frozen_member_delays_nobody() {
    const MEMBERS: usize = 1_000;
    const MESSAGES: usize = 80;
    let config = ConstConfig {
        max_frame_len: KIB,
        outbound_bytes: 4 * KIB,
        ..CONFIG
    };
    for overload in [Overload::Skip, Overload::Disconnect] {
        let group = Group::with_overload(overload);
        let mut remotes = Vec::new();
        let mut peers = Vec::new();
        for _ in 0..MEMBERS {
            let (local, remote) = duplex(2 * KIB);
            let (peer, dialog) = dialog(local, WireKind::Postcard, config).await;
            assert!(group.join(&peer));
            remotes.push((Raw::new(remote, WireKind::Postcard), dialog));
            peers.push(peer);
        }
        let frozen = peers.remove(MEMBERS / 2);
        let (_frozen_remote, frozen_dialog) = remotes.remove(MEMBERS / 2);
        let frame = WireKind::Postcard.frame(&Answer::Text("x".repeat(100)));
        let mut told = Broadcast::default();
        for n in 0..MESSAGES {
            let one = tell(&group, &Answer::Text("x".repeat(100)));
            assert_eq!(
                one.accepted + one.skipped + one.disconnected + one.closing,
                group.len()
            );
            assert!(one.accepted >= MEMBERS - 1, "{one:?}");
            told.accepted += one.accepted;
            told.skipped += one.skipped;
            told.disconnected += one.disconnected;
            for (raw, _) in &mut remotes {
                assert_eq!(raw.answer().await, Answer::Text("x".repeat(100)), "{n}");
            }
        }
        // what the pipe and the outbox hold
        let held = 2 * KIB / frame.len() + 4 * KIB / frame.len();
        let taken = told.accepted - MESSAGES * (MEMBERS - 1);
        assert!((held..=held + 1).contains(&taken), "{taken} of {held}");
        match overload {
            Overload::Skip => {
                assert_eq!((told.skipped, told.disconnected), (MESSAGES - taken, 0));
                assert_eq!(frozen.stats().broadcasts_skipped as usize, told.skipped);
                assert!(!frozen_dialog.is_finished() && group.len() == MEMBERS);
            }
            _ => {
                assert_eq!((told.skipped, told.disconnected), (0, 1));
                let reason = soon(frozen_dialog).await.expect("no panic");
                assert!(matches!(reason, DisconnectReason::OutboxFull), "{reason:?}");
                assert!(group.len() == MEMBERS - 1 && !group.contains(frozen.id()));
            }
        }
        assert!(remotes.iter().all(|(_, dialog)| !dialog.is_finished()));
        let skipped = |peer: &Peer<Answer>| peer.stats().broadcasts_skipped;
        assert!(peers.iter().all(|peer| skipped(peer) == 0));
        assert_eq!(group.stats().accepted as usize, told.accepted);
    }
}

/// Several threads talk at once, while others come and go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_between_threads() {
    const THREADS: u32 = 4;
    const EACH: u32 = 2_000;
    const MEMBERS: usize = 8;
    let group = Group::new();
    let config = ConstConfig {
        outbound_bytes: 4 * KIB * KIB,
        ..CONFIG
    };
    let server = room("127.0.0.1:0", WireKind::Postcard, config, &group).await;
    let mut readers = Vec::new();
    for _ in 0..MEMBERS {
        let mut raw = member(&server, WireKind::Postcard).await;
        readers.push(tokio::spawn(async move {
            let mut next: HashMap<u32, u32> = HashMap::new();
            for _ in 0..THREADS * EACH {
                let number = match raw.answer().await {
                    Answer::Number(number) => number,
                    // one of the long ones
                    Answer::Text(text) => text.trim_start_matches('x').parse().expect("a number"),
                    other => panic!("{other:?}"),
                };
                let next = next.entry(number / EACH).or_default();
                assert_eq!(number % EACH, *next);
                *next += 1;
            }
        }));
    }
    let comes_and_goes = tokio::spawn({
        let (group, address) = (group.clone(), server.address());
        async move {
            for n in 0..200 {
                let mut raw = Raw::new(connect(&address).await, WireKind::Postcard);
                raw.ask(&Ask::Hello).await;
                raw.answer().await;
                // whoever is there stays, whoever is over does not come back
                for peer in group.peers().into_iter().filter(|_| n % 10 == 0) {
                    group.join(&peer);
                }
            }
        }
    });
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let group = group.clone();
            thread::spawn(move || {
                for n in 0..EACH {
                    let number = thread * EACH + n;
                    let told = match n % 100 {
                        0 => tell(&group, &Answer::Text(format!("{:x>8000}", number))),
                        _ => tell(&group, &Answer::Number(number)),
                    };
                    assert!(told.accepted >= MEMBERS && told.skipped == 0, "{told:?}");
                }
            })
        })
        .collect();
    for reader in readers {
        soon(reader).await.expect("all of it, in order");
    }
    soon(comes_and_goes)
        .await
        .expect("members that come and go");
    for thread in threads {
        thread.join().expect("members with room");
    }
    until(|| group.is_empty()).await;
    soon(server.shutdown()).await;
}

/// Whatever the socket takes at a time, and whoever the sender is, it is one sequence of bytes.
#[tokio::test(start_paused = true)]
async fn long_messages_keep_their_place() {
    for wire in WireKind::OF_ANY_LENGTH {
        for (at_most, pipe) in [(usize::MAX, 256 * KIB), (usize::MAX, KIB), (7, 64), (1, 3)] {
            let (local, remote) = duplex(pipe);
            let mut counted = Counted::new(local);
            counted.write_at_most = at_most;
            let (peer, _dialog) = dialog(counted, wire, CONFIG).await;
            let mut raw = Raw::new(remote, wire);
            let (group, others) = (Group::new(), Group::new());
            assert!(group.join(&peer) && others.join(&peer));
            let mut sent = Vec::new();
            let long = |n: usize| Answer::Text(format!("{n:x>0$}", 4_000 + 64 * (n % 7)));
            for n in 0..24 {
                let message = match n % 4 {
                    0 | 3 => Answer::Number(n as u32),
                    _ => long(n),
                };
                match n % 3 {
                    0 => peer.send(message.clone()).await.expect("room"),
                    1 => assert_eq!(tell(&group, &message).accepted, 1),
                    _ => assert_eq!(tell(&others, &message).accepted, 1),
                }
                sent.push(message);
                if n % 5 == 4 {
                    // what was there goes to the driver, of which the socket takes some
                    settle().await;
                }
                if n % 9 == 8 {
                    // and so does what the handler says
                    raw.ask(&Ask::Hello).await;
                    settle().await;
                    sent.push(Answer::World);
                }
            }
            assert_eq!(
                raw.answers(sent.len()).await,
                sent,
                "{wire:?} {at_most} {pipe}"
            );
            assert_eq!(peer.pending_bytes(), 0);
            assert_eq!(peer.stats().messages_sent, sent.len() as u64);
            peer.close();
            assert_eq!(raw.rest().await, []);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_abort_discards_of_long_messages_is_counted() {
    let long = Answer::Text("x".repeat(8 * KIB));
    for wire in WireKind::OF_ANY_LENGTH {
        let (short_len, long_len) = (wire.frame(&Answer::World).len(), wire.frame(&long).len());
        // how much the remote takes, and how many messages that is in whole
        let cases = [
            (1, 0),
            (short_len, 1),
            (short_len + 1, 1),
            (short_len + long_len - 1, 1),
            (short_len + long_len, 2),
            (2 * short_len + long_len, 3),
            (2 * short_len + 2 * long_len + 1, 4),
        ];
        for (taken, whole) in cases {
            let (local, mut remote) = duplex(1);
            let (peer, dialog) = dialog(local, wire, CONFIG).await;
            let group = Group::new();
            assert!(group.join(&peer));
            for n in 0..5 {
                peer.try_send(Answer::World).expect("room");
                assert_eq!(tell(&group, &long).accepted, 1);
                if n == 2 {
                    // the later ones stay in the outbox, or join what the driver holds
                    settle().await;
                }
            }
            let mut read = vec![0; taken - 1];
            soon(remote.read_exact(&mut read)).await.expect("bytes");
            settle().await;
            let total = 5 * (short_len + long_len);
            assert_eq!(peer.pending_bytes(), total - taken, "{wire:?} {taken}");
            peer.abort();
            soon(dialog).await.expect("no panic");
            let stats = peer.stats();
            assert_eq!((stats.bytes_sent, stats.messages_sent), (taken as u64, 10));
            assert_eq!(stats.messages_undelivered, 10 - whole, "{wire:?} {taken}");
            assert_eq!((peer.pending_bytes(), group.len()), (0, 0));
        }
    }
}

/// Long messages count as much as those that are copied.
#[tokio::test(start_paused = true)]
async fn long_messages_have_the_room_of_all_others() {
    let (local, remote) = duplex(KIB);
    let (peer, _dialog) = dialog(local, WireKind::Ron, CONFIG).await;
    let group = Group::new();
    assert!(group.join(&peer));
    let long = Answer::Text("x".repeat(60 * KIB));
    let mut accepted = 0;
    while tell(&group, &long).accepted == 1 {
        accepted += 1;
        settle().await;
    }
    assert_eq!(accepted, CONFIG.outbound_bytes / (60 * KIB));
    assert!(peer.try_send(long.clone()).is_err());
    // who waits for room is not overtaken by a group
    let waits = tokio::spawn({
        let (peer, long) = (peer.clone(), long.clone());
        async move { peer.send(long).await.expect("room, in the end") }
    });
    settle().await;
    assert_eq!(tell(&group, &Answer::World).skipped, 1);
    let mut raw: Raw<DuplexStream> = Raw::new(remote, WireKind::Ron);
    assert_eq!(raw.answers(accepted + 1).await, vec![long; accepted + 1]);
    soon(waits).await.expect("no panic");
    assert_eq!(tell(&group, &Answer::World).accepted, 1);
    assert_eq!(raw.answer().await, Answer::World);
}
