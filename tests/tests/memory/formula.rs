//! What a remote can make one connection hold: the formula of `SECURITY.md`, with all of it at once.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{StreamExt, stream};
use reactive_messaging::{ConstConfig, Incoming, Peer, serve_connection};
use tests::{Answer, Ask, WireKind, echo, on_wire, settle, soon, watched};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    sync::Notify,
};

use super::counting::Memory;

const KIB: usize = 1024;
/// What has left of the output may stay in front of the rest up to here.
const LEFT: usize = 64 * KIB;

/// So little fits into the sockets that something is always unwritten.
const PIPE: usize = KIB / 2;

/// Bytes that wait in a connection at most.
fn contents(config: &ConstConfig) -> usize {
    let ConstConfig {
        inbound_bytes,
        outbound_bytes,
        max_frame_len,
        ..
    } = *config;
    let left = max_frame_len.max(LEFT);
    inbound_bytes + outbound_bytes + high_water(config) + 2 * max_frame_len + left
}

/// Bytes that a connection takes at most.
fn formula(config: &ConstConfig) -> usize {
    2 * contents(config) + 28 * KIB
}

/// Unwritten bytes at which a handler is not asked for more.
fn high_water(config: &ConstConfig) -> usize {
    (config.outbound_bytes / 2).min(64 * KIB)
}

fn text(len: usize) -> String {
    "x".repeat(len)
}

/// The longest text that a frame may have.
fn longest(wire: WireKind, max_frame_len: usize) -> String {
    let overhead = if wire.is_text() { 1 } else { 4 };
    let mut text = text(max_frame_len);
    while wire.frame(&Answer::Text(text.clone())).len() > max_frame_len + overhead {
        text.pop();
    }
    text
}

/// The thread's buffer for reading exists from then on: it is not the connection's.
async fn warm_up() {
    let (local, mut remote) = duplex(KIB);
    remote.write_all(b"Hello\n").await.unwrap();
    remote.shutdown().await.unwrap();
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
    let dialog = tokio::spawn(dialog.into_future());
    remote.read_to_end(&mut Vec::new()).await.unwrap();
    soon(dialog).await.unwrap().unwrap();
}

/// A connection whose remote floods it, reads some of the replies, and then none: what it holds, and the
/// most that there was meanwhile.
async fn filled(config: ConstConfig, wire: WireKind) -> (usize, usize) {
    let (local, mut remote) = duplex(PIPE);
    // the test's own memory, before anything is counted
    let short = wire.frame(&Answer::Text(text(100))).len();
    let begun = (LEFT - KIB) / short;
    let mut read = vec![0; begun * short - 2 * PIPE];
    // less what is unwritten by then
    let yielded = high_water(&config).saturating_sub(KIB) / short;
    let longest = longest(wire, config.max_frame_len);
    let long_ask = wire.frame(&Ask::Text(longest.clone()));
    let (end, unfinished) = long_ask.split_last().unwrap();
    let ask = wire.frame(&Ask::Text(text(100)));
    let all_but_full = ask.repeat((config.inbound_bytes - 1) / ask.len());
    let (go_on, is_full) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let once = Mutex::new(Some((longest, go_on.clone(), is_full.clone())));

    let memory = Memory::watch();
    let dialog = serve_connection(local, move |asks: Incoming<Ask>, peer: Peer<Answer>| {
        let (longest, go_on, is_full) = once.lock().unwrap().take().expect("one connection");
        let short = || Answer::Text(text(100));
        // up to where it is not asked for more, then an outbox full, and one more message, in one turn
        let fill = stream::once(async move { go_on.notified().await })
            .flat_map(move |()| stream::repeat_with(short).take(1 + yielded))
            .chain(stream::once(async move {
                while peer.try_send(short()).is_ok() {}
                is_full.notify_one();
                Answer::Text(longest)
            }));
        // who holds the messages and pulls none
        let forever = stream::pending().map(move |answer| (&asks, answer).1);
        let begun = stream::repeat_with(short).take(begun);
        begun.chain(fill).chain(forever)
    });
    let dialog = tokio::spawn(on_wire!(dialog, wire).config(config).into_future());
    // not all of it, so that what has left stays in front of the rest
    soon(remote.read_exact(&mut read)).await.unwrap();
    soon(remote.write_all(&all_but_full)).await.unwrap();
    soon(remote.write_all(unfinished)).await.unwrap();
    settle().await;
    go_on.notify_one();
    soon(is_full.notified()).await;
    settle().await;
    let with_unfinished = memory.live();
    remote.write_all(&[*end]).await.unwrap();
    let flood = async {
        loop {
            remote.write_all(&ask).await.unwrap();
        }
    };
    let flooded = tokio::time::timeout(Duration::from_secs(1), flood).await;
    assert!(flooded.is_err(), "nothing holds the remote back");
    assert!(!dialog.is_finished());
    (memory.live().max(with_unfinished), memory.peak())
}

#[test]
fn a_connection_takes_no_more_than_the_formula() {
    const DEFAULT: ConstConfig = ConstConfig::default();
    let strangers = ConstConfig {
        inbound_bytes: 12 * KIB,
        outbound_bytes: 64 * KIB,
        max_frame_len: 8 * KIB,
        ..DEFAULT
    };
    let least = ConstConfig {
        inbound_bytes: 1,
        outbound_bytes: 2 * KIB,
        max_frame_len: KIB,
        ..DEFAULT
    };
    for config in [DEFAULT, strangers, least] {
        for wire in [WireKind::Ron, WireKind::Postcard] {
            // a thread each, since some of its buffers become those of the connection
            watched(Duration::from_secs(20), move || async move {
                warm_up().await;
                let (held, peak) = filled(config, wire).await;
                let bound = formula(&config);
                let told = format!("{wire:?}: {held}, at most {peak} of {bound} bytes");
                assert!(
                    held > contents(&config),
                    "the test measures nothing: {told}"
                );
                assert!(held <= bound, "{told}");
                // what is moved from one buffer to another is in both
                assert!(peak <= bound + 2 * config.outbound_bytes, "{told}");
            });
        }
    }
}
