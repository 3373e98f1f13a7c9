//! Several protocols on one connection, one after the other.

use std::{fmt, panic::AssertUnwindSafe, sync::Arc};

use futures::{FutureExt, future::BoxFuture};
use tokio::{sync::watch, task::yield_now, time::timeout};

use super::{
    event::{LocalServiceTermination, Moment},
    handler::{Conversation, Opened, Serves, settings},
    stage::{Next, Stage, StageEnd},
};
use crate::{
    config::{ConfigError, ConstConfig, OnError},
    dialog::{Codec, Ending, Finished, Link, Ordered, Part, Peer, Settings},
    error::DisconnectReason,
    protocol::NoMessages,
};

/// A connection that runs through stages: `T` tells which one is next, `E` is what is told of them.
pub(crate) struct Composite<T, E> {
    initial: Box<dyn Fn() -> T + Send + Sync>,
    dispatch: Arc<Dispatch<T, E>>,
    checks: Vec<StageCheck>,
}

type Dispatch<T, E> = dyn Fn(T, Stage<T, E>) -> StageRun<T, E> + Send + Sync;

/// A stage at work.
#[doc(hidden)]
pub type StageRun<T, E> = BoxFuture<'static, StageEnd<T, E>>;

/// Checks the configuration of the composite with what one of its stages says.
#[doc(hidden)]
pub type StageCheck = fn(&ConstConfig) -> Result<(), ConfigError>;

impl<T, E> Composite<T, E>
where
    T: Send + 'static,
    E: From<LocalServiceTermination> + Send + 'static,
{
    /// Stages whose configuration is checked by `checks`, as far as it is known before they run.
    pub(crate) fn new(
        initial: impl Fn() -> T + Send + Sync + 'static,
        dispatch: impl Fn(T, Stage<T, E>) -> StageRun<T, E> + Send + Sync + 'static,
        checks: Vec<StageCheck>,
    ) -> Self {
        Self {
            initial: Box::new(initial),
            dispatch: Arc::new(dispatch),
            checks,
        }
    }

    /// Stages that a closure dispatches.
    pub(super) fn of<F, Fut>(initial: impl Fn() -> T + Send + Sync + 'static, dispatch: F) -> Self
    where
        F: Fn(T, Stage<T, E>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = StageEnd<T, E>> + Send + 'static,
    {
        let dispatch = move |state, stage| dispatch(state, stage).boxed();
        Self::new(initial, dispatch, Vec::new())
    }
}

/// The wires of a composite outside of its stages: nothing is said there.
const BETWEEN_STAGES: Codec<NoMessages, NoMessages> = Codec::native();

impl<T, E> Serves for Composite<T, E>
where
    T: Send + 'static,
    E: From<LocalServiceTermination> + Send + 'static,
{
    type Local = NoMessages;
    type Event = E;

    fn settings(&self, config: ConstConfig, on_error: OnError) -> Result<Settings, ConfigError> {
        self.checks.iter().try_for_each(|check| check(&config))?;
        let settings = settings(config, on_error, BETWEEN_STAGES)?;
        Ok(settings.of(Part::Stages))
    }

    fn wires(&self) -> (&'static str, &'static str) {
        ("of its stages", "of its stages")
    }

    fn peer(&self, link: Arc<Link>) -> Peer<NoMessages> {
        Peer::new(link, BETWEEN_STAGES.encode)
    }

    fn event(&self, _: &Arc<Link>, _: Moment<'_>) -> Option<E> {
        None
    }

    fn converse(&self, opened: Opened<E>) -> Conversation {
        let dispatch = self.dispatch.clone();
        let mut state = (self.initial)();
        let connection = opened.link.clone();
        let held = Arc::new(watch::Sender::new(false));
        let mut stage = Stage::first(opened, held.clone());
        Box::pin(async move {
            loop {
                // a transition ends the turn: stages that wait for nothing must not keep the thread
                yield_now().await;
                // a closure of the user's may panic before it has a future
                let ending =
                    AssertUnwindSafe(async { dispatch(state, stage).await }).catch_unwind();
                let ended = tokio::select! {
                    biased;
                    ended = ending => ended,
                    reason = outlasted(&connection, &held) => return Finished::Over(reason),
                };
                match ended.map(|end| end.0) {
                    Ok(Next::Stage(next, rest)) => (state, stage) = (next, rest),
                    Ok(Next::Over(reason)) => return Finished::Over(reason),
                    Err(panic) => {
                        let detail = connection.panicked("composite", panic);
                        return Finished::Over(DisconnectReason::HandlerPanicked(detail));
                    }
                }
            }
        })
    }
}

/// Ready when a connection that is to end does not, since what runs between its stages goes on for too
/// long. Stages end by themselves.
async fn outlasted(connection: &Link, held: &watch::Sender<bool>) -> DisconnectReason {
    Ordered::new(connection, Ending::Drain).await;
    let limit = connection.settings.config.drain_timeout;
    let reason = match timeout(limit, Ordered::new(connection, Ending::Abort)).await {
        Ok(()) => DisconnectReason::Aborted,
        Err(_) => DisconnectReason::DrainTimeout,
    };
    // the sender lives as long as this is asked
    let _ = held.subscribe().wait_for(|held| !held).await;
    reason
}

impl<T, E> fmt::Debug for Composite<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Composite").finish_non_exhaustive()
    }
}
