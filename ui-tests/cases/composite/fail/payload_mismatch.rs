use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Message {
    Next,
}

pub struct Session;

#[reactive_server]
mod game {
    use super::*;

    #[stage(PreGame => Game)]
    async fn negotiate(messages: Incoming<Message>) -> Negotiate {
        drop(messages);
        Negotiate::Game("session")
    }

    #[stage(Game => PreGame)]
    async fn play(_session: Session, _messages: Incoming<Message>) -> Play {
        Play::PreGame
    }
}

#[reactive_server]
mod other {
    use super::*;

    #[stage(PreGame => Game)]
    async fn negotiate(messages: Incoming<Message>) -> Negotiate {
        drop(messages);
        Negotiate::Game
    }

    #[stage(Game)]
    async fn play(_session: Session, _messages: Incoming<Message>) {}
}

fn main() {}
