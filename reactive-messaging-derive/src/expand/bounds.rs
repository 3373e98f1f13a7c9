//! What the fields of generic types must be.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Field, Generics, WherePredicate, parse_quote};

use super::runtime::at;
use crate::model::mentions;

/// Demands `bound` of every field whose type depends on a parameter: a generic type can do what its
/// fields can. Of other fields the compiler knows it.
pub(super) fn bounded<'a>(
    generics: &Generics,
    fields: impl Iterator<Item = &'a Field>,
    bound: &TokenStream,
) -> Generics {
    let is_param = |ident: &Ident| {
        generics.type_params().any(|param| param.ident == *ident)
            || generics.const_params().any(|param| param.ident == *ident)
    };
    let bounds: Vec<WherePredicate> = fields
        .filter(|field| mentions(&field.ty, is_param))
        .map(|field| {
            let ty = &field.ty;
            let bound = at(ty, quote!(#bound));
            parse_quote!(#ty: #bound)
        })
        .collect();
    let mut generics = generics.clone();
    if !bounds.is_empty() {
        generics.make_where_clause().predicates.extend(bounds);
    }
    generics
}
