//! The clock of a connection: many deadlines, one timer.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep_until};

use super::settings::Settings;
use crate::{config::ConstConfig, error::DisconnectReason};

/// Bytes of a frame for which `frame_timeout` grows by a second.
const BYTES_PER_SECOND: usize = 64 * 1024;

/// The deadlines of a connection: a pointer, as long as none has ever run.
#[derive(Debug, Default)]
pub(crate) struct Deadlines(Option<Box<Running>>);

/// Since when, for how long, and what then.
type Deadline = (Option<Instant>, Option<Duration>, fn() -> Expired);

/// A deadline that has passed.
#[derive(Debug)]
pub(crate) enum Expired {
    /// Flush what there is and close, for this reason.
    Close(DisconnectReason),
    /// Drop everything, for this reason.
    Abort(DisconnectReason),
    /// The remote did not close its side; enough was waited.
    Lingered,
}

impl Deadlines {
    pub(crate) fn new(config: &ConstConfig) -> Self {
        let timed = config.first_frame_timeout.is_some() || config.idle_timeout.is_some();
        Self(timed.then(|| Box::new(Running::new(config))))
    }

    /// Those of a next stage. What the remote owes to the connection it owes since it did to the last
    /// stage, and a service that drains does so since it began.
    pub(crate) fn next_stage(&self, config: &ConstConfig, draining_since: Option<Instant>) -> Self {
        let mut next = Self::new(config);
        let last = self.0.as_deref();
        if let Some(next) = &mut next.0
            && let Some(since) = last.and_then(|last| last.active_since)
        {
            next.active_since = next.active_since.map(|_| since);
        }
        let stalled_since = last.and_then(|last| last.stalled_since);
        let half_closed_since = last.and_then(|last| last.half_closed_since);
        if stalled_since
            .or(half_closed_since)
            .or(draining_since)
            .is_some()
        {
            let next = next.run();
            next.stalled_since = stalled_since;
            next.half_closed_since = half_closed_since;
            next.ending_since = draining_since;
        }
        next
    }

    fn run(&mut self) -> &mut Running {
        self.0.get_or_insert_default()
    }

    /// Bytes arrived; `whole` when they completed a frame, `unfinished` of them are none yet.
    pub(crate) fn received(&mut self, settings: &Settings, whole: bool, unfinished: usize) {
        let is_timed = settings.config.frame_timeout.is_some();
        let unfinished = if is_timed { unfinished } else { 0 };
        if self.0.is_some() || unfinished > 0 {
            self.run().received(whole, unfinished);
        }
    }

    /// The first frame arrived.
    pub(crate) fn spoke(&mut self) {
        if let Some(running) = &mut self.0 {
            running.silent_since = None;
        }
    }

    /// Whether backpressure keeps the remote from finishing its frame.
    pub(crate) fn reading_paused(&mut self, paused: bool) {
        if let Some(running) = &mut self.0 {
            running.reading_paused(paused);
        }
    }

    /// So many bytes left, and all of them or not.
    pub(crate) fn written(&mut self, settings: &Settings, left: usize, all: bool) {
        let stalls = !all && is_owed(settings, settings.config.write_timeout);
        if self.0.is_some() || stalls {
            self.run().written(left, stalls);
        }
    }

    /// The remote has finished sending.
    pub(crate) fn half_closed(&mut self, settings: &Settings) {
        if is_owed(settings, settings.config.half_closed_timeout) {
            let half_closed_since = &mut self.run().half_closed_since;
            half_closed_since.get_or_insert_with(Instant::now);
        }
    }

    /// The dialog is to end.
    pub(crate) fn ending(&mut self) {
        self.run().ending();
    }

    /// FIN was sent.
    pub(crate) fn lingering(&mut self) {
        self.run().lingering_since = Some(Instant::now());
    }

    /// A deadline that has passed; else the timer is set to the next one.
    pub(crate) fn poll_expired(
        &mut self,
        cx: &mut Context<'_>,
        config: &ConstConfig,
        unfinished: usize,
    ) -> Poll<Expired> {
        match &mut self.0 {
            Some(running) => running.poll_expired(cx, config, unfinished),
            None => Poll::Pending,
        }
    }
}

/// Whether anyone looks at what the remote owes to the connection: this stage, or one that may follow.
fn is_owed(settings: &Settings, limit: Option<Duration>) -> bool {
    limit.is_some() || settings.is_stage()
}

/// What a connection is waiting for, since when. Times that no limit may look at are never taken.
#[derive(Debug, Default)]
struct Running {
    timer: Option<Pin<Box<Sleep>>>,
    /// The first byte of an unfinished frame.
    frame_since: Option<Instant>,
    /// Backpressure has paused reading within a frame.
    paused_since: Option<Instant>,
    /// Output waits, and none of it has left since.
    stalled_since: Option<Instant>,
    /// The remote has finished sending, or was written to after it had.
    half_closed_since: Option<Instant>,
    /// The dialog is to end.
    ending_since: Option<Instant>,
    /// FIN was sent.
    lingering_since: Option<Instant>,
    /// The last byte in either direction, if there is an `idle_timeout`.
    active_since: Option<Instant>,
    /// The connection began, if there is a `first_frame_timeout` and no frame has arrived.
    silent_since: Option<Instant>,
}

impl Running {
    fn new(config: &ConstConfig) -> Self {
        let begun = Instant::now();
        Self {
            silent_since: config.first_frame_timeout.map(|_| begun),
            active_since: config.idle_timeout.map(|_| begun),
            ..Self::default()
        }
    }

    fn received(&mut self, whole: bool, unfinished: usize) {
        self.active();
        if whole {
            self.frame_since = None;
        }
        if unfinished == 0 {
            self.frame_since = None;
        } else if self.frame_since.is_none() {
            self.frame_since = Some(Instant::now());
        }
    }

    fn reading_paused(&mut self, paused: bool) {
        match (paused, self.paused_since) {
            (true, None) if self.frame_since.is_some() => self.paused_since = Some(Instant::now()),
            (false, Some(since)) => {
                self.paused_since = None;
                if let Some(frame_since) = &mut self.frame_since {
                    *frame_since += since.elapsed();
                }
            }
            _ => {}
        }
    }

    fn written(&mut self, left: usize, stalls: bool) {
        if left > 0 {
            self.active();
            self.stalled_since = None;
            if self.half_closed_since.is_some() {
                self.half_closed_since = Some(Instant::now());
            }
        }
        if stalls {
            self.stalled_since.get_or_insert_with(Instant::now);
        } else {
            self.stalled_since = None;
        }
    }

    fn ending(&mut self) {
        self.ending_since.get_or_insert_with(Instant::now);
        self.frame_since = None;
        self.silent_since = None;
        self.half_closed_since = None;
        self.active_since = None;
    }

    fn active(&mut self) {
        if let Some(active) = &mut self.active_since {
            *active = Instant::now();
        }
    }

    /// Every deadline that is running.
    fn running(
        &self,
        config: &ConstConfig,
        unfinished: usize,
    ) -> impl Iterator<Item = (Instant, fn() -> Expired)> {
        let extra = Duration::from_secs((unfinished / BYTES_PER_SECOND) as u64);
        let frame_since = self.frame_since.filter(|_| self.paused_since.is_none());
        let frame_timeout = config
            .frame_timeout
            .map(|timeout| timeout.saturating_add(extra));
        let linger = Some(config.linger_close);
        let ending_since = self.ending_since.filter(|_| self.lingering_since.is_none());
        let deadlines: [Deadline; 7] = [
            (self.lingering_since, linger, || Expired::Lingered),
            (ending_since, Some(config.drain_timeout), || {
                Expired::Abort(DisconnectReason::DrainTimeout)
            }),
            (self.stalled_since, config.write_timeout, || {
                Expired::Abort(DisconnectReason::WriteTimeout)
            }),
            (frame_since, frame_timeout, || {
                Expired::Close(DisconnectReason::FrameTimeout)
            }),
            (self.silent_since, config.first_frame_timeout, || {
                Expired::Close(DisconnectReason::FirstFrameTimeout)
            }),
            (self.half_closed_since, config.half_closed_timeout, || {
                Expired::Close(DisconnectReason::HalfClosedTimeout)
            }),
            (self.active_since, config.idle_timeout, || {
                Expired::Close(DisconnectReason::IdleTimeout)
            }),
        ];
        deadlines
            .into_iter()
            .filter_map(|(since, timeout, expired)| Some((since?.checked_add(timeout?)?, expired)))
    }

    /// A timer that is set too early is left as it is: it fires, and is set anew. Moving it with
    /// every byte would cost more than that.
    fn poll_expired(
        &mut self,
        cx: &mut Context<'_>,
        config: &ConstConfig,
        unfinished: usize,
    ) -> Poll<Expired> {
        loop {
            let next = self
                .running(config, unfinished)
                .min_by_key(|(deadline, _)| *deadline);
            let Some((deadline, expired)) = next else {
                return Poll::Pending;
            };
            let timer = self
                .timer
                .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            if timer.deadline() > deadline {
                timer.as_mut().reset(deadline);
            }
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            if Instant::now() >= deadline {
                return Poll::Ready(expired());
            }
            timer.as_mut().reset(deadline);
        }
    }
}
