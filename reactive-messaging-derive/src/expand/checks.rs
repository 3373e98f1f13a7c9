//! What is checked of keys while compiling, in calls of the runtime.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Expr;

use super::runtime::{at, local};
use crate::model::{Config, Handler};

/// The value of `concurrency`, checked here and used by the handler. What depends on generic
/// parameters is checked where they are known: at the call, as a `const` block.
pub(super) fn concurrency(handler: &Handler) -> Option<TokenStream> {
    let (_, limit) = handler.keys.concurrency.as_ref()?;
    if handler.is_generic(&limit.to_token_stream()) {
        return None;
    }
    let limit = checked(limit, quote!(__rm::check_concurrency));
    Some(quote!(const __CONCURRENCY: usize = #limit;))
}

/// `check(value)`, so that what `check` says stands on the value.
fn checked(value: &Expr, check: TokenStream) -> TokenStream {
    let check = at(value, check);
    let mut argument = Group::new(Delimiter::Parenthesis, value.to_token_stream());
    let last = value.to_token_stream().into_iter().last();
    argument.set_span(last.map_or_else(Span::call_site, |token| token.span()));
    quote!(#check #argument)
}

/// The values of `capacity` and `processors`, checked here as far as they depend on no parameter.
pub(super) fn shared(handler: &Handler) -> Option<TokenStream> {
    handler.keys.shared.as_ref()?;
    let capacity = handler.keys.capacity.as_ref();
    let capacity = capacity.filter(|(_, value)| !handler.is_generic(&value.to_token_stream()));
    let capacity = capacity.map(|(_, value)| {
        let channel = channel(handler, value);
        let check = at(value, quote!(#channel::<__CAPACITY>::check()));
        quote!(const __CAPACITY: usize = #value; const _: () = #check;)
    });
    let processors = handler.keys.processors.as_ref();
    let processors = processors.filter(|(_, value)| !handler.is_generic(&value.to_token_stream()));
    let processors = processors.map(|(_, value)| {
        let check = checked(value, quote!(__rm::check_processors));
        quote!(const __PROCESSORS: usize = #check;)
    });
    Some(quote!(#capacity #processors))
}

/// The type of the queue, at `place` unless its name is given.
pub(super) fn channel(handler: &Handler, place: &impl ToTokens) -> TokenStream {
    match &handler.keys.channel {
        Some((_, name)) => at(name, quote!(__rm::channel::#name)),
        None => at(place, quote!(__rm::channel::Tokio)),
    }
}

/// Validates `value`, which `config` gives, while compiling. What depends on generic parameters is not known here: then
/// only the config's own fields are compared.
pub(super) fn config(handler: &Handler, config: &Config, value: TokenStream) -> TokenStream {
    let place = match config {
        Config::Const(value) => value.to_token_stream(),
        Config::Fields(key, _) => key.to_token_stream(),
    };
    let protocols = protocols(handler);
    at(&place, quote!(__rm::check_config::<#protocols>(&#value)))
}

/// The protocols of a handler and the wires on which they travel, as far as they depend on nothing.
pub(super) fn protocols(handler: &Handler) -> TokenStream {
    let key = handler.keys.wire.as_ref().map(ToTokens::to_token_stream);
    let known = |protocol: TokenStream| {
        let is_generic = [Some(&protocol), key.as_ref()]
            .into_iter()
            .flatten()
            .any(|tokens| handler.is_generic(tokens));
        let (protocol, key) = match is_generic {
            true => (quote!(__rm::NoMessages), None),
            false => (protocol, key.clone()),
        };
        let wire = key.unwrap_or_else(|| quote!(<#protocol as __rm::ReactiveProtocol>::Wire));
        (protocol, wire)
    };
    let (remote, inbound) = known(handler.arguments.remote.to_token_stream());
    let (local, outbound) = known(local(&handler.local));
    quote!(#remote, #local, #inbound, #outbound)
}
