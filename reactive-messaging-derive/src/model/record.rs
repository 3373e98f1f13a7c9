//! The input of `#[derive(FixedSize)]`.

use syn::{
    Attribute, Data, DeriveInput, Expr, Fields, Generics, Ident, Path, Token, Type,
    parse::{ParseStream, Parser},
};

use super::{Protocol, default_crate};
use crate::{
    attr::{Grammar, Key},
    errors::Errors,
};

/// A type whose values all take the same number of bytes.
pub(crate) struct Record {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) krate: Path,
    pub(crate) shape: Shape,
}

pub(crate) enum Shape {
    Struct(Fields),
    Enum(Vec<(Ident, Fields)>),
}

const ON_TYPE: &[Key] = &[Key {
    name: "crate",
    takes: "a path",
    example: "crate = reexports::reactive_messaging",
}];

impl Record {
    pub(crate) fn read(input: DeriveInput, errors: &Errors) -> Self {
        let mut krate = default_crate();
        let grammar = Grammar {
            keys: ON_TYPE,
            elsewhere: None,
        };
        let mut seen = Vec::new();
        for attribute in input
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("fixed"))
        {
            let list = errors.take(attribute.meta.require_list());
            let entries = |input: ParseStream<'_>| {
                grammar.read(input, &mut seen, errors, |entry| {
                    krate = entry.value_with(Path::parse_mod_style)?;
                    Ok(())
                });
                Ok(())
            };
            errors.take(list.map_or(Ok(()), |list| entries.parse2(list.tokens.clone())));
        }
        let shape = match input.data {
            Data::Struct(data) => Shape::Struct(data.fields),
            Data::Enum(data) => Shape::Enum(
                data.variants
                    .into_iter()
                    .map(|variant| (variant.ident, variant.fields))
                    .collect(),
            ),
            Data::Union(data) => {
                errors.at(data.union_token, NOT_A_UNION);
                Shape::Enum(Vec::new())
            }
        };
        Self {
            ident: input.ident,
            generics: input.generics,
            krate,
            shape,
        }
    }

    /// The messages of a protocol.
    pub(crate) fn of(protocol: &Protocol) -> Self {
        let variants = protocol.variants.iter();
        Self {
            ident: protocol.ident.clone(),
            generics: protocol.generics.clone(),
            krate: protocol.krate.clone(),
            shape: Shape::Enum(
                variants
                    .map(|variant| (variant.ident.clone(), variant.fields.clone()))
                    .collect(),
            ),
        }
    }

    /// The fields of all variants.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &syn::Field> {
        let (one, many) = match &self.shape {
            Shape::Struct(fields) => (Some(fields), None),
            Shape::Enum(variants) => (None, Some(variants)),
        };
        let many = many.into_iter().flatten().map(|(_, fields)| fields);
        one.into_iter().chain(many).flatten()
    }
}

const NOT_A_UNION: &str = "a union does not tell which of its fields it holds: make it an enum";

/// Whether `#[protocol(wire = Fixed)]` stands beside the derive, which does the same then.
pub(crate) fn is_fixed_protocol(attributes: &[Attribute]) -> bool {
    let mut found = false;
    for attribute in attributes
        .iter()
        .filter(|attr| attr.path().is_ident("protocol"))
    {
        // mistakes are for `#[derive(ReactiveProtocol)]` to report
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("wire") {
                found |= is_named(&meta.value()?.parse()?, "Fixed");
            } else if meta.input.peek(Token![=]) {
                meta.value()?.parse::<Expr>()?;
            }
            Ok(())
        });
    }
    found
}

/// Whether a type is a path that ends in `name`.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    let Type::Path(path) = ty else {
        return false;
    };
    path.path
        .segments
        .last()
        .is_some_and(|last| last.ident == name)
}
