//! The game itself, which is the same on both sides and on every wire.

use reactive_messaging::prelude::*;

use super::{messages::GameMessages, table::Table};

/// Plays a match to its end. `None`: one side left before.
pub(super) async fn rally(
    mut table: Table,
    mut messages: Incoming<GameMessages>,
    peer: Peer<GameMessages>,
) -> Option<Table> {
    loop {
        for ours in table.play() {
            peer.send(GameMessages::Play(ours)).await.ok()?;
        }
        if table.is_over() {
            return Some(table);
        }
        let Some(message) = messages.next().await else {
            // also when the service shuts down
            peer.send(GameMessages::GoodBye).await.ok()?;
            return None;
        };
        match message {
            GameMessages::Play(theirs) => {
                if let Err(dishonour) = table.hear(theirs) {
                    table.dishonoured();
                    peer.send(GameMessages::Dishonour(dishonour)).await.ok()?;
                    return None;
                }
            }
            GameMessages::Dishonour(_) => {
                table.dishonoured();
                return None;
            }
            GameMessages::GoodBye | GameMessages::Error(_) => return None,
        }
    }
}
