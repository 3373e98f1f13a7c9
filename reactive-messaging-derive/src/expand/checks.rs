//! What is checked of keys while compiling, in calls of the runtime.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote};

use super::runtime::{at, local};
use crate::model::{Config, Handler};

/// The value of `concurrency`, checked here and used by the handler. What depends on generic
/// parameters is checked where they are known: at the call, as a `const` block.
pub(super) fn concurrency(handler: &Handler) -> Option<TokenStream> {
    let (_, limit) = handler.keys.concurrency.as_ref()?;
    if handler.is_generic(&limit.to_token_stream()) {
        return None;
    }
    let check = at(limit, quote!(__rm::check_concurrency));
    let mut value = Group::new(Delimiter::Parenthesis, limit.to_token_stream());
    let last = limit.to_token_stream().into_iter().last();
    value.set_span(last.map_or_else(Span::call_site, |token| token.span()));
    Some(quote!(const __CONCURRENCY: usize = #check #value;))
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
