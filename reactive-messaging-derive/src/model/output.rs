//! What a handler returns, as far as it tells the local protocol.

use syn::{ReturnType, Type, TypeImplTrait};

use super::{
    arguments::{associated, bound_named, type_arguments},
    tokens::mentions,
};

/// Where the local protocol comes from.
pub(crate) enum Local {
    /// It was named.
    Named(Type),
    /// The handler yields items of this type.
    OfItem(Type),
    /// The handler returns a value of this type.
    OfOutcome(Type),
    /// The handler says nothing.
    Nothing,
    /// It cannot be told from here.
    Unknown,
}

impl Local {
    pub(crate) fn of_return(output: &ReturnType) -> Self {
        match output {
            ReturnType::Default => Self::Nothing,
            ReturnType::Type(_, ty) => Self::of_outcome(ty),
        }
    }

    fn of_outcome(ty: &Type) -> Self {
        match ty {
            Type::Group(ty) => Self::of_outcome(&ty.elem),
            Type::Paren(ty) => Self::of_outcome(&ty.elem),
            Type::Tuple(ty) if ty.elems.is_empty() => Self::Nothing,
            Type::Never(_) => Self::Nothing,
            Type::ImplTrait(ty) => match (
                yielded(ty, "Stream", "Item"),
                yielded(ty, "Future", "Output"),
            ) {
                (Some(item), _) => Self::of_item(item),
                (_, Some(output)) => Self::of_outcome(output),
                _ => Self::Unknown,
            },
            Type::Path(path)
                if path
                    .path
                    .segments
                    .last()
                    .is_some_and(|last| last.ident == "Result") =>
            {
                match type_arguments(&path.path).next() {
                    Some(ok) => Self::of_outcome(ok),
                    None => Self::OfOutcome(ty.clone()),
                }
            }
            ty if mentions(ty, |ident| ident == "impl") => Self::Unknown,
            ty => Self::OfOutcome(ty.clone()),
        }
    }

    fn of_item(ty: &Type) -> Self {
        match ty {
            Type::Group(ty) => Self::of_item(&ty.elem),
            Type::Paren(ty) => Self::of_item(&ty.elem),
            Type::ImplTrait(ty) => {
                yielded(ty, "Future", "Output").map_or(Self::Unknown, Self::of_item)
            }
            ty if mentions(ty, |ident| ident == "impl") => Self::Unknown,
            ty => Self::OfItem(ty.clone()),
        }
    }
}

/// `T` of `impl Trait<name = T>`.
fn yielded<'a>(ty: &'a TypeImplTrait, of: &str, name: &str) -> Option<&'a Type> {
    ty.bounds.iter().find_map(|bound| bound_named(bound, of))?;
    associated(ty.bounds.iter(), of, name)
}
