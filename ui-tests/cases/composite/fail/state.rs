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
    async fn negotiate(_messages: Incoming<Message>, stats: u32) {
        let _ = stats;
    }

    #[stage(Game)]
    async fn play(_messages: Incoming<Message>, _stats: u64) {}
}

fn main() {
    let _ = game::with(1);
}
