//! A simulated connection: two pipes, two ends, and what befalls them.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

use super::pipe::{Pipe, Weather};

/// What befalls a connection.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// Both sides are reset.
    Reset(Duration),
    /// In both directions, nothing arrives for a while.
    Freeze(Duration, Duration),
    /// The client's bytes end behind this one.
    Cut(usize),
}

pub(super) struct Line {
    /// From the client to the server, and back.
    pub(super) pipes: [Mutex<Pipe>; 2],
    pub(super) fault: Option<Fault>,
}

/// Which of the pipes an end writes to; it reads from the other one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Client = 0,
    Server = 1,
}

impl Line {
    pub(super) fn new(weathers: [Weather; 2], fault: Option<Fault>, seed: u64) -> Arc<Self> {
        let [up, down] = weathers;
        let mut up = Pipe::new(up, seed);
        if let Some(Fault::Cut(at)) = fault {
            up.cut_at = Some(at);
        }
        let down = Pipe::new(down, !seed);
        Arc::new(Self {
            pipes: [Mutex::new(up), Mutex::new(down)],
            fault,
        })
    }

    pub(super) fn sent_by(&self, side: Side) -> MutexGuard<'_, Pipe> {
        self.pipes[side as usize].lock().expect("no panic")
    }

    fn read_by(&self, side: Side) -> MutexGuard<'_, Pipe> {
        self.pipes[1 - side as usize].lock().expect("no panic")
    }

    /// Lets its fault befall it.
    pub(super) async fn live(self: Arc<Self>) {
        match self.fault {
            Some(Fault::Reset(at)) => {
                sleep(at).await;
                self.reset();
            }
            Some(Fault::Freeze(at, span)) => {
                sleep(at).await;
                for pipe in &self.pipes {
                    let mut pipe = pipe.lock().expect("no panic");
                    pipe.frozen_until = Some(Instant::now() + span);
                    pipe.wake_all();
                }
            }
            Some(Fault::Cut(_)) | None => {}
        }
    }

    fn reset(&self) {
        for pipe in &self.pipes {
            let mut pipe = pipe.lock().expect("no panic");
            pipe.is_reset = true;
            pipe.wake_all();
        }
    }
}

/// One end of a line.
pub(super) struct End {
    line: Arc<Line>,
    side: Side,
    timer: Pin<Box<Sleep>>,
}

impl End {
    pub(super) fn new(line: &Arc<Line>, side: Side) -> Self {
        Self {
            line: line.clone(),
            side,
            timer: Box::pin(sleep(Duration::ZERO)),
        }
    }
}

impl AsyncRead for End {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { line, side, timer } = &mut *self;
        let mut pipe = line.read_by(*side);
        let polled = pipe.poll_read(cx, timer, buffer.remaining());
        polled.map_ok(|bytes| buffer.put_slice(bytes))
    }
}

impl AsyncWrite for End {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut pipe = self.line.sent_by(self.side);
        let polled = pipe.poll_write(cx, bytes);
        let is_refused = polled.is_ready() && !pipe.is_read();
        drop(pipe);
        if is_refused {
            self.line.reset();
        }
        polled
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.line.sent_by(self.side).finish();
        Poll::Ready(Ok(()))
    }
}

/// As TCP does: who closes with unread input resets the connection.
impl Drop for End {
    fn drop(&mut self) {
        let has_lost = self.line.read_by(self.side).leave_unread();
        if has_lost {
            self.line.reset();
        } else {
            self.line.sent_by(self.side).finish();
        }
    }
}
