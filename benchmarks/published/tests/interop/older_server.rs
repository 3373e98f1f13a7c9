//! Our client talks to a server of 0.4.1.

use std::ops::Deref;

use futures::{StreamExt, channel::mpsc, future};
use published::free_address;
use reactive_messaging::{
    error::SendError,
    prelude::{Incoming, Peer, reactive_client},
};
use reactive_messaging_0_4::prelude::*;
use tokio::time::timeout;

use crate::{
    PATIENCE, expect_answers,
    messages::{Answer, Question, questions},
};

const CONFIG: ConstConfig = ConstConfig::default();

#[reactive_client]
async fn asker(
    mut answers: Incoming<Answer>,
    peer: Peer<Question>,
    received: mpsc::UnboundedSender<Answer>,
) -> Result<(), SendError<Question>> {
    let questions = questions();
    let due = questions.len();
    for question in questions {
        peer.send(question).await?;
    }
    for _ in 0..due {
        let Some(answer) = answers.next().await else {
            break;
        };
        received.unbounded_send(answer).expect("the test waits");
    }
    Ok(())
}

#[tokio::test]
async fn our_client_understands_a_published_server() {
    let address = free_address().expect("some port is free");
    let mut server = new_socket_server!(CONFIG, address.ip().to_string(), address.port());
    start_server_processor!(
        CONFIG,
        Textual,
        FullSync,
        server,
        Question,
        Answer,
        |_| future::ready(()),
        |_, _, peer, questions| questions
            .map(|question| question.deref().answer())
            .to_responsive_stream(peer, |_, _| ())
    )
    .expect("the port is free");

    let (sender, received) = mpsc::unbounded();
    let client = asker::with(sender)
        .connect(address)
        .await
        .expect("the server listens");
    expect_answers(received).await;
    timeout(PATIENCE, client.closed())
        .await
        .expect("the client's fn has returned");
    server.terminate().await.expect("the server runs");
}
