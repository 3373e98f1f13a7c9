//! What a service does with its connections; a handler of any shape, erased when it is set up.

use std::{fmt, future::ready, pin::Pin, sync::Arc};

use futures::future::BoxFuture;

use super::{
    event::{LocalServiceTermination, Moment, ProtocolEvent},
    running::Service,
};
use crate::{
    config::{self, ConfigError, ConstConfig, OnError},
    dialog::{
        Codec, Core, Dialog, Finished, Incoming, Link, NoSuccessor, Outcome, Peer, Settings, Whole,
    },
    processor::ProcessorStats,
    protocol::ReactiveProtocol,
    transport::Io,
    wire::{Decode, Encode},
};

/// What a service does with its connections: a [`Handler`] answers on each of them, or the stages of a
/// composite follow each other.
pub trait Serves: Send + Sync + 'static {
    /// The messages that leave; a composite has no one protocol for them.
    type Local: ReactiveProtocol;
    /// What the service tells of its dialogs.
    type Event: From<LocalServiceTermination> + Send + 'static;

    /// The settings of a connection, once they are known to be sound.
    #[doc(hidden)]
    fn settings(&self, config: ConstConfig, on_error: OnError) -> Result<Settings, ConfigError>;

    /// The names of the wires, inbound and outbound.
    #[doc(hidden)]
    fn wires(&self) -> (&'static str, &'static str);

    #[doc(hidden)]
    fn peer(&self, link: Arc<Link>) -> Peer<Self::Local>;

    /// What is told of a dialog at this moment; a composite tells of its stages by itself.
    #[doc(hidden)]
    fn event(&self, link: &Arc<Link>, moment: Moment<'_>) -> Option<Self::Event>;

    /// Called before the first connection, within the runtime.
    #[doc(hidden)]
    fn start(&self, service: &Arc<Service<Self::Event>>) {
        let _ = service;
    }

    #[doc(hidden)]
    fn converse(&self, opened: Opened<Self::Event>) -> Conversation;

    /// Ends what [`start`](Self::start) began; called when all connections are over.
    #[doc(hidden)]
    fn finish(&self, service: &Arc<Service<Self::Event>>) -> BoxFuture<'static, ()> {
        let _ = service;
        Box::pin(ready(()))
    }

    /// What its shared processors have carried.
    #[doc(hidden)]
    fn processors(&self) -> Vec<ProcessorStats> {
        Vec::new()
    }
}

/// What answers the messages of one protocol with those of another.
///
/// `#[reactive_server]`, `#[reactive_client]`, [`ServerBuilder::serve`](crate::ServerBuilder::serve)
/// and [`ClientBuilder::run`](crate::ClientBuilder::run) make handlers of fns and closures.
pub trait Handler: Serves<Event = ProtocolEvent<<Self as Serves>::Local>> {
    /// The messages that arrive.
    type Remote: ReactiveProtocol;

    #[doc(hidden)]
    fn set_wires<In: Decode<Self::Remote>, Out: Encode<Self::Local>>(&mut self);
}

/// A connection that waits for what its service does with it.
#[doc(hidden)]
pub struct Opened<E> {
    pub(crate) link: Arc<Link>,
    pub(crate) io: Box<dyn Io>,
    pub(crate) service: Arc<Service<E>>,
}

/// A connection at work.
#[doc(hidden)]
pub type Conversation = Pin<Box<dyn Future<Output = Finished<NoSuccessor>> + Send>>;

/// A handler behind a pointer: one call a connection, none a message.
pub struct BoxedHandler<C, S> {
    open: Open<C, S>,
    codec: Codec<C, S>,
}

type Open<C, S> = Box<dyn Fn(Opened<ProtocolEvent<S>>, Codec<C, S>) -> Conversation + Send + Sync>;

/// Erases a handler; the one place that demands it to be `Send`.
pub(crate) fn boxed<C, S, F, R, K>(handler: F) -> BoxedHandler<C, S>
where
    C: ReactiveProtocol,
    S: ReactiveProtocol,
    F: Fn(Incoming<C>, Peer<S>) -> R + Send + Sync + 'static,
    R: Outcome<S, K>,
    R::Session: Send + 'static,
{
    let open = move |opened: Opened<_>, codec: Codec<C, S>| -> Conversation {
        let Opened { link, io, .. } = opened;
        let messages = Incoming::new(link.clone(), codec.decode);
        let peer = Peer::new(link.clone(), codec.encode);
        let open = || handler(messages, peer).into_session();
        let core = Whole(Core::new(link, io));
        Box::pin(Dialog::new(core, codec.encode, open))
    };
    BoxedHandler {
        open: Box::new(open),
        codec: Codec::native(),
    }
}

impl<C: ReactiveProtocol, S: ReactiveProtocol> Serves for BoxedHandler<C, S> {
    type Local = S;
    type Event = ProtocolEvent<S>;

    fn settings(&self, config: ConstConfig, on_error: OnError) -> Result<Settings, ConfigError> {
        settings(config, on_error, self.codec)
    }

    fn wires(&self) -> (&'static str, &'static str) {
        self.codec.names
    }

    fn peer(&self, link: Arc<Link>) -> Peer<S> {
        Peer::new(link, self.codec.encode)
    }

    fn event(&self, link: &Arc<Link>, moment: Moment<'_>) -> Option<ProtocolEvent<S>> {
        Some(ProtocolEvent::of(self.peer(link.clone()), moment))
    }

    fn converse(&self, opened: Opened<ProtocolEvent<S>>) -> Conversation {
        (self.open)(opened, self.codec)
    }
}

impl<C: ReactiveProtocol, S: ReactiveProtocol> Handler for BoxedHandler<C, S> {
    type Remote = C;

    fn set_wires<In: Decode<C>, Out: Encode<S>>(&mut self) {
        self.codec = Codec::on::<In, Out>();
    }
}

/// The settings of dialogs on these wires, if the configuration is sound.
pub(super) fn settings<C: ReactiveProtocol, S: ReactiveProtocol>(
    config: ConstConfig,
    on_error: OnError,
    codec: Codec<C, S>,
) -> Result<Settings, ConfigError> {
    let (inbound, outbound) = codec.frame_lens(&config);
    let resynchronises = codec.inbound.resynchronises;
    config::check(&config, inbound, outbound, resynchronises)?;
    Ok(Settings::new(config, on_error, codec))
}

impl<C, S> fmt::Debug for BoxedHandler<C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handler").finish_non_exhaustive()
    }
}
