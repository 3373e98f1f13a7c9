//! Structs with `#[serde(flatten)]`, which are read as maps.

use std::fmt::{self, Display, Write};

use serde::de::Visitor;

/// Whether the `ron` crate would read a map's keys as the fields of a struct with
/// `#[serde(flatten)]`, which it tells by what `visitor` says to expect.
#[inline]
pub(super) fn expects_flattened_struct<'de>(visitor: &impl Visitor<'de>) -> bool {
    struct Expecting<V>(V);

    impl<'de, V: Visitor<'de>> Display for Expecting<&V> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.expecting(f)
        }
    }

    /// Fails at the first text that decides.
    struct Prefix {
        left: &'static str,
        differs: bool,
    }

    impl Write for Prefix {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let len = self.left.len().min(text.len());
            self.differs |= self.left.as_bytes()[..len] != text.as_bytes()[..len];
            self.left = &self.left[len..];
            if self.differs || self.left.is_empty() {
                return Err(fmt::Error);
            }
            Ok(())
        }
    }

    let mut prefix = Prefix {
        left: "struct ",
        differs: false,
    };
    let written = write!(prefix, "{}", Expecting(visitor));
    // shorter than the prefix differs as well; an error of the visitor's own makes ron panic
    !(prefix.differs || written.is_ok() && !prefix.left.is_empty())
}
