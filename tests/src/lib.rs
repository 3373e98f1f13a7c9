//! What the tests under `tests/` share: a protocol, a remote that speaks bytes, records of events.

#![forbid(unsafe_code)]

/// Its config has to compile.
#[cfg(doctest)]
#[doc = include_str!("../../SECURITY.md")]
pub struct Security;

#[cfg(target_os = "linux")]
mod child;
mod fated;
mod fated_listener;
mod fixed;
mod io;
mod log;
mod protocol;
mod raw;
mod record;
mod replies;
mod stages;
mod wires;

#[cfg(target_os = "linux")]
pub use child::{Limits, block_on, cpu_time, descriptors, in_child};
pub use fated::{Fate, Fated};
pub use fated_listener::{Accept, FatedListener};
pub use fixed::{RECORD, TEXT};
pub use io::{Counted, Counts};
pub use log::Log;
pub use protocol::{Answer, Ask};
pub use raw::{Raw, connect};
pub use record::{Event, Events};
pub use replies::{both, fallible, later, some};
pub use stages::{At, Line, Plan, Tale, Told, bind_stages, brief, echoing, leaving, serve_stages};
pub use wires::{Message, WireKind, framed, unframed};

use std::{future::Future, time::Duration};

use futures::{Stream, StreamExt};
use reactive_messaging::{ConstConfig, Incoming, Peer, Server};

/// No test waits longer than this for any one thing.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Every limit of time that can be off is off.
pub const TIMELESS: ConstConfig = ConstConfig {
    first_frame_timeout: None,
    frame_timeout: None,
    idle_timeout: None,
    write_timeout: None,
    half_closed_timeout: None,
    ..ConstConfig::default()
};

/// Waits for `future`, not forever. Under a paused clock the time is virtual.
#[track_caller]
pub fn soon<F: Future>(future: F) -> impl Future<Output = F::Output> {
    within(PATIENCE, future)
}

/// Waits for `future` no longer than `limit`.
#[track_caller]
pub fn within<F: Future>(limit: Duration, future: F) -> impl Future<Output = F::Output> {
    let caller = std::panic::Location::caller();
    async move {
        match tokio::time::timeout(limit, future).await {
            Ok(output) => output,
            Err(_) => panic!("not within {limit:?}, at {caller}"),
        }
    }
}

/// Yields until `condition` holds.
pub async fn until(condition: impl Fn() -> bool) {
    soon(async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
}

/// Lets every task that can go on do so: under a paused clock, time moves only when all are idle.
pub async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// Runs `test` on a thread of its own and fails when it has not ended after `limit` of real time, so
/// that a loop that never returns fails its test instead of hanging it.
pub fn watched<F: Future<Output = ()>>(limit: Duration, test: impl FnOnce() -> F + Send + 'static) {
    let (done, ended) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .expect("a runtime");
        runtime.block_on(test());
        let _ = done.send(());
    });
    match ended.recv_timeout(limit) {
        Ok(()) => {}
        Err(std::sync::mpsc::RecvTimeoutError::Timeout) => panic!("a loop that never returns"),
        Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }
}

/// Answers numbers by numbers, texts by texts, `Hello` by `World`.
pub fn echo(asks: impl Stream<Item = Ask>) -> impl Stream<Item = Answer> {
    asks.map(answer)
}

/// The answer of [`echo`].
pub fn answer(ask: Ask) -> Answer {
    match ask {
        Ask::Hello => Answer::World,
        Ask::Number(number) => Answer::Number(number),
        Ask::Text(text) | Ask::Error(text) => Answer::Text(text),
        Ask::Quit => Answer::Bye,
    }
}

/// The handler of a client that hears what it is told, and says nothing by itself.
pub fn listen(answers: Incoming<Answer>, _peer: Peer<Ask>) -> impl Stream<Item = ()> {
    answers.map(drop)
}

/// An echo server on `address`, and what it tells of its peers.
pub async fn echo_server(
    address: &str,
    wire: WireKind,
    config: ConstConfig,
) -> (Server<Answer>, Events) {
    let events = Events::default();
    let bind = Server::bind(address)
        .serve(|asks: Incoming<Ask>, _peer: Peer<Answer>| echo(asks))
        .config(config)
        .on_event(events.listener());
    let server = on_wire!(bind, wire).await.expect("a server");
    (server, events)
}
