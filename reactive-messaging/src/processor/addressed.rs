//! What a shared handler says, and to whom.

use crate::{
    dialog::{Failure, NoSuccessor, Outcome, Peer, Reply, Session, Step},
    protocol::ReactiveProtocol,
};

/// A message for one peer, or the failure to make one.
pub enum Addressed<S> {
    /// The peer is sent this.
    Message(Peer<S>, S),
    /// What the peer had said could not be processed.
    Failed(Peer<S>, Failure),
}

/// A reply beside the peer that it is for.
impl<S: ReactiveProtocol, R: Reply<S>> Reply<Addressed<S>> for (Peer<S>, R) {
    #[inline]
    fn into_step(self) -> Step<Addressed<S>> {
        let (peer, reply) = self;
        match reply.into_step() {
            Step::Reply(message) => Step::Reply(Addressed::Message(peer, message)),
            Step::Nothing => Step::Nothing,
            Step::ItemFailed(failure) | Step::Failed(failure) => {
                Step::Reply(Addressed::Failed(peer, failure))
            }
            Step::Advance(successor) => match successor {},
        }
    }
}

/// What a shared handler returns: an [`Outcome`] whose replies stand beside the peers that they are
/// for.
#[diagnostic::on_unimplemented(
    message = "a shared handler that sends `{S}` cannot return `{Self}`",
    label = "neither a stream of `(Peer<{S}>, {S})` or `()`, nor `()` itself",
    note = "a shared handler returns a stream whose items are `(Peer<{S}>, {S})`, `()`, or `Option`s and `Result`s of those, or futures of any of them; in loop style it returns `()` or `Result<(), E>` with `E: Display`"
)]
pub trait SharedOutcome<S, K> {
    /// The handler at work.
    type Session: Session<Addressed<S>, NoSuccessor>;

    /// Sets to work.
    fn into_session(self) -> Self::Session;
}

#[diagnostic::do_not_recommend]
impl<S, K, O: Outcome<Addressed<S>, K>> SharedOutcome<S, K> for O {
    type Session = O::Session;

    fn into_session(self) -> O::Session {
        Outcome::into_session(self)
    }
}
