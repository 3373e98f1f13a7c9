//! Keys of an attribute as calls of a builder.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::words::Words;
use crate::model::{Config, Keys, OnError};

/// The `ConstConfig` that the key gives.
pub(super) fn config_value(config: &Config, words: &Words) -> TokenStream {
    match config {
        Config::Const(value) => value.to_token_stream(),
        Config::Fields(_, fields) => {
            let default = &words.default_config;
            let fields = fields.iter().map(|(field, value)| quote!(#field: #value));
            quote!(__rm::ConstConfig { #(#fields,)* ..__rm::ConstConfig::#default() })
        }
    }
}

/// `.wire(…)`, if the key is given
pub(super) fn wire(keys: &Keys) -> Option<TokenStream> {
    let wire = keys.wire.as_ref()?;
    let default = quote!(__rm::Default::default());
    Some(quote!(.wire::<#wire>(#default)))
}

/// `.on_error(…)`, if the key is given
pub(super) fn on_error(keys: &Keys) -> Option<TokenStream> {
    let on_error = match keys.on_error? {
        OnError::Reply => quote!(Reply),
        OnError::Close => quote!(Close),
        OnError::Ignore => quote!(Ignore),
    };
    Some(quote!(.on_error(__rm::OnError::#on_error)))
}
