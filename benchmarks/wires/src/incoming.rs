//! What `Incoming` costs beyond a stream, and a loop, that are written by hand for one wire.
//!
//! All of them read the same chunks from memory, look where the last whole frame ends, and copy the
//! frames, as a dialog does; what remains is how messages get out of a chunk.

use std::{
    future::poll_fn,
    hint::black_box,
    io,
    marker::PhantomData,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use bytes::{BufMut, Bytes};
use reactive_messaging::{
    Decode, Encode, Incoming, Peer, ReactiveProtocol,
    frame::Framing,
    prelude::{Fixed, Postcard, Stream, StreamExt},
    serve_connection,
    wire::{DecodeLimits, Frame, Wire},
};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf},
    runtime::Builder,
};

use crate::{figure::print_row, shapes::scattered};

const TABLE: &str = "What `Incoming` costs per message";
/// What a dialog reads at once.
const CHUNK: usize = 64 * 1024;
/// Chunks of one run.
const CHUNKS: usize = 16;
/// Runs of each, in turn, of which the fastest counts.
const RUNS: usize = 100;

#[derive(Serialize, Deserialize, ReactiveProtocol)]
#[protocol(wire = Postcard)]
enum OnPostcard {
    Ping(u32, u64),
    #[allow(dead_code)]
    Quit,
}

#[derive(ReactiveProtocol)]
#[protocol(wire = Fixed)]
enum OnFixed {
    Ping(u32, u64),
    #[allow(dead_code)]
    Quit,
}

/// Measures all wires, and prints a row for each.
pub(crate) fn measure() {
    compare("`Postcard`", |number| {
        OnPostcard::Ping(number, scattered(number))
    });
    compare("`Fixed`", |number| OnFixed::Ping(number, scattered(number)));
}

fn compare<M: ReactiveProtocol>(name: &str, message: impl Fn(u32) -> M) {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime of this thread");
    let (frames, count) = frames(message);
    let mut fastest = [Duration::MAX; 3];
    for _ in 0..RUNS {
        let runs = [
            runtime.block_on(timed(loop_by_hand::<M>(Memory::of(&frames)))),
            runtime.block_on(timed(stream_by_hand::<M>(Memory::of(&frames)))),
            runtime.block_on(timed(incoming::<M>(Memory::of(&frames)))),
        ];
        fastest = std::array::from_fn(|which| fastest[which].min(runs[which]));
    }
    let [by_loop, by_stream, by_incoming] =
        fastest.map(|time| time.as_nanos() as f64 / (CHUNKS * count) as f64);
    let columns = [
        ("a loop by hand ns", by_loop),
        ("a stream by hand ns", by_stream),
        ("`Incoming` ns", by_incoming),
        ("`Incoming` − stream ns", by_incoming - by_stream),
    ];
    print_row(TABLE, name, &columns);
}

async fn timed(run: impl Future<Output = ()>) -> Duration {
    let begin = Instant::now();
    run.await;
    begin.elapsed()
}

/// The loop that people write: framing and decoding are inlined into it.
async fn loop_by_hand<M: ReactiveProtocol>(io: Memory) {
    let max = max_frame_len::<M>();
    let limits = DecodeLimits::default();
    let mut chunks = Chunks::<M>::of(io);
    while let Some(chunk) = poll_fn(|cx| chunks.poll_next(cx)).await {
        let mut rest = &chunk[..];
        while let Ok(Some(span)) = FramingOf::<M>::next(rest, max) {
            let payload = Frame::new(&rest[span.start..span.end]);
            black_box(M::Wire::decode(payload, &limits).expect("what was encoded"));
            rest = &rest[span.next..];
        }
    }
}

/// A stream of messages on one wire, whose decoder is inlined into it, and a handler in loop style.
async fn stream_by_hand<M: ReactiveProtocol>(io: Memory) {
    let mut messages = StreamByHand::<M> {
        chunks: Chunks::of(io),
        chunk: Bytes::new(),
        at: 0,
        max: max_frame_len::<M>(),
        limits: DecodeLimits::default(),
    };
    while let Some(message) = messages.next().await {
        black_box(message);
    }
}

struct StreamByHand<M> {
    chunks: Chunks<M>,
    chunk: Bytes,
    at: usize,
    max: usize,
    limits: DecodeLimits,
}

impl<M: ReactiveProtocol> Stream for StreamByHand<M> {
    type Item = M;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<M>> {
        let this = self.get_mut();
        loop {
            let rest = &this.chunk[this.at..];
            if let Ok(Some(span)) = FramingOf::<M>::next(rest, this.max) {
                let payload = Frame::new(&rest[span.start..span.end]);
                let message = M::Wire::decode(payload, &this.limits).expect("what was encoded");
                this.at += span.next;
                return Poll::Ready(Some(message));
            }
            this.at = 0;
            match ready!(this.chunks.poll_next(cx)) {
                Some(chunk) => this.chunk = chunk,
                None => return Poll::Ready(None),
            }
        }
    }
}

/// Chunks of whole frames, by the least work that gets them.
struct Chunks<M> {
    io: Memory,
    buffer: Vec<u8>,
    unfinished: usize,
    message: PhantomData<fn() -> M>,
}

impl<M: ReactiveProtocol> Chunks<M> {
    fn of(io: Memory) -> Self {
        Self {
            io,
            buffer: Vec::with_capacity(CHUNK),
            unfinished: 0,
            message: PhantomData,
        }
    }

    #[inline(never)]
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut room = (&mut self.buffer).limit(CHUNK - self.unfinished);
        let read = ready!(pin!(self.io.read_buf(&mut room)).poll(cx));
        if read.expect("memory is read") == 0 {
            return Poll::Ready(None);
        }
        let max = max_frame_len::<M>();
        let whole = FramingOf::<M>::scan(&self.buffer, self.unfinished, max).whole;
        let chunk = Bytes::copy_from_slice(&self.buffer[..whole]);
        self.buffer.drain(..whole);
        self.unfinished = self.buffer.len();
        Poll::Ready(Some(chunk))
    }
}

/// A handler in loop style.
async fn incoming<M: ReactiveProtocol>(io: Memory) {
    let handler = |mut incoming: Incoming<M>, _peer: Peer<M>| async move {
        while let Some(message) = incoming.next().await {
            black_box(message);
        }
    };
    let ended = serve_connection(io, handler).await;
    assert!(ended.is_ok_and(|reason| reason.is_clean()));
}

/// As many frames as fit into a chunk.
fn frames<M: ReactiveProtocol>(message: impl Fn(u32) -> M) -> (Bytes, usize) {
    let mut frames = Vec::new();
    let mut count = 0;
    loop {
        let start = frames.len();
        FramingOf::<M>::begin(&mut frames);
        M::Wire::encode(&message(count as u32), &mut frames).expect("a message");
        FramingOf::<M>::finish(&mut frames, start, max_frame_len::<M>()).expect("a short message");
        if frames.len() > CHUNK {
            frames.truncate(start);
            return (frames.into(), count);
        }
        count += 1;
    }
}

type FramingOf<M> = <<M as ReactiveProtocol>::Wire as Wire>::Framing;

fn max_frame_len<M: ReactiveProtocol>() -> usize {
    <M::Wire as Decode<M>>::FRAME_LEN.unwrap_or(CHUNK)
}

/// A connection without a system: it serves the same frames again and again, then it ends.
struct Memory {
    frames: Bytes,
    /// Of the frames that are being served, those that were not yet.
    rest: Bytes,
    left: usize,
}

impl Memory {
    fn of(frames: &Bytes) -> Self {
        Self {
            frames: frames.clone(),
            rest: Bytes::new(),
            left: CHUNKS,
        }
    }
}

impl AsyncRead for Memory {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.rest.is_empty() && self.left > 0 {
            self.left -= 1;
            self.rest = self.frames.clone();
        }
        let count = self.rest.len().min(buffer.remaining());
        buffer.put_slice(&self.rest.split_to(count));
        Poll::Ready(Ok(()))
    }
}

/// Nothing is written.
impl AsyncWrite for Memory {
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
