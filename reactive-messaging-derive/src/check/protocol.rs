//! Checks of `#[derive(ReactiveProtocol)]`.

use crate::{
    errors::Errors,
    model::{Protocol, Variant},
};

pub(crate) fn protocol(protocol: &Protocol, errors: &Errors) {
    let marked = || {
        protocol
            .variants
            .iter()
            .filter_map(|variant| Some((variant, variant.error.as_ref()?)))
    };
    if let Some((first, _)) = marked().next() {
        for (_, key) in marked().skip(1) {
            errors.at(
                key,
                format!(
                    "`error` marks one variant, and `{}` has it already",
                    first.ident
                ),
            );
        }
    }
    for (variant, _) in marked() {
        error_shape(variant, errors);
    }
    if protocol.views {
        for ty in protocol.hashed() {
            errors.at(ty, HASHED);
        }
    }
}

const HASHED: &str = "no view of this is safe: rkyv does not validate all of the index of a hash table; take a `BTreeMap` or a `BTreeSet`, or remove `views` and receive messages";

fn error_shape(variant: &Variant, errors: &Errors) {
    if variant.fields.len() != 1 {
        let name = &variant.ident;
        errors.at(
            name,
            format!("the error variant holds the text of the error, and nothing else: write `{name}(String)`, or any type that is `From<String>`"),
        );
    }
}
