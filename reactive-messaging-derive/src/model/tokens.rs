//! Looking for names within types.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;

/// Whether `tokens` hold an identifier that `wanted` accepts, however deep.
pub(crate) fn mentions(tokens: impl ToTokens, wanted: impl Fn(&Ident) -> bool + Copy) -> bool {
    fn search(tokens: TokenStream, wanted: impl Fn(&Ident) -> bool + Copy) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => wanted(&ident),
            TokenTree::Group(group) => search(group.stream(), wanted),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    search(tokens.into_token_stream(), wanted)
}
