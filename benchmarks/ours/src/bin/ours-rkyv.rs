//! `#[reactive_server]` over TCP, archives that are read where they lie.

use load::protocol::transform;

ours::server!(
    Rkyv,
    derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize),
    View<Request>,
    |request| match &*request {
        ArchivedRequest::Ping(sequence, payload) => {
            Response::Pong(sequence.to_native(), transform(payload.to_native()))
        }
        ArchivedRequest::Quit => Response::GoodBye,
    }
);
