//! The cases of robustness that claim a bound of memory.

use std::time::Duration;

use futures::{StreamExt, stream};
use reactive_messaging::{
    ConstConfig, DisconnectReason, Incoming, Inputs, Peer, Server, queue::Tokio, serve_connection,
};
use tests::{Answer, Ask, Raw, WireKind, connect, echo, on_wire, settle, soon, until};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinHandle,
    time::sleep,
};

use super::counting::Memory;

const CONFIG: ConstConfig = ConstConfig::default();
const KIB: usize = 1024;

type Dialog = JoinHandle<DisconnectReason>;

/// An echo dialog over a socket of 1 KiB, warmed up: the thread's buffers exist.
async fn echo_dialog(config: ConstConfig, wire: WireKind) -> (Raw<DuplexStream>, Dialog) {
    let (local, remote) = duplex(KIB);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
    let dialog = on_wire!(dialog, wire).config(config).into_future();
    let dialog = tokio::spawn(async { dialog.await.unwrap() });
    let mut raw = Raw::new(remote, wire);
    for n in 0..300 {
        raw.ask(&Ask::Number(n)).await;
        raw.answer().await;
    }
    (raw, dialog)
}

#[tokio::test(start_paused = true)]
async fn f1_line_without_end_allocates_no_more_than_its_limit() {
    let (mut raw, dialog) = echo_dialog(CONFIG, WireKind::Ron).await;
    let memory = Memory::watch();
    let line = [b'x'; KIB];
    for _ in 0..64 {
        raw.io.write_all(&line).await.unwrap();
        tokio::task::yield_now().await;
    }
    raw.io.write_all(b"x").await.unwrap();
    let peak = memory.peak();
    assert!(matches!(raw.rest().await[..], [Answer::Error(_)]));
    drop(raw);
    assert!(matches!(
        soon(dialog).await.unwrap(),
        DisconnectReason::Frame(_)
    ));
    assert!(peak >= 64 * KIB, "the test measures nothing: {peak}");
    assert!(memory.peak() <= 68 * KIB, "{} bytes", memory.peak());
}

#[tokio::test(start_paused = true)]
async fn f2_a_length_prefix_of_all_ones_allocates_no_payload() {
    for wire in WireKind::LENGTH_PREFIXED {
        let (mut raw, dialog) = echo_dialog(CONFIG, wire).await;
        let memory = Memory::watch();
        raw.write(&[0xFF; 4]).await;
        assert!(matches!(raw.rest().await[..], [Answer::Error(_)]));
        drop(raw);
        assert!(matches!(
            soon(dialog).await.unwrap(),
            DisconnectReason::Frame(_)
        ));
        assert!(memory.peak() <= 4 * KIB, "{wire:?}: {}", memory.peak());
    }
}

#[tokio::test(start_paused = true)]
async fn f3_a_declared_frame_that_never_comes_allocates_next_to_nothing() {
    for wire in WireKind::LENGTH_PREFIXED {
        let (mut raw, dialog) = echo_dialog(CONFIG, wire).await;
        let memory = Memory::watch();
        raw.write(&(64 * KIB as u32).to_le_bytes()).await;
        assert_eq!(raw.rest().await, []);
        drop(raw);
        assert!(matches!(
            soon(dialog).await.unwrap(),
            DisconnectReason::FrameTimeout
        ));
        assert!(memory.peak() <= 4 * KIB, "{wire:?}: {}", memory.peak());
    }
}

/// Whatever the pieces that a long frame arrives in, it is not copied again with every one of them.
#[tokio::test(start_paused = true)]
async fn f5_a_long_frame_in_small_pieces_is_linear() {
    // records have no length of their own
    for wire in [WireKind::Ron, WireKind::Postcard, WireKind::Rkyv] {
        for (len, piece) in [(60 * KIB, 64), (KIB * KIB, KIB)] {
            let config = ConstConfig {
                max_frame_len: 2 * KIB * KIB,
                outbound_bytes: 4 * KIB * KIB,
                ..CONFIG
            };
            let (mut raw, dialog) = echo_dialog(config, wire).await;
            let frame = wire.frame(&Ask::Text("x".repeat(len)));
            let memory = Memory::watch();
            for piece in frame[..frame.len() - 1].chunks(piece) {
                raw.io.write_all(piece).await.unwrap();
                tokio::task::yield_now().await;
            }
            settle().await;
            let allocated = memory.allocated();
            raw.write(&frame[frame.len() - 1..]).await;
            assert_eq!(raw.answer().await, Answer::Text("x".repeat(len)));
            drop(raw);
            soon(dialog).await.unwrap();
            // each doubling of the buffer, and one copy to hand it over
            assert!(
                allocated <= 5 * len + 600 * KIB,
                "{wire:?}: {allocated} bytes allocated for a frame of {len} in pieces of {piece}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn h5_a_million_replies_take_bounded_memory() {
    let (local, mut remote) = duplex(16 * KIB);
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| {
        asks.flat_map(|_| stream::iter((0..1_000_000).map(Answer::Number)))
    });
    let dialog = tokio::spawn(async { dialog.into_future().await.unwrap() });
    remote.write_all(b"Hello\n").await.unwrap();
    remote.shutdown().await.unwrap();
    let mut buffer = vec![0; 16 * KIB];
    let mut newlines = 0;
    settle().await;
    let memory = Memory::watch();
    loop {
        match soon(remote.read(&mut buffer)).await.unwrap() {
            0 => break,
            count => newlines += buffer[..count].iter().filter(|b| **b == b'\n').count(),
        }
    }
    assert_eq!(newlines, 1_000_000);
    assert!(memory.peak() <= 256 * KIB, "{} bytes", memory.peak());
    drop(remote);
    soon(dialog).await.unwrap();
}

/// A handler that takes nothing: reading stops, memory stays flat.
#[tokio::test(start_paused = true)]
async fn b4_reading_ahead_of_a_slow_handler_is_bounded() {
    for inbound_bytes in [64 * KIB, 8 * KIB, 1] {
        let (local, mut remote) = duplex(16 * KIB);
        let config = ConstConfig {
            inbound_bytes,
            ..CONFIG
        };
        let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| {
            asks.then(|_| sleep(Duration::from_secs(3_600)))
        });
        let dialog = tokio::spawn(dialog.config(config).into_future());
        settle().await;
        let memory = Memory::watch();
        let frames = WireKind::Ron.frames(&vec![Ask::Text("x".repeat(100)); 10]);
        let mut written = 0;
        while let Ok(count) =
            tokio::time::timeout(Duration::from_secs(1), remote.write(&frames)).await
        {
            written += count.unwrap();
            assert!(written < 10 * KIB * KIB, "nothing holds the remote back");
        }
        // what is read ahead, an unfinished frame, the thread's buffer, growth of a vector
        let bound = 2 * inbound_bytes + 64 * KIB + 16 * KIB + 8 * KIB;
        assert!(memory.peak() <= bound, "{} of {bound} bytes", memory.peak());
        dialog.abort();
        drop(remote);
    }
}

/// The same where one handler reads for all: each of them is held back, and what is queued is bounded.
#[tokio::test(start_paused = true)]
async fn b4_a_slow_shared_handler_keeps_memory_flat() {
    const CONNECTIONS: usize = 8;
    const INBOUND: usize = 8 * KIB;
    let config = ConstConfig {
        inbound_bytes: INBOUND,
        ..CONFIG
    };
    let server = Server::bind("memory://")
        .serve_shared(|inputs: Inputs<Ask, Answer>| {
            inputs.then(|_| sleep(Duration::from_secs(3_600)))
        })
        .channel(Tokio::<64>)
        .config(config)
        .await
        .unwrap();
    let mut remotes = Vec::new();
    for _ in 0..CONNECTIONS {
        remotes.push(connect(&server.address()).await);
    }
    settle().await;
    let frames = WireKind::Ron.frames(&vec![Ask::Text("x".repeat(100)); 10]);
    let memory = Memory::watch();
    for remote in &mut remotes {
        let mut written = 0;
        while let Ok(count) =
            tokio::time::timeout(Duration::from_secs(1), remote.write(&frames)).await
        {
            written += count.unwrap();
            assert!(written < 10 * KIB * KIB, "nothing holds the remote back");
        }
    }
    // the pipe, whose buffer of 64 KiB may have doubled, what is read ahead, and what waits for room with its
    // future; the queue, and the thread's buffer
    let each = 128 * KIB + 2 * INBOUND + 8 * KIB;
    let bound = CONNECTIONS * each + 64 * KIB + 64 * KIB;
    assert!(memory.peak() <= bound, "{} of {bound} bytes", memory.peak());
    drop(server);
}

/// What the remote does not read is bounded, too.
#[tokio::test(start_paused = true)]
async fn b1_the_outbox_is_bounded_in_bytes() {
    for outbound_bytes in [256 * KIB, 2 * KIB] {
        let (local, remote) = duplex(KIB);
        let config = ConstConfig {
            outbound_bytes,
            max_frame_len: KIB,
            ..CONFIG
        };
        let dialog = serve_connection(
            local,
            |_asks: Incoming<Ask>, peer: Peer<Answer>| async move {
                loop {
                    peer.send(Answer::Text("x".repeat(500))).await.unwrap();
                }
                #[allow(unreachable_code)]
                ()
            },
        );
        let memory = Memory::watch();
        let dialog = tokio::spawn(dialog.config(config).into_future());
        settle().await;
        assert!(
            memory.peak() <= 3 * outbound_bytes + 80 * KIB,
            "{} bytes",
            memory.peak()
        );
        dialog.abort();
        drop(remote);
    }
}

/// A peer that is held keeps neither the connection nor its buffers alive.
#[tokio::test(start_paused = true)]
async fn c6_a_held_peer_keeps_no_buffer_alive() {
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| {
            asks.then(|_| sleep(Duration::from_secs(60)))
        })
        .await
        .unwrap();
    let mut peers = Vec::with_capacity(32);
    let round = async |peers: &mut Vec<Peer<Answer>>| {
        let mut remote = connect(&server.address()).await;
        settle().await;
        let peer = server.peers().remove(0);
        while peer.try_send(Answer::Text("x".repeat(1_000))).is_ok() {}
        remote
            .write_all(&WireKind::Ron.frames(&vec![Ask::Text("x".repeat(1_000)); 60]))
            .await
            .unwrap();
        settle().await;
        while peer.try_send(Answer::Text("x".repeat(1_000))).is_ok() {}
        peers.push(peer.clone());
        peer.abort();
        soon(peer.closed()).await;
        drop(remote);
        until(|| server.stats().connections == 0).await;
    };
    round(&mut peers).await;
    let memory = Memory::watch();
    for _ in 0..20 {
        round(&mut peers).await;
    }
    let each = memory.live() / 20;
    assert!(
        memory.peak() > 300 * KIB,
        "the test measures nothing: {}",
        memory.peak()
    );
    assert!(each <= 1_500, "{each} bytes a held peer");
    soon(server.shutdown()).await;
}

/// W5 of the benchmarks, without the kernel's part.
#[tokio::test(start_paused = true)]
async fn an_idle_connection_owns_no_buffer() {
    const CONNECTIONS: usize = 200;
    let server = Server::bind("memory://")
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .await
        .unwrap();
    let mut raws = Vec::with_capacity(CONNECTIONS + 1);
    let open = async |raws: &mut Vec<_>| {
        // the buffers of the pipe itself grow once they are used; both ends are used alike here
        let mut raw = Raw::new(connect(&server.address()).await, WireKind::Ron);
        raw.ask(&Ask::Hello).await;
        raw.answer().await;
        raws.push(raw);
    };
    open(&mut raws).await;
    let memory = Memory::watch();
    for _ in 0..CONNECTIONS {
        open(&mut raws).await;
    }
    settle().await;
    let each = memory.live() / CONNECTIONS;
    assert!(
        each <= 4 * KIB,
        "{each} bytes a connection, pipe and test included"
    );
    drop(raws);
    soon(server.shutdown()).await;
}
