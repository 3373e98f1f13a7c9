//! A dialog with its events around it.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;

use super::{
    event::{Failed, Moment},
    running::Service,
};
use crate::dialog::{Finished, Link};

/// Holds the dialog that `converse` begins: tells that the peer arrived, then that it left. True when
/// all that was told.
pub(super) async fn hold<E, N, F>(
    service: &Service<E>,
    link: &Link,
    event: impl Fn(Moment<'_>) -> Option<E>,
    converse: impl FnOnce() -> F,
) -> (Finished<N>, bool)
where
    E: Send + 'static,
    F: Future<Output = Finished<N>>,
{
    let finished = match service.tell_protocol(|| event(Moment::Arrived)).await {
        // the dialog contains panics of user code by itself; whatever else may panic must not cost
        // the connection its last event
        Ok(()) => AssertUnwindSafe(converse())
            .catch_unwind()
            .await
            .unwrap_or_else(|panic| Finished::Over(Failed::Panicked(panic).into_reason())),
        Err(failed) => {
            drop(converse);
            Finished::Over(failed.into_reason())
        }
    };
    let reason = finished.reason();
    link.close(reason.clone());
    let told = service.tell_protocol(|| event(Moment::Left(&reason))).await;
    let in_order = told.is_ok();
    told.unwrap_or_else(Failed::log);
    (finished, in_order)
}
