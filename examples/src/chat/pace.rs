//! How fast a member may talk.

use std::time::Duration;

use reactive_messaging::prelude::*;
use tokio::time::{Instant, sleep_until};

/// Messages that may come all at once, from somebody who was silent.
pub const BURST: u32 = 20;

/// For each message beyond those, so much time has to pass.
pub const EVERY: Duration = Duration::from_millis(200);

/// Passes messages on at the pace of somebody who types.
///
/// What one member says goes into the outboxes of all: without a pace, one who floods the room would have
/// everybody disconnected whose line is slower. Nothing is lost: who is too fast is not read from, and
/// TCP does the rest.
pub fn paced<M>(messages: impl Stream<Item = M>) -> impl Stream<Item = M> {
    let mut pace = Pace::default();
    messages.then(move |message| {
        let wait = pace.wait(Instant::now());
        async move {
            if let Some(until) = wait {
                sleep_until(until).await;
            }
            message
        }
    })
}

/// A leaky bucket, as the time at which it will be empty.
#[derive(Debug, Default)]
struct Pace(Option<Instant>);

impl Pace {
    /// Until when the next message has to wait, if it has to.
    fn wait(&mut self, now: Instant) -> Option<Instant> {
        let empty = self.0.map_or(now, |empty| empty.max(now));
        self.0 = Some(empty + EVERY);
        let until = empty.checked_sub(EVERY * (BURST - 1))?;
        (until > now).then_some(until)
    }
}
