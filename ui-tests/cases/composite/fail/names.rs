use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Message {
    Next,
}

#[reactive_server]
mod game {
    use super::*;

    #[stage(Game => Game | Game | Other)]
    async fn state(_messages: Incoming<Message>) {}

    #[stage(Game)]
    async fn event(_messages: Incoming<Message>) {}

    #[stage(Other, name = Same)]
    async fn other(_messages: Incoming<Message>) {}

    #[stage(Other)]
    async fn same(_messages: Incoming<Message>) {}
}

fn main() {}

/// Names of what starts a composite, and a first stage that may not be there.
#[reactive_client]
mod starts {
    use super::*;

    #[cfg(any())]
    #[stage(First => Second)]
    async fn connect(_messages: Incoming<Message>) {}

    #[stage(Second)]
    async fn with(_messages: Incoming<Message>) {}
}
