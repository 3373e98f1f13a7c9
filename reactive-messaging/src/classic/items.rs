//! What an unresponsive processor may yield.

use std::{fmt::Display, future::Future, sync::Arc, time::Duration};

use futures::{
    FutureExt, Stream, StreamExt, future,
    stream::{Map, Then},
};

use crate::protocol::ReactiveProtocol;

/// An item that is not sent, once it is there: a message of either protocol, `()`, a number, a text,
/// or an `Option`, a `Result`, a `Vec` or an `Arc` of those.
///
/// An `Err` goes where those of other handlers go: it is logged, and the remote is told, if the local
/// protocol has an error message.
#[diagnostic::on_unimplemented(
    message = "an unresponsive processor cannot yield `{Self}`",
    label = "neither a message, nor `()`, a number, a text, nor an `Option` or `Result` of those",
    note = "items of an unresponsive processor are not sent: drop this one by `.map(drop)`"
)]
pub trait Unsent {
    /// Drops it.
    ///
    /// # Errors
    /// The text of the error that it is.
    fn settle(self) -> Result<(), String>;
}

#[diagnostic::do_not_recommend]
impl<M: ReactiveProtocol> Unsent for M {
    fn settle(self) -> Result<(), String> {
        Ok(())
    }
}

impl<T: Unsent> Unsent for Option<T> {
    fn settle(self) -> Result<(), String> {
        self.map_or(Ok(()), T::settle)
    }
}

impl<T: Unsent, E: Display> Unsent for Result<T, E> {
    fn settle(self) -> Result<(), String> {
        match self {
            Ok(item) => item.settle(),
            Err(error) => Err(error.to_string()),
        }
    }
}

macro_rules! unsent {
    ($($item:ty),* $(,)?) => {$(
        impl Unsent for $item {
            fn settle(self) -> Result<(), String> {
                Ok(())
            }
        }
    )*};
}

unsent! {
    (), bool, char, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64,
    Duration, String, &'static str,
}

impl<T> Unsent for Arc<T> {
    fn settle(self) -> Result<(), String> {
        Ok(())
    }
}

impl<T> Unsent for Vec<T> {
    fn settle(self) -> Result<(), String> {
        Ok(())
    }
}

/// What an unresponsive processor returns: a stream of [`Unsent`] items, or of futures of them, which
/// run one after the other.
///
/// `K` tells the two apart by type; it is inferred.
#[diagnostic::on_unimplemented(
    message = "an unresponsive processor cannot return `{Self}`",
    label = "not a stream of items that can be dropped, nor of futures of those",
    note = "its items are messages, `()`, numbers, texts, or `Option`s and `Result`s of those, or futures of any of them; drop others by `.map(drop)`"
)]
pub trait Unresponsive<K> {
    /// The stream at work.
    type Processing: Stream<Item = Result<(), String>>;

    /// Sets to work.
    fn process(self) -> Self::Processing;
}

/// The kinds of streams.
pub(super) mod kind {
    /// Items that are there at once.
    pub struct Ready;
    /// Futures of items.
    pub struct Later;
}

impl<S: Stream<Item: Unsent>> Unresponsive<kind::Ready> for S {
    type Processing = Map<S, fn(S::Item) -> Result<(), String>>;

    fn process(self) -> Self::Processing {
        self.map(S::Item::settle)
    }
}

type Settling<F> = future::Map<F, fn(<F as Future>::Output) -> Result<(), String>>;

impl<S: Stream<Item: Future<Output: Unsent>>> Unresponsive<kind::Later> for S {
    type Processing = Then<S, Settling<S::Item>, fn(S::Item) -> Settling<S::Item>>;

    fn process(self) -> Self::Processing {
        self.then(|item| item.map(<S::Item as Future>::Output::settle))
    }
}
