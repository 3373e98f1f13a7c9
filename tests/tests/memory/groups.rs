//! What messages to groups keep in memory.

use futures::StreamExt;
use reactive_messaging::{Group, Incoming, Overload, Peer, serve_connection};
use tests::{Answer, Ask, WireKind, on_wire, settle, soon};
use tokio::io::{AsyncReadExt, DuplexStream, duplex};

use super::counting::Memory;

const KIB: usize = 1024;
const LONG: usize = 60 * KIB;

/// Connections in `group` of which nobody reads; a pipe holds next to nothing.
async fn frozen(members: usize, wire: WireKind, group: &Group<Answer>) -> Vec<DuplexStream> {
    let mut remotes = Vec::new();
    for _ in 0..members {
        let (local, remote) = duplex(16);
        let group = group.clone();
        let dialog = serve_connection(local, move |asks: Incoming<Ask>, peer: Peer<Answer>| {
            assert!(group.join(&peer));
            asks.map(|_| ())
        });
        tokio::spawn(on_wire!(dialog, wire).into_future());
        remotes.push(remote);
    }
    settle().await;
    assert_eq!(group.len(), members);
    remotes
}

/// However many wait for it, a long message is there once; what each has of its own stays its own.
#[tokio::test(start_paused = true)]
async fn a_long_message_is_held_once() {
    const MEMBERS: usize = 1_000;
    const MESSAGES: usize = 4;
    for wire in WireKind::OF_ANY_LENGTH {
        let group = Group::with_overload(Overload::Skip);
        let mut remotes = frozen(MEMBERS, wire, &group).await;
        let memory = Memory::watch();
        for n in 0..20 {
            let told = group.broadcast(&Answer::Text("x".repeat(LONG))).unwrap();
            let (accepted, skipped) = if n < MESSAGES {
                (MEMBERS, 0)
            } else {
                (0, MEMBERS)
            };
            assert_eq!((told.accepted, told.skipped), (accepted, skipped), "{n}");
            if n < 2 {
                settle().await;
            }
        }
        settle().await;
        let (live, peak) = (memory.live(), memory.peak());
        assert!(live > MESSAGES * LONG, "the test measures nothing: {live}");
        // the messages, the buffer that one is encoded in, and where each member is with them
        let bound = 2 * MESSAGES * LONG + 1_500 * MEMBERS;
        assert!(peak < bound, "{wire:?}: {peak} of {bound} bytes");

        // those who read on have all of it, and then nothing is kept
        remotes.truncate(4);
        let frame = wire.frame(&Answer::Text("x".repeat(LONG)));
        let mut read = vec![0; frame.len()];
        for remote in &mut remotes {
            for _ in 0..MESSAGES {
                soon(remote.read_exact(&mut read)).await.unwrap();
                assert!(read == frame, "{wire:?}");
            }
        }
        settle().await;
        let live = memory.live();
        // the test's own two, the thread's buffers
        let bound = 2 * LONG + 130 * KIB;
        assert!(live < bound, "{wire:?}: {live} of {bound} bytes");
    }
}

/// Members that come and go leave nothing behind, also where nobody ever says anything.
#[tokio::test(start_paused = true)]
async fn members_that_come_and_go_leave_nothing_behind() {
    let group = Group::new();
    let round = async || {
        let remotes = frozen(100, WireKind::Ron, &group).await;
        drop(remotes);
        settle().await;
        assert!(group.is_empty());
    };
    round().await;
    let memory = Memory::watch();
    for _ in 0..20 {
        round().await;
    }
    // what 2,000 of them would leave is far more than how much tables grow
    assert!(memory.live() < 16 * KIB, "{} bytes", memory.live());
}
