//! What the user wrote, as far as the macros care.
//!
//! Parsing only: a model may hold what makes no sense, which is for [`check`](crate::check) to say.
//! No expansion ever comes here.

mod arguments;
mod composite;
mod fixed_type;
mod handler;
mod keys;
mod output;
mod protocol;
mod tokens;

pub(crate) use arguments::{Arguments, Place, State};
pub(crate) use composite::{Composite, CompositeMod, Stage, TAKEN};
pub(crate) use fixed_type::{FixedType, Shape};
pub(crate) use handler::{Handler, HandlerFn, Role};
pub(crate) use keys::{Config, Keys, OnError};
pub(crate) use output::Local;
pub(crate) use protocol::{Protocol, Variant};
pub(crate) use tokens::{mentions, mentions_bare};

use syn::{Path, parse_quote};

/// Where the runtime crate is, unless `crate = path` says something else.
pub(crate) fn default_crate() -> Path {
    parse_quote!(::reactive_messaging)
}
