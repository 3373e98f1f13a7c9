use std::sync::Arc;

use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Login {
    Name(String),
}

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Event {
    Ping,
}

pub struct State;

#[reactive_server]
mod greeter {
    use super::*;

    #[stage(Login => Talk)]
    async fn login(_messages: Incoming<Login>, _state: Arc<State>) -> Login {
        Login::Talk
    }

    #[stage(Talk)]
    async fn talk(_messages: Incoming<super::Login>, _peer: Peer<Event>) {}
}

fn main() {}
