use std::{future::Future, time::Duration};

use reactive_messaging::{
    ConstConfig, DisconnectReason, Incoming, Outcome, Peer, serve_connection,
};
use tests::{Answer, Ask, Raw, WireKind, soon};
use tokio::{
    io::{DuplexStream, duplex},
    task::JoinHandle,
    time::{Instant, sleep_until},
};

pub(super) const CONFIG: ConstConfig = ConstConfig::default();

pub(super) const fn seconds(seconds: u64) -> Option<Duration> {
    Some(Duration::from_secs(seconds))
}

/// A dialog over a pipe of so many bytes, its remote, and when it began.
pub(super) struct Begun {
    pub(super) remote: Raw<DuplexStream>,
    dialog: JoinHandle<(DisconnectReason, Instant)>,
    began: Instant,
}

impl Begun {
    pub(super) fn new<R, K>(
        pipe: usize,
        config: ConstConfig,
        handler: impl Fn(Incoming<Ask>, Peer<Answer>) -> R + Send + Sync + 'static,
    ) -> Self
    where
        R: Outcome<Answer, K>,
        R::Session: Send + 'static,
    {
        let (local, remote) = duplex(pipe);
        let dialog = serve_connection(local, handler).config(config);
        Self {
            remote: Raw::new(remote, WireKind::Ron),
            dialog: tokio::spawn(async {
                let reason = dialog.await.expect("a sound configuration");
                (reason, Instant::now())
            }),
            began: Instant::now(),
        }
    }

    /// Waits until so many milliseconds after the beginning.
    pub(super) fn at(&self, millis: u64) -> impl Future<Output = ()> + use<> {
        sleep_until(self.began + Duration::from_millis(millis))
    }

    /// Milliseconds since the beginning.
    pub(super) fn elapsed(&self) -> u128 {
        self.began.elapsed().as_millis()
    }

    /// Whether the dialog lasts until so many milliseconds after the beginning.
    pub(super) async fn lasts(&self, millis: u64) -> bool {
        self.at(millis).await;
        !self.dialog.is_finished()
    }

    /// Closes the remote's side and waits for the reason.
    pub(super) async fn reason(self) -> DisconnectReason {
        drop(self.remote);
        soon(self.dialog).await.expect("no panic").0
    }

    /// Waits for the reason, and says how many milliseconds after the beginning it came. The remote
    /// does nothing meanwhile.
    pub(super) async fn ends(self) -> (DisconnectReason, u128) {
        let (reason, ended) = tokio::time::timeout(Duration::from_secs(100_000), self.dialog)
            .await
            .expect("an end")
            .expect("no panic");
        drop(self.remote);
        (reason, ended.duration_since(self.began).as_millis())
    }

    /// Waits for the FIN, with nothing in front of it, and says how many milliseconds after the
    /// beginning it came, and why.
    pub(super) async fn closes(mut self) -> (DisconnectReason, u128) {
        let rest = tokio::time::timeout(Duration::from_secs(100_000), async {
            tokio::io::AsyncReadExt::read_to_end(&mut self.remote.io, &mut Vec::new()).await
        });
        assert!(matches!(rest.await, Ok(Ok(_))), "a reset");
        let closed = self.elapsed();
        (self.reason().await, closed)
    }
}
