//! `impl ReactiveProtocol for …`

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Field, Fields, WhereClause, parse_quote};

use super::runtime::{at, import};
use crate::model::{Protocol, Variant};

pub(crate) fn expand(protocol: &Protocol) -> TokenStream {
    let Protocol {
        ident,
        generics,
        krate,
        ..
    } = protocol;
    let import = import(krate);
    let wire = wire(protocol);
    let max_frame_len = max_frame_len(protocol);
    let check_max_frame_len = check_max_frame_len(protocol);
    let error_message = protocol
        .variants
        .iter()
        .find(|variant| variant.error.is_some());
    let error_message = error_message.map(error_message_fn);
    let is_closing = is_closing_fn(protocol);
    let bounds = bounds(protocol, &wire);
    let (impl_generics, type_generics, _) = generics.split_for_impl();
    quote! {
        const _: () = {
            #import

            #[automatically_derived]
            #[allow(clippy::all)]
            impl #impl_generics __rm::ReactiveProtocol for #ident #type_generics #bounds {
                type Wire = #wire;
                #max_frame_len
                #error_message
                #is_closing
            }
            #check_max_frame_len
        };
    }
}

/// The wire, on the token that chose it: there the compiler says what the messages lack for it.
fn wire(protocol: &Protocol) -> TokenStream {
    match &protocol.wire {
        Some(wire) => wire.to_token_stream(),
        None => at(&protocol.ident, quote!(__rm::DefaultWire)),
    }
}

/// Generic messages are a protocol wherever their parameters allow it.
fn bounds(protocol: &Protocol, wire: &TokenStream) -> Option<WhereClause> {
    let mut generics = protocol.generics.clone();
    if !generics.params.is_empty() {
        let predicates = &mut generics.make_where_clause().predicates;
        predicates.push(parse_quote!(Self: __rm::Send + 'static));
        predicates.push(parse_quote!(#wire: __rm::Encode<Self> + __rm::Decode<Self>));
    }
    generics.where_clause
}

fn max_frame_len(protocol: &Protocol) -> Option<TokenStream> {
    let max = protocol.max_frame_len.as_ref()?;
    Some(quote! {
        const MAX_FRAME_LEN: __rm::Option<usize> = __rm::Option::Some(#max);
    })
}

fn check_max_frame_len(protocol: &Protocol) -> Option<TokenStream> {
    let max = protocol.max_frame_len.as_ref()?;
    let check = at(max, quote!(__rm::check_max_frame_len(#max)));
    Some(quote!(const _: () = #check;))
}

fn error_message_fn(variant: &Variant) -> TokenStream {
    let name = &variant.ident;
    let message = variant.fields.iter().map(|Field { ident, ty, .. }| {
        let text = at(ty, quote!(__rm::From::from(text)));
        match ident {
            Some(field) => quote!(Self::#name { #field: #text }),
            None => quote!(Self::#name(#text)),
        }
    });
    quote! {
        fn error_message(text: __rm::String) -> __rm::Option<Self> {
            __rm::Option::Some(#(#message)*)
        }
    }
}

fn is_closing_fn(protocol: &Protocol) -> Option<TokenStream> {
    let closing: Vec<_> = protocol
        .variants
        .iter()
        .filter(|variant| variant.closing)
        .map(|Variant { ident, fields, .. }| match fields {
            Fields::Unit => quote!(Self::#ident),
            Fields::Named(_) | Fields::Unnamed(_) => quote!(Self::#ident { .. }),
        })
        .collect();
    if closing.is_empty() {
        return None;
    }
    Some(quote! {
        fn is_closing(&self) -> bool {
            __rm::matches!(self, #(#closing)|*)
        }
    })
}
