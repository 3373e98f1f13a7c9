use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::future::BoxFuture;
use reactive_messaging::{
    Address, ConstConfig,
    transport::{Connection, Connector},
};
use tokio::{
    io::duplex,
    time::{Instant, sleep},
};

/// What becomes of an attempt to connect.
pub enum Fate {
    /// It is accepted and closed at once.
    Closed,
    /// It is accepted and closed after so long.
    ClosedAfter(Duration),
    /// It is accepted after so long, and stays.
    AcceptedAfter(Duration),
    /// It is refused.
    Refused,
    /// Nobody answers.
    Silence,
    /// The name means nothing.
    Unresolved,
}

/// A connector that notes when it was asked to connect; remotes neither read nor write.
#[derive(Clone)]
pub struct Fated {
    fate: Arc<dyn Fn(usize) -> Fate + Send + Sync>,
    attempts: Arc<Mutex<Vec<Instant>>>,
}

impl Fated {
    /// One whose nth attempt, counted from 1, has the `fate` of n.
    pub fn new(fate: impl Fn(usize) -> Fate + Send + Sync + 'static) -> Self {
        let attempts = Arc::default();
        Self {
            fate: Arc::new(fate),
            attempts,
        }
    }

    /// When it was asked to connect.
    pub fn attempts(&self) -> Vec<Instant> {
        self.attempts.lock().expect("no panic").clone()
    }

    /// A connection whose remote is closed after so long.
    fn lasting(&self, time: Duration) -> Connection {
        let (io, remote) = duplex(64);
        if time.is_zero() {
            drop(remote);
        } else {
            tokio::spawn(async move {
                sleep(time).await;
                drop(remote);
            });
        }
        Connection {
            io: Box::new(io),
            address: self.address(),
        }
    }
}

impl Connector for Fated {
    fn connect<'a>(&'a self, _config: &'a ConstConfig) -> BoxFuture<'a, io::Result<Connection>> {
        let attempt = {
            let mut attempts = self.attempts.lock().expect("no panic");
            attempts.push(Instant::now());
            attempts.len()
        };
        Box::pin(async move {
            match (self.fate)(attempt) {
                Fate::Closed => Ok(self.lasting(Duration::ZERO)),
                Fate::ClosedAfter(time) => Ok(self.lasting(time)),
                Fate::AcceptedAfter(time) => {
                    sleep(time).await;
                    Ok(self.lasting(Duration::MAX))
                }
                Fate::Refused => Err(io::ErrorKind::ConnectionRefused.into()),
                Fate::Silence => std::future::pending().await,
                Fate::Unresolved => Err(io::ErrorKind::NotFound.into()),
            }
        })
    }

    fn address(&self) -> Address {
        Address::Memory("fated".into())
    }
}
