//! The task that holds a running service, and what others see of it.

use futures::future::BoxFuture;
use tokio::sync::{oneshot, watch};

use super::error::{NotStarted, StartError};
use crate::{Client, DrainReport, ReactiveProtocol, Server};

/// A running service of either role, whatever it speaks.
pub(super) trait Running: Send + Sync {
    fn closed(&self) -> BoxFuture<'_, ()>;
    fn shutdown(&self) -> BoxFuture<'_, DrainReport>;
}

impl<S: ReactiveProtocol> Running for Server<S> {
    fn closed(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.closed())
    }

    fn shutdown(&self) -> BoxFuture<'_, DrainReport> {
        Box::pin(self.shutdown())
    }
}

impl<L: ReactiveProtocol> Running for Client<L> {
    fn closed(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            let reason = self.closed().await;
            tracing::debug!(%reason, "client is over");
        })
    }

    fn shutdown(&self) -> BoxFuture<'_, DrainReport> {
        Box::pin(self.shutdown())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Idle,
    Running,
    Ended,
}

/// The service's side. Dropping it ends the service.
#[derive(Debug)]
pub(super) struct Life {
    progress: watch::Receiver<Progress>,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    Idle(watch::Sender<Progress>),
    Started(oneshot::Sender<()>),
}

impl Life {
    pub(super) fn new() -> Self {
        let (tell, progress) = watch::channel(Progress::Idle);
        let phase = Phase::Idle(tell);
        Self { progress, phase }
    }

    pub(super) fn may_start(&self) -> Result<(), StartError> {
        match self.phase {
            Phase::Idle(_) => Ok(()),
            Phase::Started(_) => Err(StartError::AlreadyStarted),
        }
    }

    /// Holds `service` from now on.
    pub(super) fn start(&mut self, service: Box<dyn Running>) {
        let (stop, stopped) = oneshot::channel();
        if let Phase::Idle(tell) = std::mem::replace(&mut self.phase, Phase::Started(stop)) {
            tell.send_replace(Progress::Running);
            tokio::spawn(hold(service, stopped, tell));
        }
    }

    pub(super) fn is_running(&self) -> bool {
        *self.progress.borrow() == Progress::Running
    }

    /// Waits until the service is over. It need not run yet.
    pub(super) fn ended(&self) -> BoxFuture<'static, Result<(), NotStarted>> {
        let mut progress = self.progress.clone();
        Box::pin(async move {
            let ended = progress.wait_for(|progress| *progress == Progress::Ended);
            let abandoned = ended.await.is_err();
            // whoever held it is gone, with its runtime or before it ran
            if abandoned && *progress.borrow() == Progress::Idle {
                return Err(NotStarted);
            }
            Ok(())
        })
    }

    /// Drains the service and waits for its end.
    pub(super) async fn terminate(self) -> Result<(), NotStarted> {
        let ended = self.ended();
        match self.phase {
            Phase::Idle(_) => Err(NotStarted),
            Phase::Started(stop) => {
                // it may be over already
                let _ = stop.send(());
                ended.await
            }
        }
    }
}

async fn hold(
    service: Box<dyn Running>,
    stopped: oneshot::Receiver<()>,
    tell: watch::Sender<Progress>,
) {
    tokio::select! {
        () = service.closed() => {}
        stopped = stopped => if stopped.is_ok() {
            let report = service.shutdown().await;
            if report.messages_undelivered > 0 {
                tracing::warn!(%report, "messages were not delivered");
            }
        },
    }
    // where nobody asked for a drain, this aborts
    drop(service);
    tell.send_replace(Progress::Ended);
}
