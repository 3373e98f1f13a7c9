//! A client of 0.4.1 talks to our server.

use std::ops::Deref;

use futures::{Stream, StreamExt, channel::mpsc};
use reactive_messaging::prelude::{Peer, reactive_server};
use reactive_messaging_0_4::prelude::*;
use tokio::time::timeout;

use crate::{
    PATIENCE, expect_answers,
    messages::{Answer, Question, questions},
};

const CONFIG: ConstConfig = ConstConfig::default();

#[reactive_server]
async fn answerer(
    questions: impl Stream<Item = Question>,
    _peer: Peer<Answer>,
) -> impl Stream<Item = Answer> {
    questions.map(|question| question.answer())
}

#[tokio::test]
async fn a_published_client_understands_our_server() {
    let server = answerer::bind("127.0.0.1:0").await.expect("port 0 is free");
    let address = server.local_addr().expect("TCP has socket addresses");
    let (sender, answers) = mpsc::unbounded();

    let mut client = new_socket_client!(CONFIG, address.ip().to_string(), address.port());
    start_client_processor!(
        CONFIG,
        Textual,
        FullSync,
        client,
        Answer,
        Question,
        |event| async {
            if let ProtocolEvent::PeerArrived { peer } = event {
                for question in questions() {
                    peer.send_async(question).await.expect("the server reads");
                }
            }
        },
        move |_, _, _, answers| {
            let sender = sender.clone();
            answers.inspect(move |answer| {
                sender
                    .unbounded_send(answer.deref().clone())
                    .expect("the test waits");
            })
        }
    )
    .expect("our server listens");

    expect_answers(answers).await;
    client.terminate().await.expect("the client runs");
    let report = timeout(PATIENCE, server.shutdown()).await;
    report.expect("the server drains in time");
}
