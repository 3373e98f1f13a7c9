//! Trying again, through `keen-retry`: full outboxes and queues, connecting, reconnecting.
//!
//! Callers try once by themselves; this is the slow path. The delays are made here, with jitter that
//! differs from process to process, so that clients do not come back in step.

use std::{
    cell::Cell,
    future::ready,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher, RandomState},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use keen_retry::{ResolvedResult, RetryResult};
use tokio::{task::yield_now, time::Instant};

use crate::{
    config::{Backoff, RetryingStrategies},
    error::SendError,
};

const MIN_DELAY: Duration = Duration::from_millis(1);
const MAX_DELAY: Duration = Duration::from_secs(30);
/// First delays of the two operations that a strategy governs.
const SENDING: Backoff = Backoff::new(MIN_DELAY, MAX_DELAY);
const CONNECTING: Backoff = Backoff::new(Duration::from_millis(100), MAX_DELAY);

impl Backoff {
    /// Bounds that double, and never end.
    pub(crate) fn bounds(self) -> impl Iterator<Item = Duration> + Send {
        std::iter::successors(Some(self.initial), move |bound| {
            Some(bound.saturating_mul(2).min(self.max))
        })
    }

    /// Delays that never end: a random part, at least 1 ms, of a bound that doubles.
    pub(crate) fn delays(self) -> impl Iterator<Item = Duration> + Send {
        self.bounds()
            .map(|bound| bound.mul_f64(random()).max(MIN_DELAY))
    }
}

thread_local! {
    /// The seed of a test, and how many numbers it gave.
    static SEEDED: Cell<Option<(u64, u64)>> = const { Cell::new(None) };
}

/// Makes the delays of this thread a function of `seed`.
pub(crate) fn seed(seed: u64) {
    SEEDED.set(Some((seed, 0)));
}

/// A number from 0 to 1, from a seed that the process drew, or that this thread was given.
fn random() -> f64 {
    static SEED: OnceLock<RandomState> = OnceLock::new();
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    let bits = match SEEDED.get() {
        Some((seed, drawn)) => {
            SEEDED.set(Some((seed, drawn + 1)));
            BuildHasherDefault::<DefaultHasher>::default().hash_one((seed, drawn))
        }
        None => {
            let drawn = DRAWN.fetch_add(1, Ordering::Relaxed);
            SEED.get_or_init(RandomState::new).hash_one(drawn)
        }
    };
    bits as f64 / u64::MAX as f64
}

/// What to do before the next attempt.
enum Pause {
    Sleep(Duration),
    Yield,
}

/// What hands a message back that was not accepted.
pub(crate) trait Refusal<M>: Sized {
    /// There was no room.
    fn full(message: M) -> Self;

    /// The message, if all that was missing is room.
    fn into_full(self) -> Result<M, Self>;
}

impl<M> Refusal<M> for SendError<M> {
    fn full(message: M) -> Self {
        Self::Full(message)
    }

    fn into_full(self) -> Result<M, Self> {
        match self {
            Self::Full(message) => Ok(message),
            refused => Err(refused),
        }
    }
}

/// Sends through `try_send` until it is accepted, refused for another reason than a lack of room, or
/// `strategy` gives up.
pub(crate) async fn send<M, R: Refusal<M>>(
    strategy: RetryingStrategies,
    message: M,
    mut try_send: impl FnMut(M) -> Result<(), R>,
) -> Result<(), R> {
    let attempt = |refused: R| {
        let sent = refused.into_full().and_then(&mut try_send);
        ready(match sent.map_err(R::into_full) {
            Ok(()) => Attempt::Ok(()),
            Err(Ok(message)) => Attempt::Again(R::full(message), ()),
            Err(Err(refused)) => Attempt::Never(refused, ()),
        })
    };
    let pauses = pauses(strategy, SENDING);
    retry(R::full(message), (), attempt, pauses)
        .await
        .map_err(|(refused, ())| refused)
}

/// Tries `connect` again as `strategy` says.
///
/// # Errors
/// The error of the last attempt.
pub(crate) async fn connect<T, E, F: Future<Output = Result<T, E>>>(
    strategy: RetryingStrategies,
    connect: impl FnMut() -> F,
) -> Result<T, E> {
    connect_with(connect, pauses(strategy, CONNECTING)).await
}

/// Connects after the first of `delays`, and tries again after each further one.
///
/// # Errors
/// The error of the last attempt; `None` when there was no delay, and so no attempt.
pub(crate) async fn reconnect<T, E, F: Future<Output = Result<T, E>>>(
    delays: &mut (dyn Iterator<Item = Duration> + Send),
    connect: impl FnMut() -> F,
) -> Result<T, Option<E>> {
    let Some(delay) = delays.next() else {
        return Err(None);
    };
    tokio::time::sleep(delay).await;
    let pauses = || delays.next().map(Pause::Sleep);
    connect_with(connect, pauses).await.map_err(Some)
}

async fn connect_with<T, E, F: Future<Output = Result<T, E>>>(
    mut connect: impl FnMut() -> F,
    pauses: impl FnMut() -> Option<Pause>,
) -> Result<T, E> {
    let error = match connect().await {
        Ok(connected) => return Ok(connected),
        Err(error) => error,
    };
    let attempt = |()| {
        let connecting = connect();
        async move {
            match connecting.await {
                Ok(connected) => Attempt::Ok(connected),
                Err(error) => Attempt::Again((), error),
            }
        }
    };
    retry((), error, attempt, pauses)
        .await
        .map_err(|((), error)| error)
}

/// The pauses of a strategy; it ends where the strategy gives up.
fn pauses(strategy: RetryingStrategies, backoff: Backoff) -> impl FnMut() -> Option<Pause> {
    let began = Instant::now();
    let mut delays = backoff.delays();
    let mut attempts = 0;
    move || {
        attempts += 1;
        match strategy {
            RetryingStrategies::RetryWithBackoffUpTo(limit) if attempts <= limit => {
                delays.next().map(Pause::Sleep)
            }
            RetryingStrategies::RetryYieldingForUpToMillis(millis)
                if began.elapsed() < Duration::from_millis(millis) =>
            {
                let yields = backoff == SENDING;
                if yields {
                    return Some(Pause::Yield);
                }
                let left = Duration::from_millis(millis).saturating_sub(began.elapsed());
                delays.next().map(|delay| Pause::Sleep(delay.min(left)))
            }
            _ => None,
        }
    }
}

/// The result of one attempt, which hands its input back.
enum Attempt<T, I, E> {
    Ok(T),
    Again(I, E),
    Never(I, E),
}

/// The loop of `keen-retry`, keeping no error but the last.
async fn retry<T, I, E, F: Future<Output = Attempt<T, I, E>>>(
    input: I,
    error: E,
    mut attempt: impl FnMut(I) -> F,
    mut pauses: impl FnMut() -> Option<Pause>,
) -> Result<T, (I, E)> {
    let attempt = |input| {
        let attempt = attempt(input);
        async move {
            match attempt.await {
                Attempt::Ok(output) => RetryResult::Ok {
                    reported_input: (),
                    output,
                },
                Attempt::Again(input, error) => RetryResult::Transient { input, error },
                Attempt::Never(input, error) => RetryResult::Fatal { input, error },
            }
        }
    };
    let before_attempt = |input, mut errors: Vec<E>| {
        let pause = pauses();
        async move {
            match (pause, errors.pop()) {
                (Some(pause), last) => {
                    errors.extend(last);
                    match pause {
                        Pause::Sleep(delay) => tokio::time::sleep(delay).await,
                        Pause::Yield => yield_now().await,
                    }
                    Ok((input, errors))
                }
                (None, Some(fatal_error)) => Err(ResolvedResult::GivenUp {
                    input,
                    retry_errors: errors,
                    fatal_error,
                }),
                // there is an error for every attempt that has failed; without one, try
                (None, None) => Ok((input, errors)),
            }
        }
    };
    let after_failure = |_: &I, error: E, errors: &mut Vec<E>| {
        errors.clear();
        errors.push(error);
        ready(())
    };
    let resolved = RetryResult::Transient { input, error }
        .retry_with_async(attempt)
        .retry_loop(before_attempt, after_failure)
        .await;
    match resolved {
        ResolvedResult::Ok { output, .. } | ResolvedResult::Recovered { output, .. } => Ok(output),
        ResolvedResult::Fatal { input, error } => Err((input, error)),
        ResolvedResult::GivenUp {
            input, fatal_error, ..
        }
        | ResolvedResult::Unrecoverable {
            input, fatal_error, ..
        } => Err((input, fatal_error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n1_delays_are_jittered_bounded_and_never_below_a_millisecond() {
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(30));
        let draw = || backoff.delays().take(20).collect::<Vec<_>>();
        let (first, second) = (draw(), draw());
        assert_ne!(first, second);
        for (n, delay) in first.iter().enumerate() {
            let bound = Duration::from_millis(100) * 2_u32.pow(n as u32).min(300);
            assert!((MIN_DELAY..=bound).contains(delay), "{n}: {delay:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_strategy_gives_up_and_hands_the_message_back() {
        for strategy in [
            RetryingStrategies::RetryWithBackoffUpTo(3),
            RetryingStrategies::RetryYieldingForUpToMillis(0),
        ] {
            let refused = send(strategy, 7, |message| Err(SendError::Full(message))).await;
            assert!(matches!(refused, Err(SendError::Full(7))));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_attempt_that_cannot_succeed_ends_the_retrying() {
        let mut attempts = 0;
        let strategy = RetryingStrategies::RetryWithBackoffUpTo(100);
        let refused = send(strategy, 7, |message| {
            attempts += 1;
            match attempts {
                1..=4 => Err(SendError::Full(message)),
                _ => Err(SendError::Closed(message)),
            }
        })
        .await;
        assert!(matches!(refused, Err(SendError::Closed(7))));
        assert_eq!(attempts, 5);
    }
}
