//! All mistakes of one input, reported together.

use std::{cell::RefCell, fmt::Display, thread};

use quote::ToTokens;

/// Collects mistakes, so that one build shows all of them. [`finish`](Self::finish) must be called.
pub(crate) struct Errors {
    /// `None` once they were taken out.
    found: RefCell<Option<Vec<syn::Error>>>,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self {
            found: RefCell::new(Some(Vec::new())),
        }
    }

    /// A mistake that stands on `tokens`.
    pub(crate) fn at(&self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&self, error: syn::Error) {
        self.found.borrow_mut().get_or_insert_default().push(error);
    }

    /// Whether no mistake was found yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.borrow().as_ref().is_none_or(Vec::is_empty)
    }

    /// What a parser returned, unless it was a mistake.
    pub(crate) fn take<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// All mistakes as one error, in the order in which they were found.
    pub(crate) fn finish(self) -> syn::Result<()> {
        let combined = self
            .found
            .take()
            .into_iter()
            .flatten()
            .reduce(|mut all, error| {
                all.combine(error);
                all
            });
        combined.map_or(Ok(()), Err)
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        // only a mistake in this crate leads here, and only its tests should ever see it
        assert!(
            self.found.borrow().is_none() || thread::panicking(),
            "mistakes were collected and never reported"
        );
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    #[test]
    fn all_mistakes_are_reported_in_order() {
        let errors = Errors::new();
        errors.push(syn::Error::new(Span::call_site(), "one"));
        errors.push(syn::Error::new(Span::call_site(), "two"));
        let all: Vec<_> = errors
            .finish()
            .unwrap_err()
            .into_iter()
            .map(|error| error.to_string())
            .collect();
        assert_eq!(all, ["one", "two"]);
    }

    #[test]
    fn no_mistake_is_no_error() {
        assert!(Errors::new().finish().is_ok());
    }

    #[test]
    #[should_panic(expected = "never reported")]
    fn forgetting_to_report_panics() {
        drop(Errors::new());
    }
}
