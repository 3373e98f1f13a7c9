//! Everything that an expansion may name. Not part of the public API.

use std::{ops::ControlFlow, pin::Pin};

use futures::{Stream, future::Ready};

pub use std::{
    clone::Clone,
    convert::From,
    default::Default,
    fmt::{self, Debug, Formatter},
    marker::Send,
    matches,
    option::Option,
    result::Result::{self, Err, Ok},
    string::String,
    vec::Vec,
};

#[cfg(feature = "rkyv")]
pub use crate::protocol::ViewProtocol;
#[cfg(feature = "fixed")]
pub use crate::wire::{FieldsReader, FieldsWriter, FixedSize, InvalidValue};
#[cfg(feature = "rkyv")]
pub use ::rkyv::Archive;

use crate::{Address, AddressError, ConfigError, config, protocol, service, wire};
pub use crate::{
    Bind, ClientSetup, Connect, ConstConfig, Decode, Encode, Handler, Incoming, Inputs,
    LocalServiceTermination, NoMessages, OnError, Peer, ProtocolEvent, ReactiveProtocol,
    ServerSetup, Serves, SharedHandler, SharedOutcome, Stage, StageOptions,
    dialog::{Concurrent, Outcome},
    service::{BoxedHandler, Conversation, Opened, StageCheck, StageRun},
};

/// The wire of a protocol that names none.
#[cfg(feature = "ron")]
pub type DefaultWire = wire::Ron;

/// Stands where the default wire would: name another one, or enable the feature `ron`.
#[cfg(not(feature = "ron"))]
#[derive(Debug, Clone, Copy, Default)]
pub struct DefaultWire;

#[cfg(not(feature = "ron"))]
impl wire::Wire for DefaultWire {
    type Framing = crate::frame::Line;
    const NAME: &'static str = "none";
}

/// Bytes of a field.
#[cfg(feature = "fixed")]
pub const fn fixed_size<T: FixedSize>() -> usize {
    T::SIZE
}

/// The largest of some sizes.
#[cfg(feature = "fixed")]
pub const fn longest(sizes: &[usize]) -> usize {
    let (mut longest, mut index) = (0, 0);
    while index < sizes.len() {
        if sizes[index] > longest {
            longest = sizes[index];
        }
        index += 1;
    }
    longest
}

/// Erases a handler. What the fn returns and what it becomes are two parameters, so that errors
/// about the one and about the other stand on two tokens; the result is no opaque type, which would
/// demand all bounds once more and report their lack twice.
pub fn handler<C, S, F, R, K, T>(handler: F) -> BoxedHandler<C, S>
where
    C: ReactiveProtocol,
    S: ReactiveProtocol,
    F: Fn(Incoming<C>, Peer<S>) -> R + Send + Sync + 'static,
    R: Outcome<S, K, Session = T>,
    T: Send + 'static,
{
    service::boxed(handler)
}

/// Erases a shared handler, as [`handler`] erases one of connections.
pub fn shared<C, S, F, R, K, T>(handler: F) -> SharedHandler<C, S>
where
    C: ReactiveProtocol,
    S: ReactiveProtocol,
    F: Fn(Inputs<C, S>) -> R + Send + Sync + 'static,
    R: SharedOutcome<S, K, Session = T>,
    T: Send + 'static,
{
    service::shared(handler)
}

/// Stages that `dispatch` runs, beginning with that of `initial`.
pub fn composite<T, E>(
    initial: fn() -> T,
    dispatch: impl Fn(T, Stage<T, E>) -> StageRun<T, E> + Send + Sync + 'static,
    checks: Vec<StageCheck>,
) -> impl Serves<Local = NoMessages, Event = E>
where
    T: Send + 'static,
    E: From<LocalServiceTermination> + Send + 'static,
{
    service::Composite::new(initial, dispatch, checks)
}

/// Runs a stage. As for [`handler`], what the fn returns and what it becomes are two parameters.
pub fn stage<T, E, C, S, N, F, R, K, Z>(
    stage: Stage<T, E>,
    options: &StageOptions<C, S, E>,
    handler: F,
) -> StageRun<T, E>
where
    T: Send + 'static,
    E: Send + 'static,
    C: ReactiveProtocol,
    S: ReactiveProtocol,
    N: Into<T> + Send + 'static,
    F: FnOnce(Incoming<C>, Peer<S, N>) -> R + Send + 'static,
    R: Outcome<S, K, N, Session = Z> + 'static,
    K: 'static,
    Z: Send + 'static,
{
    Box::pin(stage.run_with(options, handler))
}

/// What a stage is handed by the one before it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be handed to a stage",
    label = "a connection moves between threads, and this with it",
    note = "what a stage takes before its messages is `Send + 'static`: own it, or share it in an `Arc`"
)]
pub trait Payload: Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Payload for T {}

/// `concurrency = limit`
pub fn ordered<R: Concurrent<K>, K>(limit: usize, outcome: R) -> R::Ordered {
    outcome.ordered(limit)
}

/// `concurrency = limit, unordered`
pub fn unordered<R: Concurrent<K>, K>(limit: usize, outcome: R) -> R::Unordered {
    outcome.unordered(limit)
}

/// The protocol of a stream's items, seen through aliases.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no protocol",
    label = "neither a message, nor `()`, nor an `Option`, `Result` or boxed future of those",
    note = "annotate the message type with `#[derive(ReactiveProtocol)]`",
    note = "where the items do not tell the local protocol, name it: the argument `peer: Peer<L>` behind the messages, or the key `local = L`"
)]
pub trait LocalOfItem {
    /// The protocol.
    type Local: ReactiveProtocol;
}

#[diagnostic::do_not_recommend]
impl<M: ReactiveProtocol> LocalOfItem for M {
    type Local = M;
}

impl<N, T: LocalOfItem> LocalOfItem for ControlFlow<N, T> {
    type Local = T::Local;
}

impl LocalOfItem for () {
    type Local = NoMessages;
}

impl<T: LocalOfItem> LocalOfItem for Option<T> {
    type Local = T::Local;
}

impl<T: LocalOfItem, E> LocalOfItem for Result<T, E> {
    type Local = T::Local;
}

impl<T: LocalOfItem> LocalOfItem for Pin<Box<dyn Future<Output = T> + Send>> {
    type Local = T::Local;
}

impl<T: LocalOfItem> LocalOfItem for Ready<T> {
    type Local = T::Local;
}

impl<T: LocalOfItem> LocalOfItem for std::future::Ready<T> {
    type Local = T::Local;
}

/// The protocol of what a handler returns, seen through aliases.
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    label = "neither a stream of messages, nor `()`, nor a `Result` of those",
    note = "where the return type does not tell the local protocol, name it: the argument `peer: Peer<L>` behind the messages, or the key `local = L`"
)]
pub trait LocalOfOutcome {
    /// The protocol.
    type Local: ReactiveProtocol;
}

impl LocalOfOutcome for () {
    type Local = NoMessages;
}

impl<T: LocalOfOutcome> LocalOfOutcome for Option<T> {
    type Local = T::Local;
}

impl<T: LocalOfOutcome, E> LocalOfOutcome for Result<T, E> {
    type Local = T::Local;
}

impl<T: LocalOfItem> LocalOfOutcome for Pin<Box<dyn Stream<Item = T> + Send>> {
    type Local = T::Local;
}

/// Validates a config against its protocols and the wires on which they travel.
#[track_caller]
pub const fn check_config<C, S, In, Out>(config: &ConstConfig)
where
    C: ReactiveProtocol,
    S: ReactiveProtocol,
    In: Decode<C>,
    Out: Encode<S>,
{
    config::require(check_stage::<C, S, In, Out>(config));
}

/// Validates the config of a service against one of its stages.
///
/// # Errors
/// [`ConfigError`] naming the field, its value and the bound that it breaks.
pub const fn check_stage<C, S, In, Out>(config: &ConstConfig) -> Result<(), ConfigError>
where
    C: ReactiveProtocol,
    S: ReactiveProtocol,
    In: Decode<C>,
    Out: Encode<S>,
{
    config::check(
        config,
        protocol::frame_len::<C>(config, In::FRAME_LEN),
        protocol::frame_len::<S>(config, Out::FRAME_LEN),
        <In::Framing as crate::frame::Framing>::RESYNCHRONISES,
    )
}

/// State that every connection gets a clone of.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the state of a handler",
    label = "every connection gets a clone of this, on whatever thread it runs",
    note = "state is `Clone + Send + Sync + 'static`: wrap it in an `Arc`"
)]
pub trait State: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> State for T {}

/// Whatever tells where to listen or to connect.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no address",
    note = "an address is an `Address`, or a text such as `\"127.0.0.1:0\"` or `\"tcp://localhost:9758\"`"
)]
pub trait ToAddress: TryInto<Address, Error: Into<AddressError>> {}

#[diagnostic::do_not_recommend]
impl<A: TryInto<Address, Error: Into<AddressError>>> ToAddress for A {}

/// The `limit` of `concurrency = limit`, checked.
#[track_caller]
pub const fn check_concurrency(limit: usize) -> usize {
    assert!(limit > 0, "`concurrency` must be at least 1");
    limit
}

/// The `n` of `processors = n`, checked.
#[track_caller]
pub const fn check_processors(processors: usize) -> usize {
    assert!(processors > 0, "`processors` must be at least 1");
    processors
}

/// Checks the `max_frame_len` of the protocol `M`.
#[track_caller]
pub const fn check_max_frame_len<M: ReactiveProtocol>(max: usize) {
    assert!(
        max > 0,
        "`max_frame_len` must not be 0: no message has room in it"
    );
    assert!(
        max as u64 <= u32::MAX as u64,
        "`max_frame_len` must not exceed 4 GiB - 1"
    );
    config::require(config::check_frame_len(config::FrameLen {
        max,
        exact: <M::Wire as Encode<M>>::FRAME_LEN,
    }));
}

/// The queue of shared processors, for benchmarks.
pub use crate::processor::queue;

/// `channel = …`
pub mod channel {
    pub use crate::processor::queue::Tokio;
    #[cfg(feature = "mutiny")]
    pub use crate::processor::queue::{Crossbeam, FullSync};

    /// Stands where the channel of this name would: enable the feature `mutiny`.
    #[cfg(not(feature = "mutiny"))]
    #[derive(Debug, Clone, Copy)]
    pub struct Crossbeam<const CAPACITY: usize>;

    /// Stands where the channel of this name would: enable the feature `mutiny`.
    #[cfg(not(feature = "mutiny"))]
    #[derive(Debug, Clone, Copy)]
    pub struct FullSync<const CAPACITY: usize>;

    #[cfg(not(feature = "mutiny"))]
    impl<const CAPACITY: usize> Crossbeam<CAPACITY> {
        pub const fn check() {}
    }

    #[cfg(not(feature = "mutiny"))]
    impl<const CAPACITY: usize> FullSync<CAPACITY> {
        pub const fn check() {}
    }
}
