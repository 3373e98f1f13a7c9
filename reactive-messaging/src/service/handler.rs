//! A handler of any shape, erased when its service is set up.

use std::{fmt, pin::Pin, sync::Arc};

use crate::{
    dialog::{Codec, Dialog, Incoming, Link, Outcome, Peer},
    error::DisconnectReason,
    protocol::ReactiveProtocol,
    transport::Io,
};

/// What answers the messages of one protocol with those of another.
///
/// `#[reactive_server]`, `#[reactive_client]`, [`ServerBuilder::serve`](crate::ServerBuilder::serve)
/// and [`ClientBuilder::run`](crate::ClientBuilder::run) make handlers of fns and closures.
pub trait Handler: Send + Sync + 'static {
    /// The messages that arrive.
    type Remote: ReactiveProtocol;
    /// The messages that leave.
    type Local: ReactiveProtocol;

    #[doc(hidden)]
    fn converse(&self, opened: Opened<Self::Remote, Self::Local>) -> Conversation;
}

/// A connection whose handler is to be set to work.
#[doc(hidden)]
pub struct Opened<C, S> {
    pub(crate) link: Arc<Link>,
    pub(crate) io: Box<dyn Io>,
    pub(crate) codec: Codec<C, S>,
}

/// A dialog at work.
#[doc(hidden)]
pub type Conversation = Pin<Box<dyn Future<Output = DisconnectReason> + Send>>;

/// A handler behind a pointer: one call a connection, none a message.
pub struct BoxedHandler<C, S>(Open<C, S>);

type Open<C, S> = Box<dyn Fn(Opened<C, S>) -> Conversation + Send + Sync>;

/// Erases a handler; the one place that demands it to be `Send`.
pub(crate) fn boxed<C, S, F, R, K>(handler: F) -> BoxedHandler<C, S>
where
    C: ReactiveProtocol,
    S: ReactiveProtocol,
    F: Fn(Incoming<C>, Peer<S>) -> R + Send + Sync + 'static,
    R: Outcome<S, K>,
    R::Session: Send + 'static,
{
    BoxedHandler(Box::new(move |opened| {
        let Opened { link, io, codec } = opened;
        let messages = Incoming::new(link.clone(), codec.decode);
        let peer = Peer::new(link.clone(), codec.encode);
        let open = || handler(messages, peer).into_session();
        Box::pin(Dialog::new(link, io, codec.encode, open))
    }))
}

impl<C: ReactiveProtocol, S: ReactiveProtocol> Handler for BoxedHandler<C, S> {
    type Remote = C;
    type Local = S;

    fn converse(&self, opened: Opened<C, S>) -> Conversation {
        (self.0)(opened)
    }
}

impl<C, S> fmt::Debug for BoxedHandler<C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handler").finish_non_exhaustive()
    }
}
