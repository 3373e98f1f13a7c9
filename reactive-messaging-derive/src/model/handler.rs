//! An annotated handler fn.

use proc_macro2::TokenStream;
use syn::{
    Attribute, FnArg, Ident, Signature, Token, Visibility,
    parse::{Parse, ParseStream},
};

use super::{Arguments, Keys, Local, Place, mentions};
use crate::errors::Errors;

/// On which side of a connection a handler runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Server,
    Client,
}

/// The outside of the fn; its body is never looked at.
pub(crate) struct HandlerFn {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
}

impl Parse for HandlerFn {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let outside = Self::behind(attrs, input)?;
        input.parse::<TokenStream>()?; // the body
        Ok(outside)
    }
}

impl HandlerFn {
    /// The rest of the fn, behind its attributes, without its body.
    pub(super) fn behind(attrs: Vec<Attribute>, input: ParseStream<'_>) -> syn::Result<Self> {
        let vis = input.parse()?;
        if let Some(item) = not_a_fn(input) {
            return Err(input.error(format!(
                "a handler is a `fn`, and this is {item}: annotate an `async fn`"
            )));
        }
        let sig = input.parse()?;
        Ok(Self { attrs, vis, sig })
    }
}

fn not_a_fn(input: ParseStream<'_>) -> Option<&'static str> {
    let is = |found, name| if found { Some(name) } else { None };
    is(input.peek(Token![struct]), "a struct")
        .or(is(input.peek(Token![enum]), "an enum"))
        .or(is(input.peek(Token![trait]), "a trait"))
        .or(is(input.peek(Token![impl]), "an impl block"))
        .or(is(input.peek(Token![type]), "a type alias"))
        .or(is(input.peek(Token![static]), "a static"))
        .or(is(input.peek(Token![use]), "an import"))
        .or(is(input.peek(Token![mod]), "a module"))
}

/// A handler fn with everything that its attribute and its signature say.
pub(crate) struct Handler {
    pub(crate) role: Role,
    pub(crate) keys: Keys,
    /// The `#[cfg]`s of the fn, which its companion needs too.
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) arguments: Arguments,
    pub(crate) local: Local,
}

impl Handler {
    pub(crate) fn read(
        role: Role,
        place: Place,
        keys: Keys,
        item: HandlerFn,
        errors: &Errors,
    ) -> Self {
        let HandlerFn { attrs, vis, sig } = item;
        let arguments = Arguments::read(&sig, place, errors);
        let of_inputs = arguments.inputs.as_ref();
        let of_inputs = of_inputs.and_then(|inputs| inputs.local.clone());
        let named = arguments.peer.clone().or(of_inputs);
        let named = named.or_else(|| keys.local.clone());
        let local = named.map_or_else(|| Local::of_return(&sig.output), Local::Named);
        Self {
            role,
            keys,
            cfgs: attrs
                .into_iter()
                .filter(|attr| attr.path().is_ident("cfg"))
                .collect(),
            vis,
            sig,
            arguments,
            local,
        }
    }

    /// The name of the companion type.
    pub(crate) fn companion(&self) -> &Ident {
        self.keys.name.as_ref().unwrap_or(&self.sig.ident)
    }

    /// Whether the fn is a method, which it must not be.
    pub(crate) fn takes_self(&self) -> bool {
        self.sig
            .inputs
            .iter()
            .any(|argument| matches!(argument, FnArg::Receiver(_)))
    }

    /// Whether `ty` depends on a generic parameter of the fn.
    pub(crate) fn is_generic(&self, ty: &TokenStream) -> bool {
        let params = &self.sig.generics;
        let is_param = |ident: &Ident| {
            params.type_params().any(|param| param.ident == *ident)
                || params.const_params().any(|param| param.ident == *ident)
        };
        mentions(ty, is_param)
    }
}
