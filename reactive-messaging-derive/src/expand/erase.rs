//! The closure that calls the handler fn, erased by the runtime.
//!
//! Errors about an inferred type stand on its `_`: what the fn returns is reported on its return
//! type, `concurrency` on its key, and what cannot be sent between threads on the name of the fn.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{ReturnType, spanned::Spanned};

use super::{checks, runtime::local, transitions::payload};
use crate::model::{Handler, Stage, State};

/// `handler::<C, S, _, _, _, _>(move |messages, peer| …)`
pub(super) fn erase(handler: &Handler) -> TokenStream {
    if handler.keys.shared.is_some() {
        return erase_shared(handler);
    }
    let name = handler.sig.ident.span();
    let remote = &handler.arguments.remote;
    let local = local(&handler.local);
    let outcome = outcome(handler);
    let (messages, peer) = (messages(), peer());
    let pattern = match handler.arguments.peer {
        Some(_) => quote!(#peer),
        None => quote!(_),
    };
    let given = handler.arguments.peer.as_ref().map(|_| quote!(#peer));
    let call = call(handler, &[], &messages, given, clones(handler));
    let call = concurrent(handler, call);
    quote_spanned! {name=>
        __rm::handler::<#remote, #local, _, #outcome, _, _>(
            move |#messages: __rm::Incoming<#remote>, #pattern: __rm::Peer<#local>| #call
        )
    }
}

/// `shared::<C, S, _, _, _, _>(move |inputs| …).channel::<…>().processors(…)`
fn erase_shared(handler: &Handler) -> TokenStream {
    let name = handler.sig.ident.span();
    let remote = &handler.arguments.remote;
    let local = local(&handler.local);
    let outcome = outcome(handler);
    let inputs = Ident::new("inputs", Span::mixed_site());
    let call = call(handler, &[], &inputs, None, clones(handler));
    let call = concurrent(handler, call);
    let channel = channel(handler);
    let processors = handler.keys.processors.as_ref().map(|(key, value)| {
        match handler.is_generic(&value.to_token_stream()) {
            true => {
                quote_spanned!(key.span()=> .processors(const { __rm::check_processors(#value) }))
            }
            false => quote_spanned!(key.span()=> .processors(__PROCESSORS)),
        }
    });
    quote_spanned! {name=>
        __rm::shared::<#remote, #local, _, #outcome, _, _>(
            move |#inputs: __rm::Inputs<#remote, #local>| #call
        )#channel #processors
    }
}

/// `.channel::<Tokio<…>>()`, if a key tells the queue
fn channel(handler: &Handler) -> Option<TokenStream> {
    let keys = &handler.keys;
    let place = match (&keys.channel, &keys.capacity) {
        (Some((_, name)), _) => name.span(),
        (None, Some((key, _))) => key.span(),
        (None, None) => return None,
    };
    let capacity = match &keys.capacity {
        Some((_, value)) if handler.is_generic(&value.to_token_stream()) => quote!({ #value }),
        Some(_) => quote_spanned!(place=> __CAPACITY),
        None => quote_spanned!(place=> 1024),
    };
    let channel = checks::channel(handler, &Ident::new("channel", place));
    Some(quote_spanned!(place=> .channel::<#channel::<#capacity>>()))
}

/// `stage::<_, _, C, S, N, _, _, _, _>(stage, &options, move |messages, peer| …)`
pub(super) fn erase_stage(stage: &Stage, running: &Ident, options: &Ident) -> TokenStream {
    let Stage {
        handler, leaving, ..
    } = stage;
    let name = handler.sig.ident.span();
    let remote = &handler.arguments.remote;
    let local = local(&handler.local);
    let outcome = outcome(handler);
    let (messages, peer) = (messages(), peer());
    let (pattern, given) = match (&handler.arguments.peer, &handler.arguments.successor) {
        (None, _) => (quote!(_), None),
        // the peer of another stage is an error on what tells the stage
        (Some(_), Some(successor)) => {
            let mut given = peer.clone();
            given.set_span(peer.span().located_at(successor.span()));
            (quote!(#peer), Some(given.to_token_stream()))
        }
        (Some(_), None) => (quote!(#peer), Some(quote!(__rm::Peer::plain(&#peer)))),
    };
    let state = handler.arguments.state.iter().map(|state| &state.name);
    let cloned = state.clone().zip(clones(handler));
    let cloned = cloned.map(|(name, clone)| quote!(let #name = #clone;));
    let call = call(handler, &payload(stage), &messages, given, state);
    let call = concurrent(handler, call);
    quote_spanned! {name=>
        #(#cloned)*
        __rm::stage::<_, _, #remote, #local, #leaving, _, #outcome, _, _>(
            #running,
            &#options,
            move |#messages: __rm::Incoming<#remote>, #pattern: __rm::Peer<#local, #leaving>| #call
        )
    }
}

fn messages() -> Ident {
    Ident::new("messages", Span::mixed_site())
}

fn peer() -> Ident {
    Ident::new("peer", Span::mixed_site())
}

/// The type of what the fn returns, inferred.
fn outcome(handler: &Handler) -> TokenStream {
    let returned = match &handler.sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => handler.sig.ident.span(),
    };
    quote_spanned!(returned=> _)
}

/// Each connection gets its own.
fn clones(handler: &Handler) -> impl Iterator<Item = TokenStream> {
    let state = handler.arguments.state.iter();
    state.map(|State { name, .. }| quote!(__rm::Clone::clone(&#name)))
}

/// `greeter(payload…, messages, peer, state…)`
fn call(
    handler: &Handler,
    payload: &[Ident],
    messages: &Ident,
    peer: Option<TokenStream>,
    state: impl Iterator<Item = impl ToTokens>,
) -> TokenStream {
    let name = &handler.sig.ident;
    let (_, generics, _) = handler.sig.generics.split_for_impl();
    let generics = generics.as_turbofish();
    let peer = peer.map(|peer| quote!(#peer,));
    quote_spanned!(name.span()=> #name #generics(#(#payload,)* #messages, #peer #(#state),*))
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
