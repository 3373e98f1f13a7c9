//! `impl ReactiveProtocol for …`

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Field, Fields, WhereClause, parse_quote};

use super::{
    bounds::bounded,
    fixed_size,
    runtime::{at, import},
};
use crate::model::{FixedType, Protocol, Variant};

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
    let fixed_size = protocol
        .is_fixed()
        .then(|| fixed_size::implementation(&FixedType::of(protocol)));
    let views = protocol.has_views().then(|| views(protocol));
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
            #fixed_size
            #views
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
    // of a generic protocol the length of its records is not known here
    let of = match protocol.generics.params.is_empty() {
        true => protocol.ident.to_token_stream(),
        false => quote!(__rm::NoMessages),
    };
    let check = at(max, quote!(__rm::check_max_frame_len::<#of>(#max)));
    Some(quote!(const _: () = #check;))
}

fn error_message_fn(variant: &Variant) -> TokenStream {
    let name = &variant.ident;
    let message = variant.fields.iter().map(|Field { ident, ty, .. }| {
        let text = at(ty, quote!(__rm::From::from(__text)));
        match ident {
            Some(field) => quote!(Self::#name { #field: #text }),
            None => quote!(Self::#name(#text)),
        }
    });
    quote! {
        fn error_message(__text: __rm::String) -> __rm::Option<Self> {
            __rm::Option::Some(#(#message)*)
        }
    }
}

fn is_closing_fn(protocol: &Protocol) -> Option<TokenStream> {
    let closing = closing(protocol, &quote!(Self))?;
    Some(quote! {
        fn is_closing(&self) -> bool {
            __rm::matches!(self, #closing)
        }
    })
}

/// The pattern of all closing variants, of the messages themselves or of their archived form.
fn closing(protocol: &Protocol, of: &TokenStream) -> Option<TokenStream> {
    let closing = protocol.variants.iter().filter(|variant| variant.closing);
    let closing = closing.map(|Variant { ident, fields, .. }| match fields {
        Fields::Unit => quote!(#of::#ident),
        Fields::Named(_) | Fields::Unnamed(_) => quote!(#of::#ident { .. }),
    });
    let closing: Vec<_> = closing.collect();
    (!closing.is_empty()).then(|| quote!(#(#closing)|*))
}

/// `impl ViewProtocol for …`
fn views(protocol: &Protocol) -> TokenStream {
    let ident = &protocol.ident;
    let fields = protocol.variants.iter().flat_map(|variant| &variant.fields);
    let mut generics = bounded(&protocol.generics, fields, &quote!(__rm::Archive));
    if !generics.params.is_empty() {
        let predicates = &mut generics.make_where_clause().predicates;
        predicates.push(parse_quote!(Self: __rm::ReactiveProtocol));
    }
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let archived = quote!(<Self as __rm::Archive>::Archived);
    let closing = closing(protocol, &quote!(__Archived)).map(|closing| {
        // a variant is named through an alias, which sees nothing of the parameters around it
        let parameters = &protocol.generics;
        quote! {
            fn is_closing_view(__archived: &#archived) -> bool {
                #[allow(type_alias_bounds)]
                type __Archived #parameters = <#ident #type_generics as __rm::Archive>::Archived;
                __rm::matches!(__archived, #closing)
            }
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(clippy::all)]
        impl #impl_generics __rm::ViewProtocol for #ident #type_generics #where_clause {
            #closing
        }
    }
}
