//! What may stand in and around stages: inner attributes, other items, patterns, raw names, lints.

#![deny(missing_docs, missing_debug_implementations, unreachable_pub, unused)]

use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

/// The only messages.
#[derive(Debug, Clone, Serialize, Deserialize, ReactiveProtocol)]
pub enum Message {
    /// The only one.
    Next,
}

#[reactive_server]
#[allow(dead_code)]
pub(crate) mod game {
    //! A game.
    #![allow(clippy::unused_async)]

    use super::*;

    /// Documented.
    #[cfg_attr(all(), inline)]
    #[stage(PreGame => r#Loop | Game,)]
    #[must_use]
    pub(crate) async fn r#loop(
        messages: impl futures::Stream<Item = Message> + Unpin + Send,
        peer: reactive_messaging::Peer<Message, r#Loop>,
        (a, b): (u32, u32),
        name: impl AsRef<str>,
    ) -> impl Stream<Item = Message>
    where
        Message: Clone,
    {
        let _ = (a, b, name.as_ref().len());
        let _ = peer.advance(r#Loop::Game([0; 3], "x"));
        messages
    }

    #[stage(Game)]
    fn play(
        board: [u8; 3],
        _x: &'static str,
        messages: Incoming<Message>,
        _: Peer<Message>,
    ) -> impl Stream<Item = Result<Option<Message>, String>> {
        let _ = board;
        messages.map(|message| Ok(Some(message)))
    }

    #[tracing::instrument(skip_all)]
    #[stage(r#Loop => PreGame)]
    async fn around(
        mut messages: Incoming<Message>,
        peer: Peer<Message, Around>,
        name: impl AsRef<str>,
    ) -> Result<Around, SendError<Message>> {
        let _ = name.as_ref();
        peer.send(Message::Next).await?;
        messages.next().await;
        Ok(Around::PreGame)
    }

    const fn helper() -> u32 {
        1
    }

    macro_rules! one {
        () => {
            1
        };
    }

    static TWO: u32 = one!() + helper();

    pub(crate) mod nested {
        use super::super::*;

        #[reactive_client]
        pub(crate) mod player {
            use super::*;

            #[stage(Only)]
            pub(in super::super) async fn only(_messages: Incoming<Message>) {}
        }
    }
}

/// The runtime under another path, seen from where the attribute stands.
pub mod reexports {
    pub use reactive_messaging as runtime;
}

#[reactive_server(crate = self::reexports::runtime)]
mod elsewhere {
    use super::*;

    #[stage(Only)]
    async fn only(_messages: Incoming<Message>) {}
}

/// What users call theirs.
pub const CONFIG: ConstConfig = ConstConfig::default();

#[reactive_server(config = CONFIG)]
mod configured {
    use super::*;

    #[stage(First => Second)]
    async fn first(_messages: Incoming<Message>) {}

    #[stage(Second, config = CONFIG)]
    async fn second(_messages: Incoming<Message>) {}
}

/// A composite that others may use.
#[reactive_server(crate = crate::reexports::runtime)]
pub mod open {
    use super::*;

    /// The only stage.
    #[stage(Only => Only)]
    pub async fn only(_messages: Incoming<Message>) {}
}

fn main() {
    let _ = elsewhere::with();
    let _ = configured::with();
    let _ = open::with();
    let _ = game::with((1, 2), "name");
    let _ = game::nested::player::connect("memory://nobody");
}
