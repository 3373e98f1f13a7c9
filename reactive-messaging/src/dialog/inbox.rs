//! Whole frames on their way from the driver to `Incoming`.

use std::task::{Context, Poll, Waker};

use super::sync::{AtomicBool, Mutex, Ordering, lock};
use crate::error::FrameError;

/// Bytes of whole frames that were read and not decoded yet, and what comes behind them.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    state: Mutex<State>,
    /// What is not decoded may be wanted back.
    of_stage: bool,
    /// Whether `Incoming` holds frames that it has not decoded: the driver then flushes early.
    unread: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    ready: Vec<u8>,
    /// Bytes of the chunk that `Incoming` works on.
    taken: usize,
    end: Option<End>,
    /// The handler knows of the end.
    end_was_seen: bool,
    reader: Option<Waker>,
    /// The driver found no room, or waits for what `Incoming` holds, and wants to be woken.
    paused: bool,
    /// `Incoming` was dropped.
    detached: bool,
    /// What `Incoming` does not decode is for the stage that follows.
    keeps: bool,
    /// What was not decoded is wanted back: there is nothing more for `Incoming`.
    recalled: bool,
}

impl State {
    /// Whether nobody will ever ask for further frames.
    fn refuses(&self) -> bool {
        (self.detached && !self.keeps) || self.end.is_some()
    }
}

/// Why nothing comes behind the last frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// The stream of frames is over.
    Finished,
    /// The bytes behind are no frame; raised when the handler gets there.
    Unframed(FrameError),
}

/// What [`Inbox::poll_take`] brought.
pub(crate) enum Taken {
    Chunk(Vec<u8>),
    End(End),
}

impl Inbox {
    /// An inbox whose undecoded frames go to a next stage.
    pub(crate) fn of_stage() -> Self {
        let state = State {
            keeps: true,
            ..State::default()
        };
        Self {
            state: Mutex::new(state),
            of_stage: true,
            unread: AtomicBool::new(false),
        }
    }

    /// Bytes that may be read ahead now; none is noted, and taking from the inbox wakes the driver.
    pub(crate) fn room(&self, limit: usize) -> usize {
        let mut state = lock(&self.state);
        let room = limit.saturating_sub(state.ready.len() + state.taken);
        state.paused = room == 0;
        room
    }

    /// Hands whole frames over, and says who waits for them. `Err` when nobody will ever ask.
    pub(crate) fn push(&self, frames: &[u8]) -> Result<Option<Waker>, ()> {
        let mut state = lock(&self.state);
        if state.refuses() {
            return Err(());
        }
        state.ready.extend_from_slice(frames);
        Ok(state.reader.take())
    }

    /// Hands over a buffer of whole frames, copying it only behind others.
    pub(crate) fn push_owned(&self, frames: Vec<u8>) -> Result<Option<Waker>, Vec<u8>> {
        let mut state = lock(&self.state);
        if state.refuses() {
            return Err(frames);
        }
        if state.ready.is_empty() {
            state.ready = frames;
        } else {
            state.ready.extend_from_slice(&frames);
        }
        Ok(state.reader.take())
    }

    /// Ends the stream of frames behind those that were handed over; the first end stays.
    pub(crate) fn finish(&self, end: End) -> Option<Waker> {
        let mut state = lock(&self.state);
        state.end.get_or_insert(end);
        state.reader.take()
    }

    /// Ends the stream at once and returns the frames that nobody decoded.
    pub(crate) fn close(&self) -> (Vec<u8>, Option<Waker>) {
        let mut state = lock(&self.state);
        state.end = Some(End::Finished);
        state.keeps = false;
        (std::mem::take(&mut state.ready), state.reader.take())
    }

    /// Ends the stream for `Incoming` and takes what it did not decode: the bytes behind the last
    /// frame that the stage pulled. Pending as long as an `Incoming` in another task works on a chunk;
    /// it wakes the driver when it is done with that.
    pub(crate) fn poll_recall(&self) -> (Poll<Vec<u8>>, Option<Waker>) {
        let mut state = lock(&self.state);
        state.recalled = true;
        let reader = state.reader.take();
        // set under this lock, cleared behind the last message of the chunk
        let undecoded = !state.detached && self.unread.load(Ordering::Relaxed);
        state.paused = undecoded;
        let frames = match undecoded {
            true => Poll::Pending,
            false => Poll::Ready(std::mem::take(&mut state.ready)),
        };
        (frames, reader)
    }

    /// Whether the handler got to the end of its input.
    pub(crate) fn end_was_seen(&self) -> bool {
        lock(&self.state).end_was_seen
    }

    /// The frame error that no handler will get to, since it dropped its `Incoming`.
    pub(crate) fn abandoned_error(&self) -> Option<FrameError> {
        let mut state = lock(&self.state);
        match &state.end {
            Some(End::Unframed(error)) if state.detached && !state.keeps && !state.end_was_seen => {
                let error = error.clone();
                state.end_was_seen = true;
                Some(error)
            }
            _ => None,
        }
    }

    /// All frames that are ready. The flag says whether the driver waits for the room.
    pub(crate) fn poll_take(&self, cx: &mut Context<'_>) -> (Poll<Taken>, bool) {
        let mut state = lock(&self.state);
        let resume = std::mem::take(&mut state.paused);
        if state.recalled {
            self.unread.store(false, Ordering::Relaxed);
            return (Poll::Ready(Taken::End(End::Finished)), resume);
        }
        let chunk = std::mem::take(&mut state.ready);
        state.taken = chunk.len();
        self.unread.store(!chunk.is_empty(), Ordering::Relaxed);
        let taken = if !chunk.is_empty() {
            Poll::Ready(Taken::Chunk(chunk))
        } else if let Some(end) = state.end.clone() {
            state.end_was_seen = true;
            Poll::Ready(Taken::End(end))
        } else {
            match &mut state.reader {
                Some(reader) => reader.clone_from(cx.waker()),
                none => *none = Some(cx.waker().clone()),
            }
            Poll::Pending
        };
        (taken, resume)
    }

    /// `Incoming` is dropped, `undecoded` is what is left of its chunk. Frames that nobody will ask for
    /// come back. True when the driver wants to know.
    pub(crate) fn detach(&self, undecoded: &[u8]) -> (Vec<u8>, bool) {
        let mut state = lock(&self.state);
        state.detached = true;
        state.taken = 0;
        state.ready.splice(..0, undecoded.iter().copied());
        state.reader = None;
        self.unread.store(false, Ordering::Relaxed);
        let waits = std::mem::take(&mut state.paused) || state.end.is_some();
        let discarded = match state.keeps {
            true => Vec::new(),
            false => std::mem::take(&mut state.ready),
        };
        (discarded, waits)
    }

    /// Whether `Incoming` waits for what is to come.
    pub(crate) fn is_waited_at(&self) -> bool {
        lock(&self.state).reader.is_some()
    }

    pub(crate) fn has_unread(&self) -> bool {
        self.unread.load(Ordering::Relaxed)
    }

    /// Behind the last message of a chunk. True when the driver wants to know.
    #[inline]
    pub(crate) fn all_decoded(&self) -> bool {
        self.unread.store(false, Ordering::Relaxed);
        self.of_stage && self.is_waited_for()
    }

    /// Whether the driver waits for what `Incoming` held.
    #[inline(never)]
    fn is_waited_for(&self) -> bool {
        let mut state = lock(&self.state);
        state.recalled && std::mem::take(&mut state.paused)
    }
}
