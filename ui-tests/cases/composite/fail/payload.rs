use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Message {
    Next,
}

use std::rc::Rc;

/// Nothing comes before the first stage.
#[reactive_server]
mod first {
    use super::*;

    #[stage(Game => Game)]
    async fn play(_session: u32, _messages: Incoming<Message>) {}
}

/// No field has this type.
#[reactive_server]
mod unnamed {
    use super::*;

    #[stage(PreGame => Game)]
    async fn negotiate(_messages: Incoming<Message>) {}

    #[stage(Game)]
    async fn play(_session: impl Send, _messages: Incoming<Message>) {}
}

/// It cannot move with its connection.
#[reactive_server]
mod unsendable {
    use super::*;

    #[stage(PreGame => Game)]
    async fn negotiate(_messages: Incoming<Message>) {}

    #[stage(Game)]
    async fn play(_session: Rc<u32>, _messages: Incoming<Message>) {}
}

fn main() {}
