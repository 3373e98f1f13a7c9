//! Connections within the process, for tests and for services that live side by side.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use futures::future::BoxFuture;
use tokio::{
    io::{DuplexStream, duplex},
    sync::mpsc,
};

use super::{Address, Connection, Connector, Listener};
use crate::config::{ConstConfig, SocketOptions};

/// Bytes that one direction of a connection holds.
const CAPACITY: usize = 64 * 1024;
/// Connections that wait to be accepted; further ones are refused.
const BACKLOG: usize = 1_024;

/// Who listens, by name.
static LISTENERS: Mutex<Option<HashMap<Arc<str>, mpsc::Sender<DuplexStream>>>> = Mutex::new(None);

fn listeners<R>(look: impl FnOnce(&mut HashMap<Arc<str>, mpsc::Sender<DuplexStream>>) -> R) -> R {
    let mut listeners = LISTENERS.lock().unwrap_or_else(PoisonError::into_inner);
    look(listeners.get_or_insert_default())
}

/// Listens on a name within this process, until it is dropped.
#[derive(Debug)]
pub struct MemoryListener {
    name: Arc<str>,
    connections: mpsc::Receiver<DuplexStream>,
    accepted: u64,
}

impl MemoryListener {
    /// Listens on `name`; an empty one is replaced by a name that nobody has.
    ///
    /// # Errors
    /// `AddrInUse` when someone listens there.
    pub fn bind(name: &str) -> io::Result<Self> {
        static UNNAMED: AtomicU64 = AtomicU64::new(1);
        let name: Arc<str> = match name {
            "" => format!("unnamed-{}", UNNAMED.fetch_add(1, Ordering::Relaxed)).into(),
            name => name.into(),
        };
        let (sender, connections) = mpsc::channel(BACKLOG);
        listeners(|listeners| match listeners.get(&name) {
            Some(_) => Err(io::Error::from(io::ErrorKind::AddrInUse)),
            None => {
                listeners.insert(name.clone(), sender);
                Ok(())
            }
        })?;
        Ok(Self {
            name,
            connections,
            accepted: 0,
        })
    }
}

impl Drop for MemoryListener {
    fn drop(&mut self) {
        listeners(|listeners| listeners.remove(&self.name));
    }
}

impl Listener for MemoryListener {
    fn poll_accept(
        &mut self,
        cx: &mut Context<'_>,
        _options: &SocketOptions,
    ) -> Poll<io::Result<Connection>> {
        // the listeners' table holds a sender for as long as this listener lives
        let io = ready!(self.connections.poll_recv(cx)).ok_or(io::ErrorKind::BrokenPipe)?;
        self.accepted += 1;
        Poll::Ready(Ok(Connection {
            io: Box::new(io),
            address: Address::Memory(format!("{}/{}", self.name, self.accepted).into()),
        }))
    }

    fn address(&self) -> Address {
        Address::Memory(self.name.clone())
    }
}

/// Connects to a name within this process.
#[derive(Debug, Clone)]
pub struct MemoryConnector {
    name: Arc<str>,
}

impl MemoryConnector {
    /// Connects to `name`.
    pub fn new(name: &str) -> Self {
        Self { name: name.into() }
    }

    fn open(&self) -> io::Result<Connection> {
        let listener = listeners(|listeners| listeners.get(&self.name).cloned())
            .ok_or(io::ErrorKind::ConnectionRefused)?;
        let (local, remote) = duplex(CAPACITY);
        listener
            .try_send(remote)
            .map_err(|_| io::ErrorKind::ConnectionRefused)?;
        Ok(Connection {
            io: Box::new(local),
            address: self.address(),
        })
    }
}

impl Connector for MemoryConnector {
    fn connect<'a>(&'a self, _config: &'a ConstConfig) -> BoxFuture<'a, io::Result<Connection>> {
        Box::pin(std::future::ready(self.open()))
    }

    fn address(&self) -> Address {
        Address::Memory(self.name.clone())
    }
}
