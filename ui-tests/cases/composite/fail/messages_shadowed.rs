use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Login {
    Name(String),
}

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Talk {
    Ping,
}

#[reactive_server]
mod greeter {
    use super::*;

    #[stage(Login => Talk)]
    async fn login(_messages: Incoming<Login>) -> Login {
        Login::Talk
    }

    #[stage(Talk)]
    async fn talk(_messages: Incoming<Talk>, _peer: Peer<Talk>) {}
}

fn main() {}
