//! What the types of users must be: fields of generic types, and what handlers take.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Field, Generics, Type, WherePredicate, parse_quote};

use super::runtime::at;
use crate::model::{Handler, Local, State, mentions};

/// Demands `bound` of every field whose type depends on a parameter: a generic type can do what its
/// fields can. Of other fields the compiler knows it.
pub(super) fn bounded<'a>(
    generics: &Generics,
    fields: impl Iterator<Item = &'a Field>,
    bound: &TokenStream,
) -> Generics {
    let is_param = |ident: &Ident| {
        generics.type_params().any(|param| param.ident == *ident)
            || generics.const_params().any(|param| param.ident == *ident)
    };
    let bounds: Vec<WherePredicate> = fields
        .filter(|field| mentions(&field.ty, is_param))
        .map(|field| {
            let ty = &field.ty;
            let bound = at(ty, quote!(#bound));
            parse_quote!(#ty: #bound)
        })
        .collect();
    let mut generics = generics.clone();
    if !bounds.is_empty() {
        generics.make_where_clause().predicates.extend(bounds);
    }
    generics
}

/// What messages, state and payload of a handler must be able to do. As bounds these are demanded
/// once, on the user's type, and taken for granted in the bodies.
pub(super) fn bounds(handler: &Handler) -> impl Iterator<Item = WherePredicate> {
    let arguments = &handler.arguments;
    let remote = arguments
        .remote
        .iter()
        .map(|ty| (ty, quote!(__rm::ReactiveProtocol)));
    let local = match &handler.local {
        Local::Named(ty) => Some((ty, quote!(__rm::ReactiveProtocol))),
        Local::OfItem(ty) => Some((ty, quote!(__rm::LocalOfItem))),
        Local::OfOutcome(ty) => Some((ty, quote!(__rm::LocalOfOutcome))),
        Local::Nothing | Local::Unknown => None,
    };
    let state = named(&arguments.state).map(|ty| (ty, quote!(__rm::State)));
    let payload = named(&arguments.payload).map(|ty| (ty, quote!(__rm::Payload)));
    remote
        .chain(local)
        .chain(state)
        .chain(payload)
        .map(|(ty, bound)| {
            let bound = at(ty, bound);
            parse_quote!(#ty: #bound)
        })
}

/// The types of arguments that have a name.
fn named(arguments: &[State]) -> impl Iterator<Item = &Type> {
    arguments
        .iter()
        .map(|argument| &argument.ty)
        .filter(|ty| !matches!(ty, Type::ImplTrait(_)))
}
