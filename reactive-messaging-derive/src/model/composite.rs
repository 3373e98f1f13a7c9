//! An annotated module of stages.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, Ident, Token, Visibility, braced,
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
};

use super::{Handler, HandlerFn, Keys, Place, Role};
use crate::errors::Errors;

/// The module: its outside, what is in it without `#[stage]`, and the stages. Their bodies, and all
/// other items, are never looked at.
pub(crate) struct CompositeMod {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) items: TokenStream,
    stages: Vec<(Attribute, HandlerFn)>,
}

impl CompositeMod {
    /// Whether this is a module at all.
    pub(crate) fn is_mod(item: &TokenStream) -> bool {
        let outside = |input: ParseStream<'_>| {
            input.call(Attribute::parse_outer)?;
            input.parse::<Visibility>()?;
            let is_mod = input.peek(Token![mod]);
            input.parse::<TokenStream>()?;
            Ok(is_mod)
        };
        outside.parse2(item.clone()).unwrap_or(false)
    }
}

impl Parse for CompositeMod {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        input.parse::<Token![mod]>()?;
        let ident = input.call(Ident::parse_any)?;
        if input.peek(Token![;]) {
            return Err(syn::Error::new(
                ident.span(),
                "the stages have to be seen: write them here, as `mod name { … }`",
            ));
        }
        let content;
        braced!(content in input);
        let inner = content.call(Attribute::parse_inner)?;
        let mut module = Self {
            attrs,
            vis,
            ident,
            items: inner.iter().map(ToTokens::to_token_stream).collect(),
            stages: Vec::new(),
        };
        while !content.is_empty() {
            module.next(&content)?;
        }
        Ok(module)
    }
}

impl CompositeMod {
    /// Takes a stage up to its body, or one token of anything else.
    fn next(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let attrs = input.call(Attribute::parse_outer)?;
        let is_stage = |attr: &Attribute| attr.path().is_ident("stage");
        let (mut stage, attrs): (Vec<_>, Vec<_>) = attrs.into_iter().partition(is_stage);
        let Some(attr) = stage.pop() else {
            self.items
                .extend(attrs.iter().map(ToTokens::to_token_stream));
            if let Some(token) = input.parse::<Option<TokenTree>>()? {
                self.items.extend([token]);
            }
            return Ok(());
        };
        if let Some(second) = stage.pop() {
            return Err(syn::Error::new_spanned(
                second,
                "a fn is one stage: keep one of its `#[stage]`s",
            ));
        }
        let item = HandlerFn::behind(attrs, input)?;
        let HandlerFn { attrs, vis, sig } = &item;
        self.items
            .extend(attrs.iter().map(ToTokens::to_token_stream));
        vis.to_tokens(&mut self.items);
        sig.to_tokens(&mut self.items);
        let body: Group = input.parse()?;
        body.to_tokens(&mut self.items);
        self.stages.push((attr, item));
        Ok(())
    }
}

/// Names of the types that every composite has.
pub(crate) const TAKEN: [&str; 2] = ["State", "Event"];

/// A module of stages with everything that its attributes and signatures say.
pub(crate) struct Composite {
    pub(crate) role: Role,
    pub(crate) keys: Keys,
    pub(crate) ident: Ident,
    pub(crate) stages: Vec<Stage>,
}

/// A stage: `#[stage(Name => Successor | Successor)]` and its fn.
pub(crate) struct Stage {
    pub(crate) name: Ident,
    pub(crate) successors: Vec<Ident>,
    /// The name of the enum of its successors.
    pub(crate) leaving: Ident,
    pub(crate) handler: Handler,
}

impl Composite {
    pub(crate) fn read(role: Role, keys: Keys, module: &mut CompositeMod, errors: &Errors) -> Self {
        let stages = std::mem::take(&mut module.stages);
        let stages = stages
            .into_iter()
            .filter_map(|(attr, item)| errors.take(Stage::read(role, &attr, item, errors)))
            .collect();
        Self {
            role,
            keys,
            ident: module.ident.clone(),
            stages,
        }
    }

    /// The stages of this name; more than one where `#[cfg]`s choose between them.
    pub(crate) fn named<'a>(&'a self, name: &'a Ident) -> impl Iterator<Item = &'a Stage> {
        self.stages.iter().filter(move |stage| stage.name == *name)
    }
}

const TRANSITIONS: &str =
    "a stage has a name, and perhaps successors: write `#[stage(PreGame => Game | Closing)]`";

impl Stage {
    fn read(role: Role, attr: &Attribute, item: HandlerFn, errors: &Errors) -> syn::Result<Self> {
        let list = attr
            .meta
            .require_list()
            .map_err(|_| syn::Error::new_spanned(attr, TRANSITIONS))?;
        let (name, successors, keys) = list.parse_args_with(|input: ParseStream<'_>| {
            let name = stage_name(input)?;
            let mut successors = Vec::new();
            if input.parse::<Option<Token![=>]>>()?.is_some() {
                successors.push(stage_name(input)?);
                while input.parse::<Option<Token![|]>>()?.is_some() {
                    successors.push(stage_name(input)?);
                }
            }
            if !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
                return Err(input.error(TRANSITIONS));
            }
            Ok((name, successors, Keys::of_stage(input, errors)))
        })?;
        let leaving = keys
            .name
            .clone()
            .unwrap_or_else(|| camel_case(&item.sig.ident));
        let handler = Handler::read(role, Place::Stage, keys, item, errors);
        Ok(Self {
            name,
            successors,
            leaving,
            handler,
        })
    }
}

fn stage_name(input: ParseStream<'_>) -> syn::Result<Ident> {
    input
        .parse::<Ident>()
        .map_err(|error| syn::Error::new(error.span(), TRANSITIONS))
}

/// `negotiate_terms` → `NegotiateTerms`
fn camel_case(name: &Ident) -> Ident {
    let name_text = name.unraw().to_string();
    let words = name_text.split('_').filter(|word| !word.is_empty());
    let camel: String = words
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect::<Vec<_>>()
        })
        .collect();
    match syn::parse_str::<Ident>(&camel) {
        Ok(camel) => Ident::new(&camel.to_string(), name.span()),
        Err(_) => name.clone(), // `r#_1`: as it is
    }
}
