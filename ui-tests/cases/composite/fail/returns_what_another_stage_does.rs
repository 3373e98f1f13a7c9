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
    async fn negotiate(_messages: Incoming<Message>, _peer: Peer<Message>) -> Play {
        Play::PreGame
    }

    #[stage(Game => PreGame)]
    async fn play(_messages: Incoming<Message>, _peer: Peer<Message>) -> Play {
        Play::PreGame
    }
}

fn main() {}
