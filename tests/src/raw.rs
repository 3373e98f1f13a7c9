use std::io;

use reactive_messaging::{
    Address, ConstConfig,
    transport::{Connector, Io, MemoryConnector},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};

use crate::{Answer, Ask, Message, WireKind, soon};

/// Connects to a server without any of the crate's dialog.
pub async fn connect(address: &Address) -> Box<dyn Io> {
    match address {
        Address::Socket(address) => {
            let socket = soon(TcpStream::connect(address)).await.expect("a listener");
            socket.set_nodelay(true).expect("a socket");
            Box::new(socket)
        }
        Address::Memory(name) => {
            let connector = MemoryConnector::new(name);
            connector
                .connect(&ConstConfig::client())
                .await
                .expect("a listener")
                .io
        }
        other => panic!("no raw connection to {other}"),
    }
}

/// A remote that writes and reads bytes.
pub struct Raw<T> {
    /// Where they go.
    pub io: T,
    /// How they are framed.
    pub wire: WireKind,
    received: Vec<u8>,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Raw<T> {
    /// A remote on `io`.
    pub fn new(io: T, wire: WireKind) -> Self {
        let received = Vec::new();
        Self { io, wire, received }
    }

    /// Writes bytes.
    pub async fn write(&mut self, bytes: &[u8]) {
        soon(self.io.write_all(bytes)).await.expect("a connection");
    }

    /// Writes a message.
    pub async fn ask(&mut self, ask: &Ask) {
        let frame = self.wire.frame(ask);
        self.write(&frame).await;
    }

    /// Sends FIN.
    pub async fn finish(&mut self) {
        soon(self.io.shutdown()).await.expect("a connection");
    }

    /// The next message; `None` at FIN.
    ///
    /// # Errors
    /// A reset, or FIN within a frame.
    pub async fn next<M: Message>(&mut self) -> io::Result<Option<M>> {
        let wire = self.wire;
        self.next_by(|bytes| wire.take(bytes)).await
    }

    /// The next of what `take` takes off the bytes that came; `None` at FIN.
    ///
    /// # Errors
    /// A reset, or FIN within a frame.
    pub async fn next_by<M>(
        &mut self,
        take: impl Fn(&mut Vec<u8>) -> Option<M>,
    ) -> io::Result<Option<M>> {
        loop {
            if let Some(message) = take(&mut self.received) {
                return Ok(Some(message));
            }
            if soon(self.io.read_buf(&mut self.received)).await? == 0 {
                let is_cut = !self.received.is_empty();
                return if is_cut {
                    Err(io::ErrorKind::UnexpectedEof.into())
                } else {
                    Ok(None)
                };
            }
        }
    }

    /// The next answer, which there must be.
    pub async fn answer(&mut self) -> Answer {
        self.next().await.expect("no reset").expect("an answer")
    }

    /// The next `count` answers, which there must be.
    pub async fn answers(&mut self, count: usize) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(count);
        for _ in 0..count {
            answers.push(self.answer().await);
        }
        answers
    }

    /// All answers up to FIN, which must be one.
    pub async fn rest(&mut self) -> Vec<Answer> {
        let mut rest = Vec::new();
        while let Some(answer) = self.next().await.expect("FIN, not a reset") {
            rest.push(answer);
        }
        rest
    }
}
