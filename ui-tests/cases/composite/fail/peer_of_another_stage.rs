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
    async fn negotiate(messages: Incoming<Message>, peer: Peer<Message, Play>) -> impl Stream<Item = Message> {
        let _ = peer.advance(Play::PreGame);
        messages
    }

    #[stage(Game => PreGame)]
    async fn play(_messages: Incoming<Message>) -> Play {
        Play::PreGame
    }
}

/// Where the macro cannot see it, the compiler does.
#[reactive_server]
mod aliased {
    use super::*;

    type Other = Play;

    #[stage(PreGame => Game)]
    async fn negotiate(messages: Incoming<Message>, peer: Peer<Message, Other>) -> impl Stream<Item = Message> {
        let _ = peer.advance(Play::PreGame);
        messages
    }

    #[stage(Game => PreGame)]
    async fn play(_messages: Incoming<Message>) -> Play {
        Play::PreGame
    }
}

fn main() {}
