//! Stages, and what leads to them, behind `#[cfg]`s.

use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Message {
    Next,
}

struct State;

#[reactive_server]
mod composite {
    use super::*;

    #[stage(First => Second | Third)]
    async fn first(mut messages: Incoming<Message>, _peer: Peer<Message>) -> Option<First> {
        messages.next().await.map(|_| First::Second(2))
    }

    #[cfg(all())]
    #[stage(Second => Third)]
    async fn second(
        _number: u32,
        messages: impl Stream<Item = Message>,
        peer: Peer<Message, Second>,
    ) -> impl Stream<Item = Message> {
        let _ = peer.advance(Second::Third);
        messages
    }

    // nothing of it exists
    #[stage(Third => Second, concurrency = MISSING)]
    #[cfg(any())]
    async fn third(
        _missing: Missing,
        messages: Incoming<Missing>,
        peer: Peer<Missing, Third>,
        missing: Missing,
    ) {
    }

    #[cfg(not(any()))]
    #[stage(Third, name = Last)]
    async fn last(_messages: Incoming<Message>, _state: u32) {}
}

fn main() {
    let _ = composite::with(1_u32);
    let _ = State;
}
