//! The input of `#[derive(FixedSize)]`.

use syn::{Data, DeriveInput, Fields, Generics, Ident, Path};

use super::{Protocol, default_crate};
use crate::{
    attr::{Grammar, Key, attributes},
    errors::Errors,
};

/// A type whose values all take the same number of bytes.
pub(crate) struct FixedType {
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

impl FixedType {
    pub(crate) fn read(input: DeriveInput, errors: &Errors) -> Self {
        let mut krate = default_crate();
        let grammar = Grammar {
            keys: ON_TYPE,
            elsewhere: &[],
        };
        attributes("fixed", &input.attrs, &grammar, errors, |entry| {
            krate = entry.value_with(Path::parse_mod_style)?;
            Ok(())
        });
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
