//! A wire of one's own: MessagePack, in a framing of one's own.
//!
//! The wire is in `src/message_pack.rs`; here it is chosen, like any other.

use std::error::Error;

use examples::message_pack::MessagePack;
use futures::{Stream, StreamExt};
use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(wire = MessagePack)]
enum Question {
    Square(i64),
    Reverse(String),
}

#[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(wire = MessagePack)]
enum Answer {
    Number(i64),
    Text(String),
    #[protocol(error)]
    Error(String),
}

#[reactive_server]
async fn oracle(
    questions: impl Stream<Item = Question>,
    _peer: Peer<Answer>,
) -> impl Stream<Item = Answer> {
    questions.map(|question| match question {
        Question::Square(number) => match number.checked_mul(number) {
            Some(square) => Answer::Number(square),
            None => Answer::Error("the square has no room in 64 bits".into()),
        },
        Question::Reverse(text) => Answer::Text(text.chars().rev().collect()),
    })
}

#[reactive_client]
async fn curious(
    answers: impl Stream<Item = Answer>,
    peer: Peer<Question>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    peer.send(Question::Square(12)).await?;
    peer.send(Question::Reverse("MessagePack".into())).await?;
    let answers: Vec<_> = answers.take(2).collect().await;
    println!("{answers:?}");
    let expected = [Answer::Number(144), Answer::Text("kcaPegasseM".into())];
    if answers != expected {
        return Err(format!("not {expected:?}").into());
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = oracle::bind("127.0.0.1:0").await?;
    let client = curious::connect(server.address()).await?;
    let reason = client.closed().await;
    server.shutdown().await;
    match reason {
        DisconnectReason::HandlerEnded => Ok(()),
        reason => Err(format!("the dialog ended otherwise: {reason}").into()),
    }
}
