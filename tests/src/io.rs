use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How often an I/O object was polled.
#[derive(Debug, Default)]
pub struct Counts {
    /// `poll_read`
    pub reads: AtomicUsize,
    /// `poll_write` that wrote
    pub writes: AtomicUsize,
    /// bytes written
    pub written: AtomicUsize,
}

/// Counts calls, and can cut reads and writes into pieces.
pub struct Counted<T> {
    io: T,
    /// The counts.
    pub counts: Arc<Counts>,
    /// Most bytes that one read brings.
    pub read_at_most: usize,
    /// Most bytes that one write takes.
    pub write_at_most: usize,
}

impl<T> Counted<T> {
    /// Counts what is done to `io`.
    pub fn new(io: T) -> Self {
        Self {
            io,
            counts: Arc::default(),
            read_at_most: usize::MAX,
            write_at_most: usize::MAX,
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Counted<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.counts.reads.fetch_add(1, Relaxed);
        let at_most = self.read_at_most.min(buffer.remaining());
        let mut piece = ReadBuf::new(buffer.initialize_unfilled_to(at_most));
        let polled = Pin::new(&mut self.io).poll_read(cx, &mut piece);
        let filled = piece.filled().len();
        buffer.advance(filled);
        polled
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Counted<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let at_most = self.write_at_most.min(bytes.len());
        let polled = Pin::new(&mut self.io).poll_write(cx, &bytes[..at_most]);
        if let Poll::Ready(Ok(count)) = polled {
            self.counts.writes.fetch_add(1, Relaxed);
            self.counts.written.fetch_add(count, Relaxed);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
