use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Message {
    Next,
}

#[reactive_server]
mod game {
    use super::*;

    #[stage(PreGame -> Game)]
    async fn negotiate(_messages: Incoming<Message>) {}

    #[stage]
    async fn play(_messages: Incoming<Message>) {}

    #[stage(Over => Game | , wire = Json)]
    async fn over(_messages: Incoming<Message>) {}

    #[stage(After => After, wier = Json)]
    async fn after(_messages: Incoming<Message>) {}
}

fn main() {
    let _ = game::bind("memory://");
}
