//! F5: how often the bytes of a long frame are looked at while it arrives.

use std::{
    future::IntoFuture,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use reactive_messaging::{
    Decode, Encode, Incoming, Peer, Ron,
    error::{DecodeError, EncodeError, FrameError},
    frame::{Framing, Line, Scan, Span},
    serve_connection,
    wire::{DecodeLimits, Frame, Wire},
};
use tests::{Answer, Ask, Counted, Raw, WireKind, echo, soon};
use tokio::io::duplex;

/// Bytes that were looked at for the end of a line. Only one test uses this framing.
static SCANNED: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug, Clone, Copy)]
struct CountedLine;

impl Framing for CountedLine {
    const RESYNCHRONISES: bool = Line::RESYNCHRONISES;
    const OVERHEAD: usize = Line::OVERHEAD;

    fn scan(bytes: &[u8], scanned: usize, max_frame_len: usize) -> Scan {
        SCANNED.fetch_add(bytes.len() - scanned, Relaxed);
        Line::scan(bytes, scanned, max_frame_len)
    }

    fn next(bytes: &[u8], max_frame_len: usize) -> Result<Option<Span>, FrameError> {
        SCANNED.fetch_add(bytes.len(), Relaxed);
        Line::next(bytes, max_frame_len)
    }

    fn begin(out: &mut Vec<u8>) {
        Line::begin(out);
    }

    fn finish(out: &mut Vec<u8>, start: usize, max_frame_len: usize) -> Result<(), EncodeError> {
        Line::finish(out, start, max_frame_len)
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct CountedRon;

impl Wire for CountedRon {
    type Framing = CountedLine;
    const NAME: &'static str = "counted ron";
}

impl Encode<Answer> for CountedRon {
    fn encode(message: &Answer, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        Ron::encode(message, out)
    }
}

impl Decode<Ask> for CountedRon {
    fn decode(frame: Frame<'_>, limits: &DecodeLimits) -> Result<Ask, DecodeError> {
        Ron::decode(frame, limits)
    }
}

#[tokio::test(start_paused = true)]
async fn f5_a_line_of_64_kib_in_reads_of_one_byte_is_scanned_once() {
    const LEN: usize = 64 * 1024;
    let (local, remote) = duplex(2 * LEN);
    let mut local = Counted::new(local);
    local.read_at_most = 1;
    let counts = local.counts.clone();
    let dialog = serve_connection(local, |asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks));
    let dialog = tokio::spawn(dialog.wire(CountedRon).into_future());
    let mut raw = Raw::new(remote, WireKind::Ron);
    let text = "x".repeat(LEN - "Text(\"\")".len());
    raw.ask(&Ask::Text(text.clone())).await;
    assert_eq!(raw.answer().await, Answer::Text(text));
    let (scanned, reads) = (SCANNED.load(Relaxed), counts.reads.load(Relaxed));
    assert!(reads > LEN, "{reads} reads");
    // each byte as it arrives; and a few times more in the whole line, which is found, counted and taken
    assert!(scanned >= LEN, "the test measures nothing: {scanned}");
    assert!(scanned <= 5 * LEN, "{scanned} bytes looked at");
    raw.finish().await;
    assert_eq!(raw.rest().await, []);
    soon(dialog).await.expect("no panic").expect("a config");
}
