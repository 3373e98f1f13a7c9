use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
pub enum Message {
    Next,
}

use std::rc::Rc;

#[reactive_server]
mod game {
    use super::*;

    #[stage(Game)]
    async fn play(mut messages: Incoming<Message>) {
        let count = Rc::new(0);
        messages.next().await;
        drop(count);
    }
}

fn main() {}
