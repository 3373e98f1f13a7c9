use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Message {
    Next,
}

#[reactive_client]
mod game {
    use super::*;

    #[stage(PreGame => Game)]
    async fn negotiate(messages: Incoming<Message>) -> Negotiate {
        drop(messages);
        Negotiate::Game
    }

    #[stage(Game)]
    async fn play(_messages: Incoming<Message>) {}

    #[stage(Overtime => Game)]
    async fn overtime(_messages: Incoming<Message>) {}
}

fn main() {
    let _ = game::connect("memory://nobody").reconnect(Reconnect::default());
}
