use std::{
    io,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use reactive_messaging::{
    Address, SocketOptions,
    transport::{Connection, Listener},
};
use tokio::time::Instant;

/// What becomes of an attempt to accept.
pub enum Accept {
    /// There is a connection, whose remote has sent FIN and reads whatever comes.
    Finished,
    /// It fails so.
    Fails(io::ErrorKind),
    /// The system is out of descriptors: `EMFILE`.
    Exhausted,
    /// Nobody connects any more.
    Silence,
}

/// A listener that notes when it was asked to accept. It has its answer at once, or never.
pub struct FatedListener {
    fate: Box<dyn Fn(usize) -> Accept + Send>,
    attempts: Arc<Mutex<Vec<Instant>>>,
}

impl FatedListener {
    /// One whose nth attempt, counted from 1, has the `fate` of n.
    pub fn new(fate: impl Fn(usize) -> Accept + Send + 'static) -> Self {
        Self {
            fate: Box::new(fate),
            attempts: Arc::default(),
        }
    }

    /// Says when it was asked to accept, also once a server has it.
    pub fn attempts(&self) -> impl Fn() -> Vec<Instant> + use<> {
        let attempts = Arc::clone(&self.attempts);
        move || attempts.lock().expect("no panic").clone()
    }
}

impl Listener for FatedListener {
    fn poll_accept(
        &mut self,
        _cx: &mut Context<'_>,
        _options: &SocketOptions,
    ) -> Poll<io::Result<Connection>> {
        let attempt = {
            let mut attempts = self.attempts.lock().expect("no panic");
            attempts.push(Instant::now());
            attempts.len()
        };
        Poll::Ready(match (self.fate)(attempt) {
            Accept::Finished => Ok(Connection {
                io: Box::new(tokio::io::empty()),
                address: self.address(),
            }),
            Accept::Fails(kind) => Err(kind.into()),
            Accept::Exhausted => Err(io::Error::from_raw_os_error(24)),
            Accept::Silence => return Poll::Pending,
        })
    }

    fn address(&self) -> Address {
        Address::Memory("fated".into())
    }
}
