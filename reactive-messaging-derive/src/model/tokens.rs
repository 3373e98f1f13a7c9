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

/// Whether `tokens` hold this name without a path in front of it, however deep.
pub(crate) fn mentions_bare(tokens: impl ToTokens, name: &str) -> bool {
    fn search(tokens: TokenStream, name: &str) -> bool {
        let mut in_path = false;
        tokens.into_iter().any(|token| {
            let behind_path = std::mem::take(&mut in_path);
            match token {
                TokenTree::Ident(ident) => ident == name && !behind_path,
                TokenTree::Group(group) => search(group.stream(), name),
                TokenTree::Punct(punct) => {
                    in_path = punct.as_char() == ':';
                    false
                }
                TokenTree::Literal(_) => false,
            }
        })
    }
    search(tokens.into_token_stream(), name)
}
