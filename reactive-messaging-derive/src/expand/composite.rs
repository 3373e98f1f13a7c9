//! What stands beside the stages of a module: their types, their events, and what starts them.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Attribute, Type, WherePredicate, ext::IdentExt};

use super::{
    bounds::bounds,
    checks,
    erase::erase_stage,
    options::{config_value, on_error, wire},
    runtime::{import_in_module, local},
    transitions::{impls, pattern, state_impls, types},
    words::Words,
};
use crate::model::{Composite, CompositeMod, Config, Stage, State};

pub(crate) fn expand(module: &CompositeMod, composite: &Composite) -> TokenStream {
    let words = Words::of(composite.role, composite.ident.span());
    let import = import_in_module(&composite.keys.krate);
    let types = types(composite);
    let state_impls = state_impls(composite);
    let event = event(composite);
    let impls = composite.stages.iter().map(|stage| impls(composite, stage));
    let config = config(composite, &words);
    let with = with(composite, &words);
    let start = start(composite, &words);
    let checks = composite
        .stages
        .iter()
        .filter_map(|stage| check_config(composite, stage, &words));
    module.with(quote! {
        #import
        #types
        #state_impls
        #event
        #(#impls)*
        #config
        #with
        #start
        #(#checks)*
    })
}

impl CompositeMod {
    /// The module, with `more` behind what the user wrote.
    pub(crate) fn with(&self, more: TokenStream) -> TokenStream {
        let Self {
            attrs,
            vis,
            ident,
            items,
            ..
        } = self;
        quote!(#(#attrs)* #vis mod #ident { #items #more })
    }
}

/// What is told of the stages.
fn event(composite: &Composite) -> TokenStream {
    let variants = composite.stages.iter().map(|stage| {
        let Stage { name, handler, .. } = stage;
        let cfgs = &handler.cfgs;
        let about = format!(" Of the stage `{name}`.");
        let local = local(&handler.local);
        quote!(#(#cfgs)* #[doc = #about] #name(__rm::ProtocolEvent<#local>))
    });
    quote! {
        /// What is told of the stages of a connection, and of the service.
        #[derive(__rm::Debug, __rm::Clone)]
        #[allow(dead_code, missing_debug_implementations, private_interfaces, unreachable_pub)]
        pub enum Event {
            #(#variants,)*
            /// The service is over: all its dialogs are.
            LocalServiceTermination,
        }

        impl __rm::From<__rm::LocalServiceTermination> for Event {
            fn from(_: __rm::LocalServiceTermination) -> Self {
                Self::LocalServiceTermination
            }
        }
    }
}

/// The configuration of all stages: under a name of the macro's own, since users have theirs in scope,
/// and as `CONFIG` where it stands nowhere else.
fn config(composite: &Composite, words: &Words) -> Option<TokenStream> {
    let config = composite.keys.config.as_ref()?;
    let value = config_value(config, words);
    let named = matches!(config, Config::Fields(..)).then(|| {
        quote! {
            /// The limits and timeouts of stages that have none of their own, unless `.config(…)` sets
            /// others.
            #[allow(unreachable_pub)]
            pub const CONFIG: __rm::ConstConfig = __CONFIG;
        }
    });
    Some(quote! {
        const __CONFIG: __rm::ConstConfig = #value;
        #named
    })
}

/// `fn with`
fn with(composite: &Composite, words: &Words) -> TokenStream {
    let setup = &words.setup;
    let state = shared(composite).map(|(cfg, State { name, ty })| match ty {
        Type::ImplTrait(ty) => quote!(#cfg #name: #ty + __rm::State),
        ty => quote!(#cfg #name: #ty),
    });
    let bounds = all_bounds(composite);
    let doc = match shared(composite).next() {
        None => " Sets it up, for options that come before the address.",
        Some(_) => " Sets it up with the state that all connections share.",
    };
    let initial = composite.stages.first().map(|stage| &stage.name);
    let options = composite.stages.iter().map(options);
    let arms = composite.stages.iter().map(arm);
    let checks = composite
        .stages
        .iter()
        .filter(|stage| stage.handler.keys.config.is_none())
        .map(|stage| {
            let cfgs = &stage.handler.cfgs;
            let protocols = checks::protocols(&stage.handler);
            quote!(#(#cfgs)* (__rm::check_stage::<#protocols> as __rm::StageCheck))
        });
    let of_service = composite
        .keys
        .config
        .as_ref()
        .map(|_| quote!(.config(__CONFIG)));
    let on_error = on_error(&composite.keys);
    let current = Ident::new("current", Span::mixed_site());
    let stage = stage_ident();
    let place = composite.ident.span();
    quote_spanned! {place=>
        #[doc = #doc]
        #[allow(clippy::all, clippy::pedantic, dead_code, deprecated, private_bounds, private_interfaces, unreachable_pub)]
        pub fn with(#(#state),*) -> __rm::#setup<impl __rm::Serves<Local = __rm::NoMessages, Event = Event>>
        where #(#bounds),*
        {
            #(#options)*
            __rm::#setup::new(__rm::composite::<State, Event>(
                || State::#initial,
                move |#current, #stage| match #current { #(#arms)* },
                __rm::Vec::from([#(#checks),*]),
            ))#of_service #on_error
        }
    }
}

/// `fn bind` or `fn connect`, for composites without shared state
fn start(composite: &Composite, words: &Words) -> Option<TokenStream> {
    if shared(composite).next().is_some() {
        return None;
    }
    let Words {
        start,
        starting,
        start_doc,
        ..
    } = words;
    let place = composite.ident.span();
    let bounds = all_bounds(composite);
    Some(quote_spanned! {place=>
        #[doc = #start_doc]
        #[allow(clippy::pedantic, dead_code, private_bounds, private_interfaces, unreachable_pub)]
        pub fn #start(address: impl __rm::ToAddress) -> __rm::#starting<impl __rm::Serves<Local = __rm::NoMessages, Event = Event>>
        where #(#bounds),*
        {
            with().#start(address)
        }
    })
}

/// `State::Game(payload_0) => …`
fn arm(stage: &Stage) -> TokenStream {
    let cfgs = &stage.handler.cfgs;
    let pattern = pattern(stage);
    let concurrency = checks::concurrency(&stage.handler);
    let run = erase_stage(stage, &stage_ident(), &options_ident(stage));
    quote!(#(#cfgs)* State::#pattern => { #concurrency #run })
}

/// `let options_play = …`
fn options(stage: &Stage) -> TokenStream {
    let Stage { name, handler, .. } = stage;
    let cfgs = &handler.cfgs;
    let remote = &handler.arguments.remote;
    let local = local(&handler.local);
    let options = options_ident(stage);
    let keys = &handler.keys;
    let config = keys.config.as_ref().map(|_| {
        let own = config_ident(stage);
        quote!(.config(#own))
    });
    let (wire, on_error) = (wire(keys), on_error(keys));
    quote! {
        #(#cfgs)*
        let #options = __rm::StageOptions::<#remote, #local, Event>::new()
            .event(Event::#name) #config #wire #on_error;
    }
}

/// The stage's own configuration, and that what configures it is valid, while compiling.
fn check_config(composite: &Composite, stage: &Stage, words: &Words) -> Option<TokenStream> {
    let cfgs = &stage.handler.cfgs;
    let (own, check) = match (&stage.handler.keys.config, &composite.keys.config) {
        (Some(config), _) => {
            let name = config_ident(stage);
            let value = config_value(config, words);
            let own = quote!(#(#cfgs)* const #name: __rm::ConstConfig = #value;);
            (
                Some(own),
                checks::config(&stage.handler, config, quote!(#name)),
            )
        }
        (None, Some(shared)) => (
            None,
            checks::config(&stage.handler, shared, quote!(__CONFIG)),
        ),
        (None, None) => return None,
    };
    Some(quote!(#own #(#cfgs)* const _: () = #check;))
}

/// `__CONFIG_PLAY`
fn config_ident(stage: &Stage) -> Ident {
    let name = stage.handler.sig.ident.unraw().to_string().to_uppercase();
    format_ident!("__CONFIG_{name}", span = stage.handler.sig.ident.span())
}

fn stage_ident() -> Ident {
    Ident::new("stage", Span::mixed_site())
}

fn options_ident(stage: &Stage) -> Ident {
    format_ident!(
        "options_{}",
        stage.handler.sig.ident,
        span = Span::mixed_site()
    )
}

/// The state that stages share, each once; behind a `#[cfg]` if only stages with one take it.
fn shared(composite: &Composite) -> impl Iterator<Item = (Option<TokenStream>, &State)> {
    let mut seen = HashSet::new();
    let all = composite
        .stages
        .iter()
        .flat_map(|stage| &stage.handler.arguments.state);
    all.filter(move |state| seen.insert(state.name.to_string()))
        .map(|state| (cfg_of(composite, &state.name), state))
}

/// When any stage that takes this state is compiled.
fn cfg_of(composite: &Composite, name: &Ident) -> Option<TokenStream> {
    let takes = |stage: &&Stage| {
        let mut state = stage.handler.arguments.state.iter();
        state.any(|state| state.name == *name)
    };
    let takers: Vec<_> = composite.stages.iter().filter(takes).collect();
    if takers.iter().any(|stage| stage.handler.cfgs.is_empty()) {
        return None;
    }
    let conditions = takers.iter().map(|stage| {
        let conditions = stage.handler.cfgs.iter().filter_map(condition);
        quote!(all(#(#conditions),*))
    });
    Some(quote!(#[cfg(any(#(#conditions),*))]))
}

/// What stands within `#[cfg(…)]`.
fn condition(cfg: &Attribute) -> Option<TokenStream> {
    let list = cfg.meta.require_list().ok()?;
    Some(list.tokens.to_token_stream())
}

/// What the types of stages must be able to do. Those of stages behind a `#[cfg]` may not even exist.
fn all_bounds(composite: &Composite) -> Vec<WherePredicate> {
    composite
        .stages
        .iter()
        .filter(|stage| stage.handler.cfgs.is_empty())
        .flat_map(|stage| bounds(&stage.handler))
        .collect()
}
