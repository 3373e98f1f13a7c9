//! A dialog with its events around it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures::FutureExt;

use super::{event::Moment, running::Service};
use crate::{
    dialog::{Finished, Link},
    error::{DisconnectReason, Panic},
};

/// Holds the dialog that `converse` begins: tells that the peer arrived, then that it left. When the
/// latter fails, nothing follows.
pub(super) async fn hold<E, N, F>(
    service: &Service<E>,
    link: &Link,
    event: impl Fn(Moment<'_>) -> Option<E>,
    converse: impl FnOnce() -> F,
) -> Finished<N>
where
    E: Send + 'static,
    F: Future<Output = Finished<N>>,
{
    let finished = match service.tell_protocol(|| event(Moment::Arrived)).await {
        // the dialog contains panics of user code by itself; whatever else may panic must not cost
        // the connection its last event
        Ok(()) => match catch_unwind(AssertUnwindSafe(converse)) {
            Ok(conversation) => AssertUnwindSafe(conversation)
                .catch_unwind()
                .await
                .unwrap_or_else(|panic| panicked(link, panic)),
            Err(panic) => panicked(link, panic),
        },
        Err(failed) => {
            // the connection ends for a reason that it has already
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(converse))) {
                link.panicked("handler", panic);
            }
            Finished::Over(failed.report_at(link))
        }
    };
    let reason = finished.reason();
    link.close(reason.clone());
    let told = service.tell_protocol(|| event(Moment::Left(&reason))).await;
    let Err(failed) = told else {
        return finished;
    };
    link.not_told();
    let untold = failed.report_at(link);
    match finished {
        Finished::Advanced(_) => Finished::Over(untold),
        over => over,
    }
}

fn panicked<N>(link: &Link, panic: Panic) -> Finished<N> {
    let detail = link.panicked("connection", panic);
    Finished::Over(DisconnectReason::HandlerPanicked(detail))
}
