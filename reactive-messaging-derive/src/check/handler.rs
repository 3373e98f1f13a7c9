//! Checks of `#[reactive_server]` and `#[reactive_client]`.

use syn::{GenericParam, Safety, Type};

use crate::{
    errors::Errors,
    model::{Handler, Local, mentions},
};

pub(crate) fn handler(handler: &Handler, errors: &Errors) {
    keys(handler, errors);
    signature(handler, errors);
    protocols(handler, errors);
    state(handler, errors);
}

fn keys(handler: &Handler, errors: &Errors) {
    let keys = &handler.keys;
    if let (Some(unordered), None) = (&keys.unordered, &keys.concurrency) {
        errors.at(unordered, "`unordered` tells how concurrent futures are sent: add `concurrency = 16`, or any other number");
    }
    if let (Some(local), Some(_)) = (&keys.local, &handler.arguments.peer) {
        errors.at(
            local,
            "`Peer<…>` names the local protocol already: remove `local`",
        );
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
