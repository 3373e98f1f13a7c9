use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Message {
    Next,
}

#[reactive_server]
mod game {
    use super::*;

    #[stage(PreGame => Game)]
    async fn negotiate(messages: Incoming<Message>, peer: Peer<Message, Negotiate>) -> impl Stream<Item = Message> {
        let _ = peer.advance(Negotiate::Closing);
        messages
    }

    #[stage(Game => Closing)]
    async fn play(messages: Incoming<Message>) -> Play {
        drop(messages);
        Play::Closing
    }

    #[stage(Closing)]
    async fn close(_messages: Incoming<Message>) {}
}

fn main() {
    let _ = game::bind("memory://");
}
