//! The services: one of each kind that a server can be.

use std::{io, net::SocketAddr};

use futures::future::ready;
use reactive_messaging::{DrainReport, NoMessages, ServiceStats, prelude::*};

use crate::{
    protocol::{Answer, Ask, CONFIG, Line},
    reasons::Reasons,
};

/// A connection, a handler.
#[reactive_server(config = CONFIG)]
async fn plain(
    messages: impl Stream<Item = Ask>,
    _peer: Peer<Answer>,
) -> impl Stream<Item = Option<Answer>> {
    let asks = messages.take_while(|ask| ready(*ask != Ask::Leave));
    asks.map(answer)
}

fn answer(ask: Ask) -> Option<Answer> {
    match ask {
        Ask::Ping(number) => Some(Answer::Pong(number)),
        Ask::Leave | Ask::Error(_) => None,
    }
}

/// A door, a hall, and back.
#[reactive_server(config = CONFIG)]
mod house {
    use super::*;

    #[stage(Door => Hall)]
    pub(super) async fn knock(mut messages: Incoming<Ask>, peer: Peer<Answer>) -> Option<Knock> {
        while let Some(ask) = messages.next().await {
            if let Some(pong) = answer(ask) {
                peer.send(pong).await.ok()?;
                return Some(Knock::Hall);
            }
        }
        None
    }

    #[stage(Hall => Door)]
    pub(super) async fn stay(mut messages: Incoming<Ask>, peer: Peer<Answer>) -> Option<Stay> {
        while let Some(ask) = messages.next().await {
            match answer(ask) {
                Some(pong) => peer.send(pong).await.ok()?,
                None => return Some(Stay::Door),
            }
        }
        None
    }
}

/// One handler for all.
#[reactive_server(shared, capacity = 256, config = CONFIG)]
async fn shared(
    inputs: impl Stream<Item = (Peer<Answer>, Input<Ask>)>,
) -> impl Stream<Item = Option<(Peer<Answer>, Answer)>> {
    inputs.map(|(peer, input)| match input {
        Input::Message(ask) => answer(ask).map(|pong| (peer, pong)),
        Input::Arrived | Input::Left(_) => None,
    })
}

/// Everyone hears everything.
#[reactive_server(config = CONFIG)]
async fn room(
    messages: impl Stream<Item = Line>,
    peer: Peer<Line>,
    all: Group<Line>,
) -> impl Stream<Item = Result<(), EncodeError>> {
    all.join(&peer);
    messages.map(move |line| all.broadcast(&line).map(drop))
}

/// One of each.
pub(crate) struct Services {
    plain: Server<Answer>,
    house: Server<NoMessages>,
    shared: Server<Answer>,
    room: Server<Line>,
}

impl Services {
    /// Starts them, on ports that the system chooses.
    pub(crate) async fn start(reasons: &Reasons) -> Result<Self, BindError> {
        let at = "127.0.0.1:0";
        let all = Group::with_overload(Overload::Disconnect);
        Ok(Self {
            plain: plain::bind(at)
                .on_connection_event(reasons.listener())
                .await?,
            house: house::bind(at)
                .on_connection_event(reasons.listener())
                .await?,
            shared: shared::bind(at)
                .on_connection_event(reasons.listener())
                .await?,
            room: room::with(all)
                .bind(at)
                .on_connection_event(reasons.listener())
                .await?,
        })
    }

    /// Where they listen, in the order of [`Site::new`](crate::site::Site::new).
    pub(crate) fn addresses(&self) -> io::Result<[SocketAddr; 4]> {
        Ok([
            self.plain.local_addr()?,
            self.house.local_addr()?,
            self.shared.local_addr()?,
            self.room.local_addr()?,
        ])
    }

    pub(crate) fn stats(&self) -> [ServiceStats; 4] {
        [
            self.plain.stats(),
            self.house.stats(),
            self.shared.stats(),
            self.room.stats(),
        ]
    }

    /// Drains all of them.
    pub(crate) async fn shutdown(&self) -> [DrainReport; 4] {
        let (plain, house, shared, room) = tokio::join!(
            self.plain.shutdown(),
            self.house.shutdown(),
            self.shared.shutdown(),
            self.room.shutdown()
        );
        [plain, house, shared, room]
    }
}
