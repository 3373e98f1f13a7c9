//! Words of the runtime that differ between servers and clients.

use proc_macro2::{Ident, Span};

use crate::model::Role;

/// What differs between servers and clients.
pub(super) struct Words {
    pub(super) role: &'static str,
    pub(super) setup: Ident,
    pub(super) start: Ident,
    pub(super) starting: Ident,
    pub(super) default_config: Ident,
    pub(super) start_doc: &'static str,
}

impl Words {
    /// Words that stand at `place`.
    pub(super) fn of(role: Role, place: Span) -> Self {
        let word = |word| Ident::new(word, place);
        match role {
            Role::Server => Self {
                role: "server",
                setup: word("ServerSetup"),
                start: word("bind"),
                starting: word("Bind"),
                default_config: word("default"),
                start_doc: " Listens at `address` and serves whoever connects.",
            },
            Role::Client => Self {
                role: "client",
                setup: word("ClientSetup"),
                start: word("connect"),
                starting: word("Connect"),
                default_config: word("client"),
                start_doc: " Connects to the server at `address`.",
            },
        }
    }
}
