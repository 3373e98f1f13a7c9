use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Message {
    Next,
}

const SMALL: ConstConfig = ConstConfig { outbound_bytes: 16, ..ConstConfig::default() };

#[reactive_server(config = SMALL)]
mod game {
    use super::*;

    #[stage(PreGame => Game)]
    async fn negotiate(_messages: Incoming<Message>, _peer: Peer<Message>) {}

    #[stage(Game, config(max_decode_errors = 0))]
    async fn play(_messages: Incoming<Message>, _peer: Peer<Message>) {}
}

const CONFIG: ConstConfig = ConstConfig::default();

/// Which `CONFIG`?
#[reactive_server(config(max_frame_len = 1024))]
mod hidden {
    use super::*;

    #[stage(First, config = CONFIG)]
    async fn first(_messages: Incoming<Message>) {}
}

fn main() {}
