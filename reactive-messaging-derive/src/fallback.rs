//! What is emitted after a mistake, so that the compiler reports that one and nothing that follows
//! from it.
//!
//! A `compile_error!` within a type, here as the length of an array, makes it a type of which the
//! compiler says nothing more: whatever is called on it, awaited or compared goes without an error.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use crate::{
    expand::composite_types,
    model::{Composite, CompositeMod, FixedType, Handler, Protocol},
};

/// The fn as it was, and a companion on which everything may be called.
pub(crate) fn handler(item: &TokenStream, handler: &Handler, error: syn::Error) -> TokenStream {
    let Handler { cfgs, vis, .. } = handler;
    let companion = handler.companion();
    let (first, others) = split(error);
    if handler.takes_self() {
        return quote!(#item #first #others); // the impl block around it takes no companion
    }
    quote! {
        #item

        #(#cfgs)*
        #[allow(dead_code, missing_docs, non_camel_case_types)]
        #vis type #companion = [(); #first];

        #others
    }
}

/// The module with its types, and values in the place of what starts it on which everything may be called.
pub(crate) fn composite(
    module: &CompositeMod,
    composite: &Composite,
    error: syn::Error,
) -> TokenStream {
    let types = composite_types(composite);
    let (first, others) = split(error);
    module.with(quote! {
        #types

        #[allow(dead_code, missing_docs)]
        pub type Event = [(); #first];
        #[allow(dead_code, missing_docs, non_upper_case_globals)]
        pub const with: Event = loop {};
        #[allow(dead_code, missing_docs, non_upper_case_globals)]
        pub const bind: Event = loop {};
        #[allow(dead_code, missing_docs, non_upper_case_globals)]
        pub const connect: Event = loop {};

        #others
    })
}

/// A module that could not be read, without the attributes that nobody but this macro knows.
pub(crate) fn without_stages(item: TokenStream) -> TokenStream {
    let is_stage = |token: &TokenTree| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            let first = group.stream().into_iter().next();
            matches!(first, Some(TokenTree::Ident(ident)) if ident == "stage")
        }
        _ => false,
    };
    let mut tokens = item.into_iter().peekable();
    let mut kept = TokenStream::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct)
                if punct.as_char() == '#' && tokens.next_if(is_stage).is_some() => {}
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), without_stages(group.stream()));
                inside.set_span(group.span());
                kept.extend([TokenTree::Group(inside)]);
            }
            token => kept.extend([token]),
        }
    }
    kept
}

/// An implementation with which everything may be done that a protocol can do.
pub(crate) fn protocol(protocol: &Protocol, error: syn::Error) -> TokenStream {
    let Protocol {
        ident,
        generics,
        krate,
        ..
    } = protocol;
    let (first, others) = split(error);
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    quote! {
        impl #impl_generics #krate::__private::ReactiveProtocol for #ident #type_generics #where_clause {
            type Wire = [(); #first];
        }

        #others
    }
}

/// An implementation that satisfies whatever demands one.
pub(crate) fn fixed_size(fixed: &FixedType, error: syn::Error) -> TokenStream {
    let FixedType {
        ident,
        generics,
        krate,
        ..
    } = fixed;
    let (first, others) = split(error);
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    quote! {
        impl #impl_generics #krate::__private::FixedSize for #ident #type_generics #where_clause {
            const SIZE: usize = #first;
            fn write_fixed(&self, _: &mut [u8]) {}
            fn read_fixed(_: &[u8]) -> #krate::__private::Result<Self, #krate::__private::InvalidValue> {
                loop {}
            }
        }

        #others
    }
}

/// The first mistake, to stand where an expression stands, and the others as items.
fn split(error: syn::Error) -> (TokenStream, TokenStream) {
    let mut errors = error.into_iter().map(syn::Error::into_compile_error);
    (errors.next().unwrap_or_default(), errors.collect())
}
