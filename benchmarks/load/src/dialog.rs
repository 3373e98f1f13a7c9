//! One connection of the client.

use std::{cell::Cell, convert::Infallible, io, marker::PhantomData, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    protocol::{payload, transform},
    wire::{NotAPong, Pong, Wire},
};

/// Room for more replies than any workload has outstanding on one connection.
const INPUT: usize = 64 * 1024;

/// A connection that numbers its requests and checks every reply.
///
/// It writes without reading meanwhile, hence what is outstanding must fit into socket buffers.
#[derive(Debug)]
pub struct Dialog<W> {
    stream: TcpStream,
    id: u32,
    sent: u32,
    received: u32,
    input: Vec<u8>,
    filled: usize,
    output: Vec<u8>,
    wire: PhantomData<W>,
}

impl<W: Wire> Dialog<W> {
    /// Connects; `id` tells its payloads from those of other connections.
    ///
    /// # Errors
    /// What the socket says.
    pub async fn connect(server: SocketAddr, id: u32) -> io::Result<Self> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            id,
            sent: 0,
            received: 0,
            input: vec![0; INPUT],
            filled: 0,
            output: Vec::new(),
            wire: PhantomData,
        })
    }

    /// One request, one reply.
    ///
    /// # Errors
    /// As [`keep_outstanding`](Self::keep_outstanding).
    pub async fn round_trip(&mut self) -> io::Result<()> {
        self.batch(1).await
    }

    /// `size` requests in one write, then all of their replies.
    ///
    /// # Errors
    /// As [`keep_outstanding`](Self::keep_outstanding).
    pub async fn batch(&mut self, size: usize) -> io::Result<()> {
        self.request(size).await?;
        let mut replies = 0;
        while replies < size {
            replies += self.replies().await?;
        }
        Ok(())
    }

    /// Keeps `outstanding` requests under way and counts their replies; ends with an error only.
    ///
    /// # Errors
    /// `UnexpectedEof`; `InvalidData` for a reply that is malformed, out of sequence, or carries
    /// another payload than the one that is due; what the socket says.
    pub async fn keep_outstanding(
        mut self,
        outstanding: usize,
        count: &Cell<u64>,
    ) -> io::Result<Infallible> {
        self.request(outstanding).await?;
        loop {
            let replies = self.replies().await?;
            count.set(count.get() + replies as u64);
            self.request(replies).await?;
        }
    }

    /// Sends the next `count` requests in one write.
    async fn request(&mut self, count: usize) -> io::Result<()> {
        self.output.clear();
        for _ in 0..count {
            W::put_ping(&mut self.output, self.sent, payload(self.id, self.sent));
            self.sent = self.sent.wrapping_add(1);
        }
        self.stream.write_all(&self.output).await
    }

    /// Reads once and checks the replies that are complete; tells how many they were.
    async fn replies(&mut self) -> io::Result<usize> {
        let read = self.stream.read(&mut self.input[self.filled..]).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.filled += read;
        let mut count = 0;
        let mut taken = 0;
        while let Some(pong) = self.pong(taken)? {
            let due = (self.received, transform(payload(self.id, self.received)));
            if (pong.sequence, pong.payload) != due {
                return Err(invalid(format!("expected {due:?}, got {pong:?}")));
            }
            self.received = self.received.wrapping_add(1);
            taken += pong.length;
            count += 1;
        }
        self.input.copy_within(taken..self.filled, 0);
        self.filled -= taken;
        Ok(count)
    }

    #[inline]
    fn pong(&self, at: usize) -> io::Result<Option<Pong>> {
        let bytes = &self.input[at..self.filled];
        W::take_pong(bytes).map_err(|NotAPong| {
            let shown = &bytes[..bytes.len().min(32)];
            invalid(format!("not a pong: {}", shown.escape_ascii()))
        })
    }
}

fn invalid(reason: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}
