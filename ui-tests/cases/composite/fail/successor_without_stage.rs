use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Message {
    Next,
}

#[reactive_server]
mod game {
    use super::*;

    #[stage(PreGame => Lobby | Game)]
    async fn negotiate(messages: Incoming<Message>) -> Negotiate {
        drop(messages);
        Negotiate::Lobby
    }

    #[stage(Game)]
    async fn play(_messages: Incoming<Message>) {}
}

fn main() {
    let _ = game::bind("memory://");
}
