use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Message {
    Next,
}

#[reactive_server(wire = Json, concurrency = 4, name = Game)]
mod game {
    use super::*;

    #[stage(Game, crate = reactive_messaging)]
    async fn play(_messages: Incoming<Message>) {}
}

fn main() {
    let _ = game::bind("memory://");
}
