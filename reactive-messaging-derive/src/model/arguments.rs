//! The arguments of a handler fn, recognised by the names of their types.

use std::iter;

use proc_macro2::Span;
use syn::{
    FnArg, GenericArgument, Ident, Pat, PatType, Path, PathArguments, Signature, Type,
    TypeParamBound, ext::IdentExt, spanned::Spanned,
};

use crate::errors::Errors;

/// `messages`, `peer` and state, in this order; in front of them, what a stage is handed.
pub(crate) struct Arguments {
    /// What a stage is handed by the one before it.
    pub(crate) payload: Vec<State>,
    /// The messages that the handler receives.
    pub(crate) remote: Option<Type>,
    /// The `L` of a `Peer<L>`.
    pub(crate) peer: Option<Type>,
    /// The `N` of a `Peer<L, N>`.
    pub(crate) successor: Option<Type>,
    pub(crate) state: Vec<State>,
}

/// Where a handler stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// By itself: it takes nothing before its messages.
    Alone,
    /// In a composite.
    Stage,
}

/// A value that all connections share.
pub(crate) struct State {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

enum Kind<'a> {
    Messages(Option<&'a Type>),
    /// The `L` and the `N` of `Peer<L, N>`.
    Peer(Option<&'a Type>, Option<&'a Type>),
    State,
}

impl Arguments {
    pub(crate) fn read(sig: &Signature, place: Place, errors: &Errors) -> Self {
        let mut arguments = Self {
            payload: Vec::new(),
            remote: None,
            peer: None,
            successor: None,
            state: Vec::new(),
        };
        if let Some((messages, peer)) = unrecognised(sig) {
            errors.at(messages, "not recognised as the stream of messages: write `impl Stream<Item = M>` or `Incoming<M>`; aliases of `Incoming` cannot be seen");
            arguments.peer = peer.cloned();
            return arguments;
        }
        let mut early = Vec::new();
        let mut found = false;
        let mut peer_is_next = false;
        for argument in &sig.inputs {
            let argument = match argument {
                FnArg::Typed(argument) => argument,
                FnArg::Receiver(receiver) => {
                    errors.at(receiver, "a handler takes no `self`: make it a free fn, and what `self` holds an argument after `messages`");
                    continue;
                }
            };
            let is_next = std::mem::take(&mut peer_is_next);
            match Kind::of(&argument.ty) {
                Kind::Messages(_) if found => {
                    errors.at(
                        &argument.ty,
                        "a handler has one stream of messages, and this is its second one",
                    );
                }
                Kind::Messages(messages) => {
                    (found, peer_is_next) = (true, true);
                    arguments.remote = messages.cloned();
                    if messages.is_none() {
                        errors.at(&argument.ty, "the messages have no type: write `impl Stream<Item = ClientMessages>` or `Incoming<ClientMessages>`");
                    }
                }
                Kind::Peer(peer, successor) if is_next => {
                    if let Type::Reference(borrowed) = &*argument.ty {
                        errors.at(borrowed, "take `Peer<…>` by value: it is cheap to clone");
                    }
                    arguments.peer = peer.cloned();
                    arguments.successor = successor.cloned();
                    if peer.is_none() {
                        errors.at(
                            &argument.ty,
                            "the local messages have no type: write `Peer<ServerMessages>`",
                        );
                    }
                }
                Kind::Peer(..) => errors.at(
                    &argument.ty,
                    "the peer goes right behind the stream of messages",
                ),
                Kind::State if found => arguments
                    .state
                    .push(State::read(argument, &arguments.state)),
                Kind::State if place == Place::Stage => arguments
                    .payload
                    .push(State::read(argument, &arguments.payload)),
                Kind::State => early.push(&*argument.ty),
            }
        }
        arguments.order(sig, found, &early, errors);
        arguments
    }

    fn order(&self, sig: &Signature, found: bool, early: &[&Type], errors: &Errors) {
        let has_self = sig
            .inputs
            .iter()
            .any(|argument| matches!(argument, FnArg::Receiver(_)));
        match early {
            _ if !found && has_self => {} // the one mistake that matters was reported
            _ if !found => errors.push(syn::Error::new(
                sig.paren_token.span.join(),
                "a handler needs the stream of messages as its first argument: write `messages: impl Stream<Item = ClientMessages>`",
            )),
            [] => {}
            early => early.iter().for_each(|ty| {
                errors.at(ty, "state goes behind the stream of messages; only stages of a composite take something before it");
            }),
        }
    }
}

impl State {
    /// Names it as the user did, if that is a name: it shows in the docs of `with`.
    fn read(argument: &PatType, earlier: &[State]) -> Self {
        let wanted = match &*argument.pat {
            Pat::Ident(pattern) => pattern.ident.unraw().to_string(),
            _ => String::new(),
        };
        let wanted = wanted.trim_start_matches('_');
        let own = parse(wanted).or_else(|| parse(&format!("r#{wanted}")));
        let generated = iter::once("state".to_owned()).chain((2..).map(|n| format!("state_{n}")));
        let taken = |name: &Ident| {
            name == "messages" || name == "peer" || earlier.iter().any(|state| state.name == *name)
        };
        let mut name = own
            .into_iter()
            .chain(generated.filter_map(|name| parse(&name)))
            .find(|name| !taken(name))
            .unwrap_or_else(|| Ident::new("state", Span::mixed_site()));
        // a scope of its own: the name never meets the user's
        name.set_span(argument.pat.span().resolved_at(Span::mixed_site()));
        Self {
            name,
            ty: (*argument.ty).clone(),
        }
    }
}

fn parse(name: &str) -> Option<Ident> {
    syn::parse_str(name).ok()
}

impl<'a> Kind<'a> {
    fn of(ty: &'a Type) -> Self {
        match ty {
            Type::Group(ty) => Self::of(&ty.elem),
            Type::Paren(ty) => Self::of(&ty.elem),
            Type::Reference(ty) => match Self::of(&ty.elem) {
                Self::Peer(peer, next) => Self::Peer(peer, next), // by value it has to be, which `read` says
                _ => Self::State,
            },
            Type::ImplTrait(ty)
                if ty
                    .bounds
                    .iter()
                    .any(|bound| bound_named(bound, "Stream").is_some()) =>
            {
                Self::Messages(associated(ty.bounds.iter(), "Stream", "Item"))
            }
            Type::Path(ty) => match ty.path.segments.last() {
                Some(last) if last.ident == "Incoming" => {
                    Self::Messages(type_arguments(&ty.path).next())
                }
                Some(last) if last.ident == "Peer" => {
                    let mut types = type_arguments(&ty.path);
                    Self::Peer(types.next(), types.next())
                }
                _ => Self::State,
            },
            _ => Self::State,
        }
    }
}

/// What stands before a `Peer<…>` where no argument is seen to be the stream of messages, and the
/// argument of that `Peer`.
fn unrecognised(sig: &Signature) -> Option<(&Type, Option<&Type>)> {
    let mut found = None;
    let mut last: Option<&Type> = None;
    for argument in &sig.inputs {
        let FnArg::Typed(argument) = argument else {
            return None; // `self`, which is the mistake to talk of
        };
        match (Kind::of(&argument.ty), last) {
            (Kind::Messages(_), _) => return None,
            (Kind::Peer(peer, _), Some(before @ Type::Path(_))) => {
                found = found.or(Some((before, peer)));
                last = None;
            }
            (Kind::Peer(..), _) => last = None,
            (Kind::State, _) => last = Some(&*argument.ty),
        }
    }
    found
}

/// The types in the last `<…>` of a path.
pub(super) fn type_arguments(path: &Path) -> impl Iterator<Item = &Type> {
    let arguments = path.segments.last().and_then(|last| match &last.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    });
    arguments
        .into_iter()
        .flatten()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
}

/// `T` of `impl Trait<name = T>`.
pub(super) fn associated<'a>(
    bounds: impl Iterator<Item = &'a TypeParamBound>,
    of: &str,
    name: &str,
) -> Option<&'a Type> {
    let last = bounds
        .filter_map(|bound| bound_named(bound, of))
        .next()?
        .segments
        .last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == name => Some(&assoc.ty),
        _ => None,
    })
}

/// The path of a bound whose trait has this name.
pub(super) fn bound_named<'a>(bound: &'a TypeParamBound, name: &str) -> Option<&'a Path> {
    match bound {
        TypeParamBound::Trait(bound) if bound.path.segments.last()?.ident == name => {
            Some(&bound.path)
        }
        _ => None,
    }
}
