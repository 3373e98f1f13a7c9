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
    /// What a shared handler receives, which is the inputs of all peers.
    pub(crate) inputs: Option<Inputs>,
    /// The type of whatever is read, for what is to be said of it.
    pub(crate) read: Option<Type>,
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

/// `(Peer<S>, Input<C>)`, as far as its types are given.
pub(crate) struct Inputs {
    /// The `S`.
    pub(crate) local: Option<Type>,
    /// The `Peer<…>` that stands behind them, and must not.
    pub(crate) peer: Option<Type>,
}

/// A value that all connections share.
pub(crate) struct State {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

enum Kind<'a> {
    Messages(Option<&'a Type>),
    /// The `C` and the `S` of `Inputs<C, S>`.
    Inputs(Option<&'a Type>, Option<&'a Type>),
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
            inputs: None,
            read: None,
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
                Kind::Messages(_) | Kind::Inputs(..) if found => {
                    errors.at(
                        &argument.ty,
                        "a handler has one stream of messages, and this is its second one",
                    );
                }
                Kind::Inputs(remote, local) => {
                    (found, peer_is_next) = (true, true);
                    arguments.read = Some((*argument.ty).clone());
                    arguments.remote = remote.cloned();
                    arguments.inputs = Some(Inputs {
                        local: local.cloned(),
                        peer: None,
                    });
                    if remote.is_none() || local.is_none() {
                        errors.at(&argument.ty, "the inputs have no types: write `impl Stream<Item = (Peer<ServerMessages>, Input<ClientMessages>)>` or `Inputs<ClientMessages, ServerMessages>`");
                    }
                }
                Kind::Messages(messages) => {
                    (found, peer_is_next) = (true, true);
                    arguments.read = Some((*argument.ty).clone());
                    arguments.remote = messages.cloned();
                    if messages.is_none() {
                        errors.at(&argument.ty, "the messages have no type: write `impl Stream<Item = ClientMessages>` or `Incoming<ClientMessages>`");
                    }
                }
                Kind::Peer(..) if is_next && arguments.inputs.is_some() => {
                    if let Some(inputs) = &mut arguments.inputs {
                        inputs.peer = Some((*argument.ty).clone());
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
                let item = associated(ty.bounds.iter(), "Stream", "Item");
                let inputs = item.and_then(Self::of_pair);
                inputs.unwrap_or(Self::Messages(item))
            }
            Type::Path(ty) => match ty.path.segments.last() {
                Some(last) if last.ident == "Incoming" => {
                    Self::Messages(type_arguments(&ty.path).next())
                }
                Some(last) if last.ident == "Inputs" => {
                    let mut types = type_arguments(&ty.path);
                    Self::Inputs(types.next(), types.next())
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

    /// `(Peer<S>, Input<C>)`
    fn of_pair(item: &'a Type) -> Option<Self> {
        let pair = match item {
            Type::Group(ty) => return Self::of_pair(&ty.elem),
            Type::Paren(ty) => return Self::of_pair(&ty.elem),
            Type::Tuple(pair) => &pair.elems,
            _ => return None,
        };
        let (Some(peer), Some(Type::Path(input)), 2) = (pair.first(), pair.last(), pair.len())
        else {
            return None;
        };
        let is_input = input.path.segments.last()?.ident == "Input";
        match Self::of(peer) {
            Self::Peer(local, _) if is_input => {
                Some(Self::Inputs(type_arguments(&input.path).next(), local))
            }
            _ => None,
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
            (Kind::Messages(_) | Kind::Inputs(..), _) => return None,
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
