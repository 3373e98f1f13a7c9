//! The companion type of a handler fn, which starts it.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Generics, Type};

use super::{
    bounds::bounds,
    checks,
    erase::erase,
    options::{config_value, on_error, wire},
    runtime::{import, local},
    words::Words,
};
use crate::model::{Handler, State};

pub(crate) fn expand(item: &TokenStream, handler: &Handler) -> TokenStream {
    let Handler { cfgs, vis, sig, .. } = handler;
    let words = Words::of(handler.role, handler.sig.ident.span());
    let about = format!(" Starts [`{}()`] as a {}.", sig.ident, words.role);
    let takes_state = takes_state(handler, &words);
    let companion = handler.companion();
    let config = config(handler, &words);
    let with = with(handler, &words);
    let start = start(handler, &words);
    let concurrency = checks::concurrency(handler);
    let shared = checks::shared(handler);
    let check_config = check_config(handler);
    let import = import(&handler.keys.krate);
    quote! {
        #item

        #(#cfgs)*
        #[doc = #about]
        #takes_state
        #[allow(dead_code, missing_debug_implementations, non_camel_case_types)]
        #vis struct #companion {}

        #(#cfgs)*
        const _: () = {
            #import
            #concurrency
            #shared

            #[allow(clippy::all, clippy::pedantic, dead_code, deprecated, private_bounds, private_interfaces)]
            impl #companion {
                #config
                #with
                #start
            }
            #check_config
        };
    }
}

/// Why there is no `bind` or `connect`, and what there is.
fn takes_state(handler: &Handler, words: &Words) -> Option<TokenStream> {
    let state = &handler.arguments.state;
    if state.is_empty() {
        return None;
    }
    let names: Vec<_> = state.iter().map(|state| state.name.to_string()).collect();
    let how = format!(
        " It takes state: start it by `{}::with({}).{}(address)`.",
        handler.companion(),
        names.join(", "),
        words.start
    );
    Some(quote!(#[doc = ""] #[doc = #how]))
}

/// `const CONFIG`
fn config(handler: &Handler, words: &Words) -> Option<TokenStream> {
    let vis = &handler.vis;
    let value = config_value(handler.keys.config.as_ref()?, words);
    Some(quote! {
        /// The limits and timeouts, unless `.config(…)` sets others.
        #vis const CONFIG: __rm::ConstConfig = #value;
    })
}

/// `fn with`
fn with(handler: &Handler, words: &Words) -> TokenStream {
    let vis = &handler.vis;
    let setup = &words.setup;
    let state = handler
        .arguments
        .state
        .iter()
        .map(|State { name, ty }| match ty {
            Type::ImplTrait(ty) => quote!(#name: #ty + __rm::State),
            ty => quote!(#name: #ty),
        });
    let generics = bounded(handler);
    let (params, _, where_clause) = generics.split_for_impl();
    let erased = erase(handler);
    let erased_type = erased_type(handler);
    let options = options(handler);
    let place = handler.sig.ident.span();
    let doc = match handler.arguments.state.is_empty() {
        true => " Sets it up, for options that come before the address.",
        false => " Sets it up with the state that all connections share.",
    };
    quote_spanned! {place=>
        #[doc = #doc]
        #vis fn with #params(#(#state),*) -> __rm::#setup<#erased_type> #where_clause {
            __rm::#setup::new(#erased)#options
        }
    }
}

/// `fn bind` or `fn connect`, for handlers without state
fn start(handler: &Handler, words: &Words) -> Option<TokenStream> {
    if !handler.arguments.state.is_empty() {
        return None;
    }
    let vis = &handler.vis;
    let Words {
        start,
        starting,
        start_doc,
        ..
    } = words;
    let generics = bounded(handler);
    let (params, arguments, where_clause) = generics.split_for_impl();
    let turbofish = arguments.as_turbofish();
    let erased_type = erased_type(handler);
    let place = handler.sig.ident.span();
    Some(quote_spanned! {place=>
        #[doc = #start_doc]
        #vis fn #start #params(address: impl __rm::ToAddress) -> __rm::#starting<#erased_type> #where_clause {
            Self::with #turbofish().#start(address)
        }
    })
}

/// All that is known of the type of an erased handler.
fn erased_type(handler: &Handler) -> TokenStream {
    let place = handler.sig.ident.span();
    let remote = &handler.arguments.remote;
    let local = local(&handler.local);
    quote_spanned!(place=> impl __rm::Handler<Remote = #remote, Local = #local>)
}

/// `.config(…).wire(…).on_error(…)`, as far as their keys are given
fn options(handler: &Handler) -> TokenStream {
    let keys = &handler.keys;
    let config = keys.config.as_ref().map(|_| quote!(.config(Self::CONFIG)));
    let wire = wire(keys);
    let on_error = on_error(keys);
    quote!(#config #wire #on_error)
}

/// The generics of the fn, with what its messages and its state must be able to do. As bounds these
/// are demanded once, on the user's type, and taken for granted in the bodies.
fn bounded(handler: &Handler) -> Generics {
    let mut generics = handler.sig.generics.clone();
    generics
        .make_where_clause()
        .predicates
        .extend(bounds(handler));
    generics
}

/// Validates the config while compiling.
fn check_config(handler: &Handler) -> Option<TokenStream> {
    let companion = handler.companion();
    let config = handler.keys.config.as_ref()?;
    let check = checks::config(handler, config, quote!(#companion::CONFIG));
    Some(quote!(const _: () = #check;))
}
