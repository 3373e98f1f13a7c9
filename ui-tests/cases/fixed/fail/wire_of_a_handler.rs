use futures::{Stream, StreamExt};
use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
enum Messages {
    Say(String),
}

#[reactive_server(wire = Fixed)]
async fn echo(messages: impl Stream<Item = Messages>) -> impl Stream<Item = Messages> {
    messages.map(|message| message)
}

fn main() {}
