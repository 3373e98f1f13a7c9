//! From models to tokens: small expansions that call the runtime through `__private`.
//!
//! Nothing is rejected here. Names of the macro's own are hygienic or hidden in `const _`, paths are
//! absolute, and each call stands on the user's token that its errors should point at.

mod bounds;
mod checks;
mod companion;
mod composite;
mod erase;
mod fixed_size;
mod options;
mod protocol;
mod runtime;
mod transitions;
mod words;

pub(crate) use transitions::types as composite_types;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{
    check,
    errors::Errors,
    fallback,
    model::{Composite, CompositeMod, FixedType, Handler, HandlerFn, Keys, Place, Protocol, Role},
};

/// `#[derive(ReactiveProtocol)]`
pub(crate) fn derive_protocol(input: TokenStream) -> TokenStream {
    let input = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let errors = Errors::new();
    let protocol = Protocol::read(input, &errors);
    check::protocol(&protocol, &errors);
    match errors.finish() {
        Ok(()) => protocol::expand(&protocol),
        Err(error) => fallback::protocol(&protocol, error),
    }
}

/// `#[derive(FixedSize)]`
pub(crate) fn derive_fixed_size(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let errors = Errors::new();
    let implemented = is_fixed_protocol(&input);
    let fixed = FixedType::read(input, &errors);
    match errors.finish() {
        Ok(()) if implemented => TokenStream::new(),
        Ok(()) => fixed_size::expand(&fixed),
        Err(error) => fallback::fixed_size(&fixed, error),
    }
}

/// Whether `#[protocol(wire = Fixed)]` stands beside the derive: `#[derive(ReactiveProtocol)]` does the
/// same then, and reports what is wrong with it.
fn is_fixed_protocol(input: &DeriveInput) -> bool {
    let errors = Errors::new();
    let protocol = Protocol::read(input.clone(), &errors);
    let _ = errors.finish();
    protocol.is_fixed()
}

/// `#[reactive_server]` and `#[reactive_client]`
pub(crate) fn service(role: Role, args: TokenStream, item: TokenStream) -> TokenStream {
    match CompositeMod::is_mod(&item) {
        true => composite(role, args, item),
        false => handler(role, args, item),
    }
}

fn handler(role: Role, args: TokenStream, item: TokenStream) -> TokenStream {
    let errors = Errors::new();
    let keys = Keys::of_handler(args, &errors);
    let parsed = errors.take(syn::parse2::<HandlerFn>(item.clone()));
    let Some(parsed) = parsed else {
        let error = errors.finish().err().map(syn::Error::into_compile_error);
        return quote!(#item #error);
    };
    let handler = Handler::read(role, Place::Alone, keys, parsed, &errors);
    check::handler(&handler, &errors);
    match errors.finish() {
        Ok(()) => companion::expand(&item, &handler),
        Err(error) => fallback::handler(&item, &handler, error),
    }
}

fn composite(role: Role, args: TokenStream, item: TokenStream) -> TokenStream {
    let errors = Errors::new();
    let keys = Keys::of_composite(args, &errors);
    let parsed = errors.take(syn::parse2::<CompositeMod>(item.clone()));
    let Some(mut module) = parsed else {
        let error = errors.finish().err().map(syn::Error::into_compile_error);
        let item = fallback::without_stages(item);
        return quote!(#item #error);
    };
    let composite = Composite::read(role, keys, &mut module, &errors);
    check::composite(&composite, &errors);
    match errors.finish() {
        Ok(()) => composite::expand(&module, &composite),
        Err(error) => fallback::composite(&module, &composite, error),
    }
}
