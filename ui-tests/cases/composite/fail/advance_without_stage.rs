use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Message {
    Next,
}

#[reactive_server]
async fn play(_messages: Incoming<Message>, peer: Peer<Message>) {
    let _ = peer.advance(1);
}

fn main() {}
