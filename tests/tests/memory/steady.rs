//! What a message costs once a dialog has warmed up.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use futures::StreamExt;
use reactive_messaging::{
    DisconnectReason, Fixed, Handler, Incoming, Peer, Postcard, ReactiveProtocol, Rkyv,
    ServeConnection, View, serve_connection,
};
use tests::{Answer, Ask, WireKind, echo, on_wire, soon};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf, duplex};

use super::counting::{Memory, allocations};

/// Brings one batch of frames a read and takes whatever is written, at once.
struct Batches {
    batch: Vec<u8>,
    left: usize,
    /// Allocations of this thread: when the dialog had warmed up, and at the end.
    allocations: Arc<[AtomicUsize; 2]>,
}

const WARM_UP: usize = 20;
const BATCHES: usize = 100;

impl AsyncRead for Batches {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.left {
            BATCHES => self.allocations[0].store(allocations(), Relaxed),
            0 => self.allocations[1].store(allocations(), Relaxed),
            _ => {}
        }
        if self.left > 0 {
            self.left -= 1;
            buffer.put_slice(&self.batch);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Batches {
    fn poll_write(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Allocations of a dialog for each batch of these frames, once it has warmed up.
async fn allocations_a_batch<H: Handler>(
    frames: Vec<u8>,
    serve: impl FnOnce(Batches) -> ServeConnection<H>,
) -> f64 {
    let allocations = Arc::<[AtomicUsize; 2]>::default();
    let batches = Batches {
        batch: frames,
        left: WARM_UP + BATCHES,
        allocations: allocations.clone(),
    };
    let reason = soon(serve(batches).into_future()).await;
    assert!(
        matches!(reason, Ok(DisconnectReason::RemoteClosed)),
        "{reason:?}"
    );
    let [warm, end] = [&allocations[0], &allocations[1]].map(|count| count.load(Relaxed));
    assert!(
        0 < warm && warm <= end,
        "the test measures nothing: {warm} {end}"
    );
    (end - warm) as f64 / BATCHES as f64
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    ReactiveProtocol,
    serde::Serialize,
    serde::Deserialize,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[protocol(wire = Fixed, views)]
enum Tick {
    At(u64),
    Price { cents: u32, up: bool },
}

/// A message without a heap of its own costs no allocation: only what is read at once does.
#[tokio::test(start_paused = true)]
async fn messages_without_heap_allocate_nothing() {
    let ticks = |wire: WireKind| {
        let up = true;
        let ticks = [Tick::At(7), Tick::Price { cents: 1, up }];
        wire.frames(&ticks.repeat(60))
    };
    let echo_asks = |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks);
    let echo_ticks = |ticks: Incoming<Tick>, _peer: Peer<Tick>| ticks;
    for wire in [WireKind::Fixed, WireKind::Postcard, WireKind::Rkyv] {
        let chosen = allocations_a_batch(ticks(wire), |io| {
            let dialog = serve_connection(io, echo_ticks);
            match wire {
                WireKind::Fixed => dialog.wire(Fixed),
                WireKind::Postcard => dialog.wire(Postcard),
                _ => dialog.wire(Rkyv),
            }
        });
        let chosen = chosen.await;
        assert!(chosen <= 1.1, "{wire:?}: {chosen} allocations a batch");
        let numbers = wire.frames(&vec![Ask::Number(1_000); 15]);
        let mapped = allocations_a_batch(numbers, |io| {
            on_wire!(serve_connection(io, echo_asks), wire)
        });
        let mapped = mapped.await;
        assert!(mapped <= 1.1, "{wire:?}: {mapped} allocations a batch");
        // were they not counted, this would be no more either
        let texts = wire.frames(&vec![Ask::Text("x".repeat(20)); 15]);
        let texts =
            allocations_a_batch(texts, |io| on_wire!(serve_connection(io, echo_asks), wire));
        let texts = texts.await;
        assert!(texts >= 15.0, "{wire:?}: {texts} allocations a batch");
    }
    // the protocol's own wire, which is inlined
    let own = allocations_a_batch(ticks(WireKind::Fixed), |io| {
        serve_connection(io, echo_ticks)
    });
    let own = own.await;
    assert!(own <= 1.1, "{own} allocations a batch");
}

/// Views share what was read at once, and none is copied to be aligned.
#[tokio::test(start_paused = true)]
async fn views_allocate_nothing_each() {
    let frames = WireKind::Rkyv.frames(&[Tick::At(7); 100]);
    let views = allocations_a_batch(frames, |io| {
        serve_connection(
            io,
            |ticks: Incoming<View<Tick>>, _peer: Peer<View<Tick>>| ticks,
        )
    });
    let views = views.await;
    // what was read, and the counter of those who share it
    assert!(views <= 2.1, "{views} allocations a batch");
}

/// A view keeps what it was received with in memory, unless it is made compact.
#[tokio::test(start_paused = true)]
async fn a_compact_view_keeps_nothing_but_itself() {
    const TICKS: usize = 1_000;
    let frames = WireKind::Rkyv.frames(&[Tick::At(7); TICKS]);
    let kept: Arc<Mutex<Option<View<Tick>>>> = Arc::default();
    let slot = kept.clone();
    let (local, mut remote) = duplex(64 * 1024);
    remote.write_all(&frames).await.unwrap();
    remote.shutdown().await.unwrap();
    let before = Memory::watch();
    let dialog = serve_connection(
        local,
        move |ticks: Incoming<View<Tick>>, _peer: Peer<Tick>| {
            let slot = slot.clone();
            ticks.map(move |tick| {
                slot.lock().unwrap().get_or_insert(tick);
            })
        },
    );
    let dialog = tokio::spawn(dialog.into_future());
    remote.read_to_end(&mut Vec::new()).await.unwrap();
    soon(dialog).await.unwrap().unwrap();
    let (shared, memory) = (before.live(), Memory::watch());
    let view = kept.lock().unwrap().take().expect("a view");
    let compact = view.compact();
    let size = memory.live();
    assert!((16..500).contains(&size), "{size} bytes");
    drop(view);
    let after = before.live();
    assert!(
        shared > after + 2 * 1024,
        "{shared} bytes before, {after} after"
    );
    assert!(matches!(&*compact, ArchivedTick::At(at) if *at == 7));
}
