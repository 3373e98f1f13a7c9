//! Checks of `#[reactive_server]` and `#[reactive_client]`.

use syn::{GenericParam, Safety, Type};

use crate::{
    errors::Errors,
    model::{Handler, Local, Role, mentions},
};

pub(crate) fn handler(handler: &Handler, errors: &Errors) {
    keys(handler, errors);
    shared(handler, errors);
    signature(handler, errors);
    protocols(handler, errors);
    state(handler, errors);
}

fn keys(handler: &Handler, errors: &Errors) {
    let keys = &handler.keys;
    if let (Some(unordered), None) = (&keys.unordered, &keys.concurrency) {
        errors.at(unordered, "`unordered` tells how concurrent futures are sent: add `concurrency = 16`, or any other number");
    }
    let arguments = &handler.arguments;
    let is_named = arguments.peer.is_some() || arguments.inputs.is_some();
    if let (Some(local), true) = (&keys.local, is_named) {
        errors.at(
            local,
            "`Peer<…>` names the local protocol already: remove `local`",
        );
    }
}

fn shared(handler: &Handler, errors: &Errors) {
    let keys = &handler.keys;
    let arguments = &handler.arguments;
    match (&keys.shared, &arguments.inputs) {
        (Some(shared), _) if handler.role == Role::Client => {
            errors.at(shared, "a client has one connection, and nothing to merge: remove `shared`, or annotate the handler of a server with it");
        }
        (Some(_), None) => {
            if let Some(read) = &arguments.read {
                errors.at(read, "a shared handler is told what happens at all peers: write `impl Stream<Item = (Peer<ServerMessages>, Input<ClientMessages>)>` or `Inputs<ClientMessages, ServerMessages>`");
            }
        }
        (None, Some(_)) => {
            if let Some(read) = &arguments.read {
                errors.at(read, "these are the inputs of all peers, for one handler: add the key `shared`, as in `#[reactive_server(shared)]`; a handler for each connection takes `impl Stream<Item = ClientMessages>`");
            }
        }
        _ => {}
    }
    let peer = arguments
        .inputs
        .as_ref()
        .and_then(|inputs| inputs.peer.as_ref());
    if let Some(peer) = peer {
        errors.at(
            peer,
            "a shared handler has no one peer: each of its inputs comes with its own",
        );
    }
    let names = [
        keys.capacity.as_ref().map(|(name, _)| name),
        keys.channel.as_ref().map(|(name, _)| name),
        keys.processors.as_ref().map(|(name, _)| name),
    ];
    if keys.shared.is_none() {
        for name in names.into_iter().flatten() {
            errors.at(name, format!("`{name}` tells how the messages of all connections come to one handler: add the key `shared`"));
        }
    }
}

fn signature(handler: &Handler, errors: &Errors) {
    if let Safety::Unsafe(token) = &handler.sig.safety {
        errors.at(
            token,
            "a handler is called by the runtime, which promises nothing: remove `unsafe`",
        );
    }
    for param in &handler.sig.generics.params {
        if let GenericParam::Lifetime(param) = param {
            errors.at(param, "a handler outlives the call that starts it and borrows nothing: own or share the data (`Arc`), without lifetimes");
        }
    }
}

fn protocols(handler: &Handler, errors: &Errors) {
    let arguments = &handler.arguments;
    let unnamed = [&arguments.remote, &arguments.peer].into_iter().flatten();
    for ty in unnamed.filter(|ty| mentions(ty, |ident| ident == "impl")) {
        errors.at(
            ty,
            "a protocol is a type with a name, such as an enum with `#[derive(ReactiveProtocol)]`",
        );
    }
    if matches!(handler.local, Local::Unknown) {
        errors.at(
            &handler.sig.output,
            "the local protocol cannot be told from this type: add the argument `peer: Peer<ServerMessages>` or the key `local = ServerMessages`",
        );
    }
}

fn state(handler: &Handler, errors: &Errors) {
    for state in &handler.arguments.state {
        if let Type::Reference(reference) = &state.ty
            && reference
                .lifetime
                .as_ref()
                .is_none_or(|lifetime| lifetime.ident != "static")
        {
            errors.at(reference, "connections outlive the call that starts them, and share state without borrowing: take an `Arc<…>`");
        }
    }
}
