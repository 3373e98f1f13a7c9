//! Bytes ⇄ frames: where one message ends and the next one begins.
//!
//! Pure functions over byte slices. May depend on [`error`](crate::error) only;
//! message types, sockets, clocks, tasks and logs never come here.

mod length;
mod line;
mod records;
#[cfg(test)]
mod tests;

pub use length::LengthPrefixed;
pub use line::Line;
pub use records::Records;

use crate::error::{EncodeError, FrameError};

/// How a wire delimits its messages within a stream of bytes.
///
/// A framing has no state: the bytes of an unfinished frame stay with whoever reads them, and
/// every method looks at a slice that begins at a frame boundary.
///
/// `max_frame_len` is what a payload must not exceed, in bytes. A wire that gives all its messages one
/// length (`FRAME_LEN` of `Encode` and `Decode`) makes it exactly that length.
pub trait Framing: 'static {
    /// Whether reading can go on behind a frame that could not be decoded.
    ///
    /// True for framings whose delimiter cannot be part of a payload, so that a person may mistype.
    const RESYNCHRONISES: bool;

    /// Whether all payloads have to be of one length, which the wire then tells as `FRAME_LEN`.
    const FIXED_LEN: bool = false;

    /// Most bytes that a frame has in excess of its payload.
    const OVERHEAD: usize;

    /// Looks for the end of the last whole frame of `bytes`.
    ///
    /// The first `scanned` bytes were seen by an earlier call that found no whole frame in them, so
    /// a linear framing looks only behind them.
    fn scan(bytes: &[u8], scanned: usize, max_frame_len: usize) -> Scan;

    /// The first whole frame of `bytes`, `None` when there is none.
    ///
    /// # Errors
    /// [`FrameError`] when the frame is longer than `max_frame_len`.
    fn next(bytes: &[u8], max_frame_len: usize) -> Result<Option<Span>, FrameError>;

    /// Begins a frame at the end of `out`: whatever stands in front of a payload.
    fn begin(out: &mut Vec<u8>);

    /// Ends the frame that begins at `start`: its payload is complete.
    ///
    /// # Errors
    /// [`EncodeError`] when the payload is longer than `max_frame_len` or cannot be delimited. The
    /// caller then takes the frame back.
    fn finish(out: &mut Vec<u8>, start: usize, max_frame_len: usize) -> Result<(), EncodeError>;
}

/// What [`Framing::scan`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// Bytes at the front that are whole frames.
    pub whole: usize,
    /// What is wrong with the frame behind them, if it can be told already.
    pub error: Option<FrameError>,
}

/// Where a frame lies within the slice that was searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First byte of the payload.
    pub start: usize,
    /// First byte behind the payload.
    pub end: usize,
    /// First byte behind the frame, terminator included.
    pub next: usize,
}

/// Counts the frames of `bytes` that end within it, and says where the last of them ends.
pub(crate) fn count<F: Framing>(mut bytes: &[u8], max_frame_len: usize) -> (u64, usize) {
    let (mut frames, mut end) = (0, 0);
    while let Ok(Some(span)) = F::next(bytes, max_frame_len) {
        frames += 1;
        end += span.next;
        bytes = &bytes[span.next..];
    }
    (frames, end)
}
