//! One stage of a composite: a protocol, a handler, and what follows.

use std::{
    fmt,
    marker::PhantomData,
    sync::{Arc, OnceLock},
};

use tokio::sync::watch;

use super::{
    event::ProtocolEvent,
    handler::{Opened, settings},
    hold::hold,
    running::Service,
};
use crate::{
    config::{ConfigError, ConstConfig, OnError},
    dialog::{
        Codec, ConnectionId, Core, Dialog, Finished, Incoming, Link, Outcome, Part, Peer, Settings,
    },
    error::{Detail, DisconnectReason},
    log_limit::log_limited,
    protocol::{NoMessages, ReactiveProtocol},
    transport::Address,
    wire::{Decode, Encode},
};

/// A connection of a composite between two stages, on the way to its next one.
///
/// `T` is the composite's state: which stage is next, and what the past ones hand to it. `E` is what the
/// composite tells of its stages, `()` if it tells nothing.
#[must_use = "a connection is aborted when its stage is dropped"]
pub struct Stage<T, E = ()> {
    core: Box<Core>,
    /// The connection, in whatever stage it is.
    connection: Arc<Link>,
    service: Arc<Service<E>>,
    held: Arc<watch::Sender<bool>>,
    state: PhantomData<fn() -> T>,
}

/// How a stage was left: for another one, or with the end of its connection.
#[must_use = "the composite goes on from here"]
pub struct StageEnd<T, E = ()>(pub(super) Next<T, E>);

pub(super) enum Next<T, E> {
    Stage(T, Stage<T, E>),
    Over(DisconnectReason),
}

impl<T, E> StageEnd<T, E> {
    /// The end of a connection whose stage was dropped before its end, in a `tokio::time::timeout` for
    /// instance: it was aborted.
    pub fn aborted() -> Self {
        Self(Next::Over(DisconnectReason::Aborted))
    }

    /// Why the connection is over, if it is.
    pub fn reason(&self) -> Option<&DisconnectReason> {
        match &self.0 {
            Next::Stage(..) => None,
            Next::Over(reason) => Some(reason),
        }
    }
}

impl<T, E> Stage<T, E>
where
    T: Send + 'static,
    E: Send + 'static,
{
    /// The first stage of a connection; `held` tells whether it is in one.
    pub(super) fn first(opened: Opened<E>, held: Arc<watch::Sender<bool>>) -> Self {
        let Opened { link, io, service } = opened;
        Self {
            core: Box::new(Core::new(link.clone(), io)),
            connection: link,
            service,
            held,
            state: PhantomData,
        }
    }

    /// Identifies the connection within this process, in all its stages.
    pub fn id(&self) -> ConnectionId {
        self.connection.id
    }

    /// Where the remote is.
    pub fn address(&self) -> &Address {
        &self.connection.address
    }

    /// Runs the stage with the options of the composite, on the protocols' own wires, until its handler
    /// leaves it or the connection ends.
    ///
    /// The handler is what an annotated fn may be, with a peer of type `Peer<S, N>`. There are three ways
    /// to leave: [`Peer::advance`]; returning an `N`, or `Result<N, E>`, in loop style; items of
    /// `ControlFlow<N, M>` in stream style. `N` is the state itself, or whatever becomes one.
    ///
    /// Behind a stage, until the next one is run, nobody reads or writes. A service that is to end waits for
    /// that as long as for its stages, `drain_timeout`.
    ///
    /// # Cancel safety
    /// Dropping the future aborts the connection, and no `PeerLeft` is told of the stage: go on with
    /// [`StageEnd::aborted`].
    pub fn run<C, S, N, F, R, K>(
        self,
        handler: F,
    ) -> impl Future<Output = StageEnd<T, E>> + use<T, E, C, S, N, F, R, K>
    where
        C: ReactiveProtocol,
        S: ReactiveProtocol,
        N: Into<T> + Send + 'static,
        F: FnOnce(Incoming<C>, Peer<S, N>) -> R,
        R: Outcome<S, K, N>,
    {
        self.run_with(&StageOptions::default(), handler)
    }

    /// Runs the stage as [`run`](Self::run) does, with options of its own.
    ///
    /// A configuration that contradicts itself is found out here, and ends the connection as a failed
    /// handler, without what is unwritten: [`StageOptions::check`] finds it out before there is one.
    pub fn run_with<C, S, N, F, R, K>(
        self,
        options: &StageOptions<C, S, E>,
        handler: F,
    ) -> impl Future<Output = StageEnd<T, E>> + use<T, E, C, S, N, F, R, K>
    where
        C: ReactiveProtocol,
        S: ReactiveProtocol,
        N: Into<T> + Send + 'static,
        F: FnOnce(Incoming<C>, Peer<S, N>) -> R,
        R: Outcome<S, K, N>,
    {
        let settings = options.settings(&self.service.settings);
        let codec = options.codec;
        let event = options.event.clone();
        let Self {
            mut core,
            connection,
            service,
            held,
            ..
        } = self;
        async move {
            let settings = match settings {
                Ok(settings) => settings,
                Err(error) => {
                    let limit = &service.settings.log.failed;
                    log_limited!(limit, error, %error, "stage with an invalid configuration");
                    let detail = Detail::of(error);
                    return StageEnd(Next::Over(DisconnectReason::HandlerFailed(detail)));
                }
            };
            let link = Link::new(connection.id, connection.address.clone(), settings);
            let link = Arc::new(link);
            let now_held = Held::new(&held);
            connection.lead(&link);
            let draining_since = service.registry.stopping_since();
            core.pass_to(link.clone());
            let dialog = hold(
                &service,
                &link,
                |moment| {
                    let peer = || Peer::new(link.clone(), codec.encode);
                    event
                        .as_ref()
                        .map(|event| event(ProtocolEvent::of(peer(), moment)))
                },
                || {
                    core.enter_stage(draining_since);
                    let messages = Incoming::new(link.clone(), codec.decode);
                    let peer = Peer::new(link.clone(), codec.encode);
                    let open = || handler(messages, peer).into_session();
                    Dialog::new(&mut *core, codec.encode, open)
                },
            );
            let finished = dialog.await;
            drop(now_held);
            StageEnd(match finished {
                Finished::Advanced(next) => Next::Stage(
                    next.into(),
                    Self {
                        core,
                        connection,
                        service,
                        held,
                        state: PhantomData,
                    },
                ),
                Finished::Over(reason) => Next::Over(reason),
            })
        }
    }

    /// Ends the connection between two stages, behind what the last ones said.
    ///
    /// # Cancel safety
    /// Dropping the future aborts the connection.
    pub async fn end(self) -> StageEnd<T, E> {
        self.run(|_: Incoming<NoMessages>, _: Peer<NoMessages, T>| ())
            .await
    }
}

/// A connection is in a stage until this is dropped.
struct Held<'a>(&'a watch::Sender<bool>);

impl<'a> Held<'a> {
    fn new(held: &'a watch::Sender<bool>) -> Self {
        held.send_replace(true);
        Self(held)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.send_replace(false);
    }
}

/// What a stage has of its own: configuration, wires, and events.
///
/// `C` are the remote messages of the stage, `S` its local ones, `E` is what its composite tells. A stage
/// with options is run by [`Stage::run_with`]; make them once, for all connections.
pub struct StageOptions<C, S, E = ()> {
    config: Option<ConstConfig>,
    on_error: Option<OnError>,
    codec: Codec<C, S>,
    event: Option<Arc<ToEvent<S, E>>>,
    /// Made of the options and of those of the service, when the first connection gets here.
    settings: OnceLock<Arc<Settings>>,
}

/// What a composite tells of an event of one of its stages.
type ToEvent<S, E> = dyn Fn(ProtocolEvent<S>) -> E + Send + Sync;

impl<C: ReactiveProtocol, S: ReactiveProtocol, E> StageOptions<C, S, E> {
    /// The options of the composite, and the protocols' own wires.
    pub fn new() -> Self {
        Self {
            config: None,
            on_error: None,
            codec: Codec::native(),
            event: None,
            settings: OnceLock::new(),
        }
    }

    /// A configuration for this stage, instead of all of that of the composite: what it does not set has
    /// its default.
    pub fn config(mut self, config: ConstConfig) -> Self {
        self.config = Some(config);
        self
    }

    /// What happens when an item of the handler's stream is an `Err`.
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.on_error = Some(on_error);
        self
    }

    /// Speaks another wire than the protocols' own, in both directions.
    pub fn wire<W: Decode<C> + Encode<S>>(self, wire: W) -> Self {
        let _ = wire;
        self.wires_of::<W, W>()
    }

    /// Speaks another wire than the protocols' own in each direction: what the remote says is read by
    /// `inbound`, what the handler says is written by `outbound`.
    pub fn wires<In: Decode<C>, Out: Encode<S>>(self, inbound: In, outbound: Out) -> Self {
        let _ = (inbound, outbound);
        self.wires_of::<In, Out>()
    }

    fn wires_of<In: Decode<C>, Out: Encode<S>>(mut self) -> Self {
        self.codec = Codec::on::<In, Out>();
        self
    }

    /// Tells of this stage, as `event`: a variant of what the composite tells, for instance.
    pub fn event(mut self, event: impl Fn(ProtocolEvent<S>) -> E + Send + Sync + 'static) -> Self {
        self.event = Some(Arc::new(event));
        self
    }

    /// Checks the configuration of the stage, which is `default` unless it has its own.
    ///
    /// # Errors
    /// [`ConfigError`] naming the field, its value and the bound that it breaks.
    pub fn check(&self, default: &ConstConfig) -> Result<(), ConfigError> {
        let config = self.config.unwrap_or(*default);
        settings(config, OnError::default(), self.codec).map(drop)
    }

    fn settings(&self, service: &Settings) -> Result<Arc<Settings>, ConfigError> {
        let config = self.config.unwrap_or(service.config);
        let on_error = self.on_error.unwrap_or(service.on_error);
        // another service may have other defaults
        let known = |known: &&Arc<Settings>| {
            known.config == config
                && known.on_error == on_error
                && Arc::ptr_eq(&known.log, &service.log)
        };
        if let Some(settings) = self.settings.get().filter(known) {
            return Ok(settings.clone());
        }
        let settings = settings(config, on_error, self.codec)?
            .of(Part::Stage)
            .logging_to(&service.log);
        let settings = Arc::new(settings);
        let _ = self.settings.set(settings.clone());
        Ok(settings)
    }
}

impl<C: ReactiveProtocol, S: ReactiveProtocol, E> Default for StageOptions<C, S, E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C, S, E> fmt::Debug for StageOptions<C, S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StageOptions").finish_non_exhaustive()
    }
}

impl<T, E> fmt::Debug for Stage<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stage").finish_non_exhaustive()
    }
}

impl<T, E> fmt::Debug for StageEnd<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StageEnd").finish_non_exhaustive()
    }
}
