//! The closure that calls the handler fn, erased by the runtime.
//!
//! Errors about an inferred type stand on its `_`: what the fn returns is reported on its return
//! type, `concurrency` on its key, and what cannot be sent between threads on the name of the fn.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{ReturnType, spanned::Spanned};

use super::runtime::local;
use crate::model::{Handler, State};

/// `handler::<C, S, _, _, _, _>(move |messages, peer| …)`
pub(super) fn erase(handler: &Handler) -> TokenStream {
    let name = handler.sig.ident.span();
    let returned = match &handler.sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => name,
    };
    let remote = &handler.arguments.remote;
    let local = local(&handler.local);
    let outcome = quote_spanned!(returned=> _);
    let messages = Ident::new("messages", Span::mixed_site());
    let peer = Ident::new("peer", Span::mixed_site());
    let pattern = match handler.arguments.peer {
        Some(_) => quote!(#peer),
        None => quote!(_),
    };
    let call = concurrent(handler, call(handler, &messages, &peer));
    quote_spanned! {name=>
        __rm::handler::<#remote, #local, _, #outcome, _, _>(
            move |#messages: __rm::Incoming<#remote>, #pattern: __rm::Peer<#local>| #call
        )
    }
}

/// `greeter(messages, peer, state…)`
fn call(handler: &Handler, messages: &Ident, peer: &Ident) -> TokenStream {
    let name = &handler.sig.ident;
    let (_, generics, _) = handler.sig.generics.split_for_impl();
    let generics = generics.as_turbofish();
    let peer = handler.arguments.peer.as_ref().map(|_| quote!(#peer,));
    let state = handler
        .arguments
        .state
        .iter()
        .map(|State { name, .. }| quote!(__rm::Clone::clone(&#name)));
    quote_spanned!(name.span()=> #name #generics(#messages, #peer #(#state),*))
}

/// `concurrency` and `unordered`
fn concurrent(handler: &Handler, call: TokenStream) -> TokenStream {
    let Some((key, limit)) = &handler.keys.concurrency else {
        return call;
    };
    let run = match handler.keys.unordered {
        Some(_) => quote_spanned!(key.span()=> unordered),
        None => quote_spanned!(key.span()=> ordered),
    };
    let limit = match handler.is_generic(&limit.to_token_stream()) {
        true => quote_spanned!(key.span()=> const { __rm::check_concurrency(#limit) }),
        false => quote_spanned!(key.span()=> __CONCURRENCY),
    };
    quote_spanned!(key.span()=> __rm::#run::<_, _>(#limit, #call))
}
