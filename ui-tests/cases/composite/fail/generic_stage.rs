use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Message {
    Next,
}

#[reactive_server]
mod game {
    use super::*;

    #[stage(Game)]
    async fn play<M: ReactiveProtocol, const N: usize>(_messages: Incoming<M>) {}
}

fn main() {}
