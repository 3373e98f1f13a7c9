//! The server's side of both stages.

use std::{sync::Arc, time::Duration};

use futures::stream;
use reactive_messaging::prelude::*;

use super::{
    accounts::{Accounts, Session},
    messages::{LoginClient, LoginServer, RoomClient, RoomServer},
    pace::paced,
    room::Room,
};

/// What all connections share.
#[derive(Debug, Default)]
pub struct House {
    /// Who may enter.
    pub accounts: Accounts,
    /// Where they meet.
    pub room: Arc<Room>,
}

impl House {
    /// An empty house, and those who may enter it.
    pub fn new(accounts: Accounts) -> Arc<Self> {
        let room = Arc::default();
        Arc::new(Self { accounts, room })
    }
}

/// More than a room has members, and few enough that all of them together do no harm.
///
/// Members may listen for as long as they like, hence no `idle_timeout`: there is one connection for
/// each name, TCP's keep-alive notices those that are gone, and `write_timeout`, or a full outbox, those
/// that do not read.
const OPEN: ConstConfig = ConstConfig {
    max_connections: Some(1_000),
    ..ConstConfig::default()
};

/// Who has not shown who it is has ten seconds: else anyone could take all connections, by being silent.
/// And it gets no more memory than a login needs, 170 KiB at most (`SECURITY.md` has the formula).
const STRICT: ConstConfig = ConstConfig {
    first_frame_timeout: Some(Duration::from_secs(10)),
    inbound_bytes: 2 * 1024,
    outbound_bytes: 2 * 1024,
    ..OPEN
};

/// The host: it opens the door, and passes on what is said.
///
/// Start it with `host::with(house).bind(address)`.
#[reactive_server(config = OPEN)]
pub mod host {
    use super::*;

    /// Lets in who can prove its name. There are ten seconds, and one try, on each connection.
    #[stage(Login => Room, config = STRICT)]
    pub async fn login(
        messages: impl Stream<Item = LoginClient>,
        peer: Peer<LoginServer, Login>,
        house: Arc<House>,
    ) -> impl Stream<Item = Option<LoginServer>> {
        let answers = messages.map(move |message| {
            let entered = match message {
                LoginClient::Enter { name, password } => house.accounts.enter(name, &password),
                LoginClient::Resume { name, token, from } => {
                    let session = house.accounts.resume(name, &token, from);
                    session.map(|session| (session, token))
                }
                LoginClient::Error(_) => return Some(LoginServer::GoodBye),
            };
            Some(match entered {
                Ok((session, token)) => match peer.advance(Login::Room(session)) {
                    // the last message of this stage
                    Ok(()) => LoginServer::Welcome { token },
                    Err(_ending) => return None,
                },
                Err(refusal) => LoginServer::Refused(refusal),
            })
        });
        // also when the server shuts down
        answers.chain(stream::iter([Some(LoginServer::GoodBye)]))
    }

    /// Passes on what is said. The seat lives as long as the stage: however that ends, the others are
    /// told.
    #[stage(Room)]
    pub async fn converse(
        session: Session,
        messages: impl Stream<Item = RoomClient>,
        peer: Peer<RoomServer>,
        house: Arc<House>,
    ) -> Result<impl Stream<Item = Result<Option<RoomServer>, EncodeError>>, EncodeError> {
        let seat = house.room.enter(session, &peer)?;
        let answers = paced(messages).map(move |message| match message {
            RoomClient::Say(text) => seat.say(text).map(|()| None),
            RoomClient::WhoIsHere => Ok(Some(seat.who_is_here())),
            RoomClient::Leave => {
                house.accounts.end(seat.name());
                Ok(Some(RoomServer::GoodBye))
            }
            RoomClient::Error(_) => Ok(None),
        });
        // also when the server shuts down
        Ok(answers.chain(stream::iter([Ok(Some(RoomServer::GoodBye))])))
    }
}
