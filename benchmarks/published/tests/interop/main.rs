//! A published 0.4.1 peer and a peer of this repository understand each other's RON lines.
//!
//! One set of messages is a protocol of both crates; each side answers or checks what the other
//! sent, so that a field that is lost, swapped or re-encoded on the way is seen.

mod messages;
mod older_client;
mod older_server;

use std::time::Duration;

use futures::{Stream, StreamExt};
use messages::{Answer, Question};
use tokio::time::timeout;

/// Nothing takes this long unless it hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for the answers to all [`questions`](messages::questions) and checks them.
async fn expect_answers(answers: impl Stream<Item = Answer>) {
    let due: Vec<_> = messages::questions().iter().map(Question::answer).collect();
    let received = answers.take(due.len()).collect::<Vec<_>>();
    let received = timeout(PATIENCE, received)
        .await
        .expect("all answers come in time");
    assert_eq!(received, due);
}
