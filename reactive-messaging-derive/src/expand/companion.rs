//! The companion type of a handler fn, which starts it.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Generics, Type, WherePredicate, parse_quote};

use super::{
    erase::erase,
    runtime::{at, import, local},
};
use crate::model::{Config, Handler, Local, OnError, Role, State};

pub(crate) fn expand(item: &TokenStream, handler: &Handler) -> TokenStream {
    let Handler { cfgs, vis, sig, .. } = handler;
    let words = Words::of(handler);
    let about = format!(" Starts [`{}()`] as a {}.", sig.ident, words.role);
    let takes_state = takes_state(handler, &words);
    let companion = handler.companion();
    let config = config(handler, &words);
    let with = with(handler, &words);
    let start = start(handler, &words);
    let concurrency = concurrency(handler);
    let check_config = check_config(handler);
    let import = import(&handler.keys.krate);
    quote! {
        #item

        #(#cfgs)*
        #[doc = #about]
        #takes_state
        #[allow(dead_code, non_camel_case_types)]
        #vis struct #companion {}

        #(#cfgs)*
        const _: () = {
            #import
            #concurrency

            #[allow(clippy::all, dead_code, deprecated, private_bounds, private_interfaces)]
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

/// What differs between servers and clients.
struct Words {
    role: &'static str,
    setup: Ident,
    start: Ident,
    starting: Ident,
    default_config: Ident,
    start_doc: &'static str,
}

impl Words {
    fn of(handler: &Handler) -> Self {
        let word = |word| Ident::new(word, handler.sig.ident.span());
        match handler.role {
            Role::Server => Self {
                role: "server",
                setup: word("ServerSetup"),
                start: word("bind"),
                starting: word("Bind"),
                default_config: word("default"),
                start_doc: " Listens at `address` and serves whoever connects.",
            },
            Role::Client => Self {
                role: "client",
                setup: word("ClientSetup"),
                start: word("connect"),
                starting: word("Connect"),
                default_config: word("client"),
                start_doc: " Connects to the server at `address`.",
            },
        }
    }
}

/// `const CONFIG`
fn config(handler: &Handler, words: &Words) -> Option<TokenStream> {
    let vis = &handler.vis;
    let value = match handler.keys.config.as_ref()? {
        Config::Const(value) => value.to_token_stream(),
        Config::Fields(_, fields) => {
            let default = &words.default_config;
            let fields = fields.iter().map(|(field, value)| quote!(#field: #value));
            quote!(__rm::ConstConfig { #(#fields,)* ..__rm::ConstConfig::#default() })
        }
    };
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
    let config = handler
        .keys
        .config
        .as_ref()
        .map(|_| quote!(.config(Self::CONFIG)));
    let wire = handler.keys.wire.as_ref().map(|wire| {
        let default = quote!(__rm::Default::default());
        quote!(.wire::<#wire>(#default))
    });
    let on_error = handler.keys.on_error.map(|on_error| {
        let on_error = match on_error {
            OnError::Reply => quote!(Reply),
            OnError::Close => quote!(Close),
            OnError::Ignore => quote!(Ignore),
        };
        quote!(.on_error(__rm::OnError::#on_error))
    });
    quote!(#config #wire #on_error)
}

/// The generics of the fn, with what its messages and its state must be able to do. As bounds these
/// are demanded once, on the user's type, and taken for granted in the bodies.
fn bounded(handler: &Handler) -> Generics {
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
    let named = arguments
        .state
        .iter()
        .map(|state| &state.ty)
        .filter(|ty| !matches!(ty, Type::ImplTrait(_)));
    let state = named.map(|ty| (ty, quote!(__rm::State)));
    let bounds = remote
        .chain(local)
        .chain(state)
        .map(|(ty, bound)| -> WherePredicate {
            let bound = at(ty, bound);
            parse_quote!(#ty: #bound)
        });
    let mut generics = handler.sig.generics.clone();
    generics.make_where_clause().predicates.extend(bounds);
    generics
}

/// The value of `concurrency`, checked here and used by the handler. What depends on generic
/// parameters is checked where they are known: at the call, as a `const` block.
fn concurrency(handler: &Handler) -> Option<TokenStream> {
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

/// Validates the config while compiling. What depends on generic parameters is not known here: then
/// only the config's own fields are compared.
fn check_config(handler: &Handler) -> Option<TokenStream> {
    let companion = handler.companion();
    let place = match handler.keys.config.as_ref()? {
        Config::Const(value) => value.to_token_stream(),
        Config::Fields(key, _) => key.to_token_stream(),
    };
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
    let check = quote!(
        __rm::check_config::<#remote, #local, #inbound, #outbound>(&#companion::CONFIG)
    );
    let check = at(&place, check);
    Some(quote!(const _: () = #check;))
}
