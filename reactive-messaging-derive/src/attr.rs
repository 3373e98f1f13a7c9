//! Arguments of attributes: `flag`, `key = value` and `key(list)`, separated by commas.

use proc_macro2::TokenTree;
use syn::{
    Attribute, Ident, Token,
    ext::IdentExt,
    parenthesized,
    parse::{Parse, ParseBuffer, ParseStream, Parser},
    token,
};

use crate::errors::Errors;

/// A key that an attribute knows.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// What it takes, in words.
    pub(crate) takes: &'static str,
    /// How it is written.
    pub(crate) example: &'static str,
}

/// The keys of an attribute at one place.
pub(crate) struct Grammar {
    pub(crate) keys: &'static [Key],
    /// Keys that the attribute does not take here, and what to say of them.
    pub(crate) elsewhere: &'static [(&'static [Key], &'static str)],
}

impl Grammar {
    /// Reads all entries of `input`; `read` takes what follows a key. A mistake in one entry does
    /// not hide those in the next ones. `seen` holds the keys of earlier attributes of the same item.
    pub(crate) fn read(
        &self,
        input: ParseStream<'_>,
        seen: &mut Vec<Ident>,
        errors: &Errors,
        mut read: impl FnMut(&Entry<'_>) -> syn::Result<()>,
    ) {
        while !input.is_empty() {
            let entry = self.entry(input, seen).and_then(|entry| read(&entry));
            if errors
                .take(entry.and_then(|()| end_of_entry(input)))
                .is_none()
            {
                skip_entry(input);
            }
            let _ = input.parse::<Token![,]>();
        }
    }

    fn entry<'a>(&self, input: ParseStream<'a>, seen: &mut Vec<Ident>) -> syn::Result<Entry<'a>> {
        let name = input.call(Ident::parse_any).map_err(|error| {
            syn::Error::new(
                error.span(),
                format!("expected one of the keys {}", list(self.keys)),
            )
        })?;
        let Some(key) = self.keys.iter().find(|key| name == key.name) else {
            return Err(syn::Error::new(
                name.span(),
                self.unknown(&name.to_string()),
            ));
        };
        if seen.contains(&name) {
            return Err(syn::Error::new(
                name.span(),
                format!("`{name}` is given twice; keep one of them"),
            ));
        }
        seen.push(name.clone());
        Ok(Entry { name, key, input })
    }

    fn unknown(&self, name: &str) -> String {
        let mut elsewhere = self.elsewhere.iter();
        if let Some((_, why)) = elsewhere.find(|(keys, _)| keys.iter().any(|key| key.name == name))
        {
            return format!("`{name}` {why}");
        }
        let nearest = self
            .keys
            .iter()
            .map(|key| (distance(name, key.name), key.name))
            .filter(|(distance, _)| *distance <= 1 + name.chars().count() / 4)
            .min()
            .map(|(_, nearest)| format!("; did you mean `{nearest}`?"))
            .unwrap_or_default();
        format!(
            "unknown key `{name}`{nearest}\nthe keys are {}",
            list(self.keys)
        )
    }
}

/// A key, and the input behind it.
pub(crate) struct Entry<'a> {
    pub(crate) name: Ident,
    key: &'static Key,
    input: ParseStream<'a>,
}

impl<'a> Entry<'a> {
    pub(crate) fn key(&self) -> &'static str {
        self.key.name
    }

    /// `key`
    pub(crate) fn flag(&self) -> syn::Result<()> {
        match at_end(self.input) {
            true => Ok(()),
            false => Err(self.mistake()),
        }
    }

    /// `key = value`
    pub(crate) fn value<T: Parse>(&self) -> syn::Result<T> {
        self.value_with(T::parse)
    }

    /// `key = value`, read by `parse`
    pub(crate) fn value_with<T>(
        &self,
        parse: fn(ParseStream<'_>) -> syn::Result<T>,
    ) -> syn::Result<T> {
        if !self.input.peek(Token![=]) {
            return Err(self.mistake());
        }
        self.input.parse::<Token![=]>()?;
        let start = self.input.cursor().span();
        match at_end(self.input) {
            true => Err(self.mistake()),
            false => parse(self.input).map_err(|_| syn::Error::new(start, self.usage())),
        }
    }

    /// `key(list)`, if that is what stands there
    pub(crate) fn list(&self) -> syn::Result<Option<ParseBuffer<'a>>> {
        if !self.input.peek(token::Paren) {
            return Ok(None);
        }
        let content;
        parenthesized!(content in self.input);
        Ok(Some(content))
    }

    /// What stands behind the key is not what the key takes.
    pub(crate) fn mistake(&self) -> syn::Error {
        syn::Error::new(self.name.span(), self.usage())
    }

    pub(crate) fn usage(&self) -> String {
        let Key {
            name,
            takes,
            example,
        } = self.key;
        format!("`{name}` takes {takes}: write `{example}`")
    }
}

/// Reads all attributes of this name, each a list of entries.
pub(crate) fn attributes(
    name: &str,
    attributes: &[Attribute],
    grammar: &Grammar,
    errors: &Errors,
    mut read: impl FnMut(&Entry<'_>) -> syn::Result<()>,
) {
    let mut seen = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name))
    {
        let list = errors.take(attribute.meta.require_list());
        let entries = |input: ParseStream<'_>| {
            grammar.read(input, &mut seen, errors, &mut read);
            Ok(())
        };
        errors.take(list.map_or(Ok(()), |list| entries.parse2(list.tokens.clone())));
    }
}

fn at_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

fn end_of_entry(input: ParseStream<'_>) -> syn::Result<()> {
    match at_end(input) {
        true => Ok(()),
        false => Err(input.error("expected `,` before this")),
    }
}

/// Skips to the next comma that is not within `<…>`.
fn skip_entry(input: ParseStream<'_>) {
    let mut depth = 0usize;
    while !input.is_empty() && (depth > 0 || !input.peek(Token![,])) {
        match input.parse::<TokenTree>() {
            Ok(TokenTree::Punct(punct)) if punct.as_char() == '<' => depth += 1,
            Ok(TokenTree::Punct(punct)) if punct.as_char() == '>' => {
                depth = depth.saturating_sub(1)
            }
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

fn list(keys: &[Key]) -> String {
    let names: Vec<_> = keys.iter().map(|key| format!("`{}`", key.name)).collect();
    names.join(", ")
}

/// Insertions, deletions and replacements that lead from `a` to `b` (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (above, to) in row.iter_mut().skip(1).zip(b.chars()) {
            left = (left + 1)
                .min(*above + 1)
                .min(diagonal + usize::from(from != to));
            diagonal = std::mem::replace(above, left);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("wire", "wire"), 0);
        assert_eq!(distance("wier", "wire"), 2);
        assert_eq!(distance("", "wire"), 4);
        assert_eq!(distance("concurency", "concurrency"), 1);
    }
}
