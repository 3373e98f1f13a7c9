//! The macros of `reactive-messaging`. Use them through that crate, which documents them with
//! examples and re-exports them.
//!
//! Every macro goes the same way: `model` reads what the user wrote, `check` rejects what cannot
//! work, `expand` writes a few lines that call the runtime. A mistake leads to `fallback` instead,
//! so that it is reported once and hides nothing else.
//!
//! To look at an expansion: `cargo expand --example hello_world`, or read `src/snapshots/`.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod attr;
mod check;
mod errors;
mod expand;
mod fallback;
mod model;
#[cfg(test)]
mod snapshots;

use proc_macro::TokenStream;

use model::Role;

/// Makes an enum the messages of one side of a dialog.
///
/// On the enum, `#[protocol(…)]` takes
/// * `wire = Type`: the wire that the messages travel on; default `Ron`. `Fixed`, by this name, also
///   implements `FixedSize`, as `#[derive(FixedSize)]` does,
/// * `max_frame_len = expr`: most bytes of one encoded message; default: the config's limit,
/// * `views`: the messages can also be received as rkyv `View`s; `wire = Rkyv`, by this name, implies
///   it,
/// * `crate = path`: where the runtime crate is, if not at `::reactive_messaging`;
///
/// and on a variant
/// * `error`: the remote gets this message when its input cannot be decoded or the handler fails.
///   At most one variant, with exactly one field, whose type is `From<String>`,
/// * `closing`: behind this message the dialog flushes and ends, whichever side sent it.
///
/// All of it can be written by hand, as an `impl` of the trait `ReactiveProtocol`.
#[proc_macro_derive(ReactiveProtocol, attributes(protocol))]
pub fn derive_reactive_protocol(input: TokenStream) -> TokenStream {
    expand::derive_protocol(input.into()).into()
}

/// Gives all values of a struct or an enum the same number of bytes, for the wire `Fixed`.
///
/// All fields have to be `FixedSize`; the docs of `Fixed` say which types are, and what the bytes look
/// like. Generic types are `FixedSize` wherever their fields are. Where
/// `#[protocol(wire = Fixed)]` stands beside `#[derive(ReactiveProtocol)]`, that does the same and
/// this is not needed.
///
/// On the type, `#[fixed(crate = path)]` tells where the runtime crate is, if not at
/// `::reactive_messaging`.
#[proc_macro_derive(FixedSize, attributes(fixed))]
pub fn derive_fixed_size(input: TokenStream) -> TokenStream {
    expand::derive_fixed_size(input.into()).into()
}

/// Makes a fn the handler of a server's connections.
///
/// The fn stays as it is. Beside it stands a type of the same name, which starts it:
/// `greeter::bind(address)`, or `chat::with(state…).bind(address)` if the fn takes state. Whether it
/// does or not, options go between the two, before the address, and a listener may stand in for it:
/// `greeter::with().config(CONFIG).bind(address)`, `greeter::with().from_listener(listener)`. The
/// generic parameters of the fn are those of `with` and `bind`: `echo::bind::<M>(address)`.
///
/// # Arguments of the fn
/// 1. `messages: impl Stream<Item = M>` or `Incoming<M>`: what the remote sends;
/// 2. optionally `peer: Peer<L>`: the connection, to send through. An alias of `Peer` is taken for
///    state;
/// 3. state: any `Clone + Send + Sync + 'static`, cloned for every connection.
///
/// # Keys
/// * `config = CONST` or `config(field = value, …)`: the `ConstConfig`, checked while compiling; the
///   second form is then found at `greeter::CONFIG`,
/// * `wire = Type`: another wire than that of the protocol,
/// * `concurrency = n`: runs n of the yielded futures at a time, a constant of at least 1; their
///   results are sent in order, or as they complete if `unordered` is given too,
/// * `on_error = reply | close | ignore`: what an error of the handler does; default `reply`,
/// * `local = Type`: the local protocol, where neither a `Peer<L>` nor the yielded items tell it,
/// * `name = Ident`: the name of the companion type; default: the fn's,
/// * `crate = path`: where the runtime crate is, if not at `::reactive_messaging`,
/// * `shared`: one handler for all connections, see below.
///
/// # One handler for all connections
/// With the key `shared`, the fn is not called for each connection, but once, and is told what happens at
/// all of them. In place of messages and peer it takes
/// `inputs: impl Stream<Item = (Peer<L>, Input<M>)>` or `Inputs<M, L>`, and it yields pairs of a peer and
/// what is an item elsewhere, or `()`: `(Peer<L>, L)`, `Option<(Peer<L>, L)>`, `(Peer<L>, Result<L, E>)`,
/// … With it go the keys
/// * `capacity = n`: how many inputs wait for the handler at most, a constant; default 1024,
/// * `channel = Tokio | Crossbeam | FullSync`: the queue in which they wait; default `Tokio`, the others
///   need the feature `mutiny`,
/// * `processors = n`: how many times the fn is called, each time with a queue of its own, a constant of
///   at least 1; default 1. A connection is always processed by the one that its id tells.
///
/// # On a module
/// An inline module is a composite: every connection runs through its stages, each with protocols of its
/// own. A stage is a fn as above with `#[stage(Name => Successor | Successor)]`; the first one begins.
/// Behind its transitions, a stage takes the keys of a fn, apart from `crate`; its `name` is that of
/// the enum below. The module takes `config` and `on_error`, for stages that have none of their own,
/// and `crate`.
///
/// The macro adds to the module
/// * for each stage an enum of what it may be left for, named after its fn: `Negotiate` for
///   `negotiate`. A stage that takes arguments before its messages is handed them: they are the
///   fields of its variant, there and in `State`;
/// * `State`, of all stages, and `Event`, what `on_event` is told: a variant for each stage, and
///   `LocalServiceTermination`;
/// * `with(state…)`, and `bind(address)` if no stage takes state. Stages that take state of the same
///   name share it.
///
/// A stage is left through its peer, `peer: Peer<L, Negotiate>`, by `peer.advance(Negotiate::Game)`; in
/// loop style by returning `Negotiate`, or an `Option` or `Result` of it; in stream style by items of
/// `ControlFlow<Negotiate, L>`. A stage that ends otherwise ends the connection.
#[proc_macro_attribute]
pub fn reactive_server(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::service(Role::Server, args.into(), item.into()).into()
}

/// Makes a fn the handler of a client's connection.
///
/// As `#[reactive_server]`, with `connect(address)` in place of `bind(address)` and no
/// `from_listener`.
#[proc_macro_attribute]
pub fn reactive_client(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::service(Role::Client, args.into(), item.into()).into()
}
