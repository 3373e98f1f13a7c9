//! The input of `#[derive(ReactiveProtocol)]`.

use syn::{Attribute, Data, DeriveInput, Expr, Fields, Generics, Ident, Path, Type};

use super::{default_crate, mentions};
use crate::{
    attr::{Grammar, Key, attributes},
    errors::Errors,
};

/// An enum of messages.
pub(crate) struct Protocol {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) krate: Path,
    pub(crate) wire: Option<Type>,
    pub(crate) max_frame_len: Option<Expr>,
    /// The key `views`.
    pub(crate) views: bool,
    pub(crate) variants: Vec<Variant>,
}

/// One kind of message.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) fields: Fields,
    /// The key `error`.
    pub(crate) error: Option<Ident>,
    /// The key `closing`.
    pub(crate) closing: bool,
}

/// The name of the attribute.
const PROTOCOL: &str = "protocol";

const ON_ENUM: &[Key] = &[
    Key {
        name: "wire",
        takes: "a type",
        example: "wire = Json",
    },
    Key {
        name: "max_frame_len",
        takes: "a number of bytes",
        example: "max_frame_len = 4 * 1024",
    },
    Key {
        name: "views",
        takes: "no value",
        example: "#[protocol(views)]",
    },
    Key {
        name: "crate",
        takes: "a path",
        example: "crate = reexports::reactive_messaging",
    },
];

const ON_VARIANT: &[Key] = &[
    Key {
        name: "error",
        takes: "no value",
        example: "#[protocol(error)]",
    },
    Key {
        name: "closing",
        takes: "no value",
        example: "#[protocol(closing)]",
    },
];

impl Protocol {
    pub(crate) fn read(input: DeriveInput, errors: &Errors) -> Self {
        let mut protocol = Self {
            ident: input.ident,
            generics: input.generics,
            krate: default_crate(),
            wire: None,
            max_frame_len: None,
            views: false,
            variants: Vec::new(),
        };
        let grammar = Grammar {
            keys: ON_ENUM,
            elsewhere: &[(ON_VARIANT, "belongs on a variant of the enum")],
        };
        attributes(PROTOCOL, &input.attrs, &grammar, errors, |entry| {
            match entry.key() {
                "wire" => protocol.wire = Some(entry.value()?),
                "max_frame_len" => protocol.max_frame_len = Some(entry.value()?),
                "views" => {
                    entry.flag()?;
                    protocol.views = true;
                }
                _ => protocol.krate = entry.value_with(Path::parse_mod_style)?,
            }
            Ok(())
        });
        match input.data {
            Data::Enum(data) => {
                protocol.variants = data
                    .variants
                    .into_iter()
                    .map(|variant| Variant::read(variant, errors))
                    .collect();
            }
            Data::Struct(data) => errors.at(data.struct_token, NOT_AN_ENUM),
            Data::Union(data) => errors.at(data.union_token, NOT_AN_ENUM),
        }
        protocol
    }

    /// Whether the protocol's own wire is `Fixed`, by that name.
    pub(crate) fn is_fixed(&self) -> bool {
        self.travels_on("Fixed")
    }

    /// Whether its messages can be received as views: it says so, or its own wire is `Rkyv`, by that
    /// name, and no view of them is unsafe.
    pub(crate) fn has_views(&self) -> bool {
        self.views || (self.travels_on("Rkyv") && self.hashed().next().is_none())
    }

    /// The fields that are hash maps or sets, as far as their types tell.
    pub(crate) fn hashed(&self) -> impl Iterator<Item = &Type> {
        const HASHED: [&str; 4] = ["HashMap", "HashSet", "IndexMap", "IndexSet"];
        let fields = self.variants.iter().flat_map(|variant| &variant.fields);
        fields
            .map(|field| &field.ty)
            .filter(|ty| mentions(ty, |ident| HASHED.iter().any(|name| ident == name)))
    }

    fn travels_on(&self, name: &str) -> bool {
        self.wire.as_ref().is_some_and(|wire| is_named(wire, name))
    }
}

const NOT_AN_ENUM: &str = "a protocol is an enum with a variant per message: write `enum`, with this as one of its variants";

impl Variant {
    fn read(variant: syn::Variant, errors: &Errors) -> Self {
        let mut read = Self {
            ident: variant.ident,
            fields: variant.fields,
            error: None,
            closing: false,
        };
        let grammar = Grammar {
            keys: ON_VARIANT,
            elsewhere: &[(ON_ENUM, "belongs on the enum, not on a variant")],
        };
        attributes(PROTOCOL, &variant.attrs, &grammar, errors, |entry| {
            entry.flag()?;
            match entry.key() {
                "error" => read.error = Some(entry.name.clone()),
                _ => read.closing = true,
            }
            Ok(())
        });
        for attribute in read
            .fields
            .iter()
            .flat_map(|field| &field.attrs)
            .filter(is_protocol)
        {
            errors.at(
                attribute,
                "`#[protocol(…)]` goes on the enum or on a variant, not on a field",
            );
        }
        read
    }
}

fn is_protocol(attribute: &&Attribute) -> bool {
    attribute.path().is_ident(PROTOCOL)
}

/// Whether a type is a path that ends in `name`.
fn is_named(ty: &Type, name: &str) -> bool {
    let Type::Path(path) = ty else {
        return false;
    };
    path.path
        .segments
        .last()
        .is_some_and(|last| last.ident == name)
}
