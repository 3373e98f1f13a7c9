//! `__rm`, the name of the runtime within expansions, and the places where tokens stand.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Path, PathSegment, Type};

use crate::model::Local;

/// Makes the runtime known as `__rm`, to the rest of a `const _`.
pub(super) fn import(krate: &Path) -> TokenStream {
    quote!(use #krate::__private as __rm;)
}

/// The same within a module, from where a path that begins with `self` or `super` goes one up.
pub(super) fn import_in_module(krate: &Path) -> TokenStream {
    let mut krate = krate.clone();
    let first = krate.segments.first().map(|first| first.ident.clone());
    match first {
        Some(first) if first == "self" => {
            if let Some(segment) = krate.segments.first_mut() {
                segment.ident = Ident::new("super", first.span());
            }
        }
        Some(first) if first == "super" => {
            krate.segments.insert(0, PathSegment::from(first));
        }
        _ => {}
    }
    import(&krate)
}

/// The same names, in another place: what the compiler says of them underlines all of `place`.
pub(super) fn at(place: &impl ToTokens, tokens: TokenStream) -> TokenStream {
    let mut spans = place
        .to_token_stream()
        .into_iter()
        .map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    let last = spans.last().unwrap_or(first);
    let places = std::iter::once(first).chain(std::iter::repeat(last));
    tokens
        .into_iter()
        .zip(places)
        .map(|(token, place)| moved(token, place))
        .collect()
}

fn moved(mut token: TokenTree, place: Span) -> TokenTree {
    if let TokenTree::Group(group) = &token {
        let content = group
            .stream()
            .into_iter()
            .map(|token| moved(token, place))
            .collect();
        token = Group::new(group.delimiter(), content).into();
    }
    token.set_span(place);
    token
}

/// The type of the local protocol.
pub(super) fn local(local: &Local) -> TokenStream {
    match local {
        Local::Named(ty) => ty.to_token_stream(),
        Local::OfItem(ty) => projection(ty, quote!(__rm::LocalOfItem)),
        Local::OfOutcome(ty) => projection(ty, quote!(__rm::LocalOfOutcome)),
        Local::Nothing | Local::Unknown => quote!(__rm::NoMessages),
    }
}

fn projection(ty: &Type, of: TokenStream) -> TokenStream {
    at(ty, quote!(<#ty as #of>::Local))
}
