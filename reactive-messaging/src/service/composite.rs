//! Several protocols on one connection, one after the other.

use std::{fmt, panic::AssertUnwindSafe, sync::Arc};

use futures::{FutureExt, future::BoxFuture};
use tokio::task::yield_now;

use super::{
    event::{Failed, LocalServiceTermination, Moment},
    handler::{Conversation, Opened, Serves, settings},
    stage::{Next, Stage, StageEnd},
};
use crate::{
    config::{ConfigError, ConstConfig, OnError},
    dialog::{Codec, Finished, Link, Part, Peer, Settings},
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
        let mut stage = Stage::first(opened);
        Box::pin(async move {
            loop {
                // a transition ends the turn: stages that wait for nothing must not keep the thread
                yield_now().await;
                // a closure of the user's may panic before it has a future
                let ending =
                    AssertUnwindSafe(async { dispatch(state, stage).await }).catch_unwind();
                match ending.await.map(|end| end.0) {
                    Ok(Next::Stage(next, rest)) => (state, stage) = (next, rest),
                    Ok(Next::Over(reason)) => return Finished::Over(reason),
                    Err(panic) => return Finished::Over(Failed::Panicked(panic).into_reason()),
                }
            }
        })
    }
}

impl<T, E> fmt::Debug for Composite<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Composite").finish_non_exhaustive()
    }
}
