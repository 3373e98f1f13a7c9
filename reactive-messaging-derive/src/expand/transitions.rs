//! The types of a composite: which stage a connection is in, and what each stage may be left for.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Attribute;

use crate::model::{Composite, Stage, State, TAKEN, mentions};

/// `State`, and an enum of the successors of each stage. After a mistake, each name once.
pub(crate) fn types(composite: &Composite) -> TokenStream {
    let mut names = Names::default();
    let states = composite
        .stages
        .iter()
        .filter(|stage| names.are_free(&stage.name, &stage.handler.cfgs))
        .map(|stage| {
            let cfgs = &stage.handler.cfgs;
            let variant = variant(stage);
            quote!(#(#cfgs)* #[allow(missing_docs)] #variant)
        });
    let states: Vec<_> = states.collect();
    let mut names = Names::taken();
    let leaving = composite
        .stages
        .iter()
        .filter(|stage| names.are_free(&stage.leaving, &[]))
        .map(|stage| leaving(composite, stage));
    quote! {
        /// Which stage a connection is in, with what that was handed.
        #[allow(dead_code, missing_debug_implementations, private_interfaces, unreachable_pub)]
        pub enum State { #(#states),* }

        #(#leaving)*
    }
}

/// `enum Negotiate { Game(Session), Closing }`
fn leaving(composite: &Composite, stage: &Stage) -> TokenStream {
    let Stage {
        name,
        leaving,
        handler,
        ..
    } = stage;
    let (cfgs, vis) = (&handler.cfgs, &handler.vis);
    let about = format!(" What the stage `{name}` may be left for, with what that is handed.");
    let mut names = Names::default();
    let variants = successors(composite, stage)
        .filter(|successor| names.are_free(successor.name, successor.cfgs))
        .map(|successor| {
            let (cfgs, variant) = (successor.cfgs, successor.variant());
            quote!(#(#cfgs)* #[allow(missing_docs)] #variant)
        });
    quote! {
        #(#cfgs)*
        #[doc = #about]
        #[allow(dead_code, missing_debug_implementations, private_interfaces, unreachable_pub)]
        #vis enum #leaving { #(#variants),* }
    }
}

/// Names that were given already, apart from those between which `#[cfg]`s choose.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    /// Those of every composite.
    fn taken() -> Self {
        Self(TAKEN.map(str::to_owned).to_vec())
    }

    fn are_free(&mut self, name: &Ident, cfgs: &[Attribute]) -> bool {
        let name = name.to_string();
        let is_free = !cfgs.is_empty() || !self.0.contains(&name);
        self.0.push(name);
        is_free
    }
}

/// From what a stage may be left for to the state, and what the dialog makes of it.
pub(super) fn impls(composite: &Composite, stage: &Stage) -> TokenStream {
    let Stage {
        leaving, handler, ..
    } = stage;
    let cfgs = &handler.cfgs;
    let arms = successors(composite, stage).map(|successor| {
        let (cfgs, pattern) = (successor.cfgs, successor.pattern());
        quote!(#(#cfgs)* #leaving::#pattern => State::#pattern)
    });
    quote! {
        #(#cfgs)*
        impl __rm::From<#leaving> for State {
            fn from(leaving: #leaving) -> Self {
                match leaving { #(#arms),* }
            }
        }

        #(#cfgs)*
        impl __rm::LocalOfOutcome for #leaving {
            type Local = __rm::NoMessages;
        }
    }
}

/// What a stage may be left for.
struct Successor<'a> {
    cfgs: &'a [Attribute],
    name: &'a Ident,
    /// `None` is a mistake that was reported.
    stage: Option<&'a Stage>,
}

impl Successor<'_> {
    fn variant(&self) -> TokenStream {
        self.stage
            .map_or_else(|| self.name.to_token_stream(), variant)
    }

    fn pattern(&self) -> TokenStream {
        self.stage
            .map_or_else(|| self.name.to_token_stream(), pattern)
    }
}

/// The successors of a stage; one of several, where `#[cfg]`s choose between stages of one name.
fn successors<'a>(
    composite: &'a Composite,
    stage: &'a Stage,
) -> impl Iterator<Item = Successor<'a>> {
    stage.successors.iter().flat_map(move |name| {
        let mut named: Vec<_> = composite
            .named(name)
            .map(|stage| Successor {
                cfgs: &stage.handler.cfgs,
                name,
                stage: Some(stage),
            })
            .collect();
        if named.is_empty() {
            named.push(Successor {
                cfgs: &[],
                name,
                stage: None,
            });
        }
        named
    })
}

/// `Game(Session)`
fn variant(stage: &Stage) -> TokenStream {
    let payload = stage.handler.arguments.payload.iter();
    let types = payload.map(
        |State { ty, .. }| match mentions(ty, |ident| ident == "impl") {
            true => quote!(()), // a mistake that was reported
            false => ty.to_token_stream(),
        },
    );
    named(stage, &types.collect::<Vec<_>>())
}

/// `Game(payload_0)`
pub(super) fn pattern(stage: &Stage) -> TokenStream {
    named(stage, &payload(stage))
}

fn named<T: ToTokens>(stage: &Stage, fields: &[T]) -> TokenStream {
    let name = &stage.name;
    match fields.is_empty() {
        true => quote!(#name),
        false => quote!(#name(#(#fields),*)),
    }
}

/// Names for what a stage is handed.
pub(super) fn payload(stage: &Stage) -> Vec<Ident> {
    (0..stage.handler.arguments.payload.len())
        .map(|n| format_ident!("payload_{n}", span = Span::mixed_site()))
        .collect()
}
