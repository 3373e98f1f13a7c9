//! The two handlers: a stream of messages in, a stream of messages out.

use std::{sync::Arc, time::Duration};

use futures::stream;
use reactive_messaging::prelude::*;

use super::{
    protocol::{ClientMessages, ServerMessages},
    session::Session,
    statistics::Statistics,
    visit::{Challenge, Visit},
};

/// Plays the server's part against one client, in stream style.
///
/// Start it with `host::with(statistics).bind(address)`. A client has ten seconds for its first
/// message and a minute for every other one.
#[reactive_server(config(
    first_frame_timeout = Some(Duration::from_secs(10)),
    idle_timeout = Some(Duration::from_secs(60))
))]
pub async fn host(
    messages: impl Stream<Item = ClientMessages>,
    statistics: Arc<Statistics>,
) -> impl Stream<Item = ServerMessages> {
    let mut session = Session::open(statistics);
    messages
        .flat_map(move |message| stream::iter(session.hear(message)))
        // also when the messages end because the server is shut down
        .chain(stream::once(async { ServerMessages::GoodBye }))
}

/// Plays the client's part, in loop style.
///
/// Start it with `guest::with(challenge, statistics).connect(address)`. A server that is not there
/// yet is tried again.
#[reactive_client(config(
    retrying_strategy = RetryingStrategies::RetryWithBackoffUpTo(5),
    idle_timeout = Some(Duration::from_secs(60))
))]
pub async fn guest(
    mut messages: Incoming<ServerMessages>,
    peer: Peer<ClientMessages>,
    challenge: Challenge,
    statistics: Arc<Statistics>,
) -> Result<(), SendError<ClientMessages>> {
    let mut visit = Visit::new(challenge, statistics);
    peer.send(visit.greet()).await?;
    while let Some(message) = messages.next().await {
        for reply in visit.hear(message) {
            peer.send(reply).await?;
        }
    }
    Ok(())
}
