//! Protocols whose messages are read where they were received.

use rkyv::Archive;

use super::ReactiveProtocol;
use crate::wire::{Checked, Rkyv, ToArchive, View};

/// A protocol whose messages can be received as [`View`]s.
///
/// `#[protocol(wire = Rkyv)]` beside `#[derive(ReactiveProtocol)]` implements it, or `#[protocol(views)]`
/// where the protocol's own wire is another. Views travel on [`Rkyv`] even so: whoever sends such a
/// protocol's messages to a handler of views chooses that wire for them, by `.wire(Rkyv)` or `.wires(..)`.
#[diagnostic::on_unimplemented(
    message = "messages of `{Self}` cannot be received as views",
    label = "not a protocol with views",
    note = "annotate it with `#[derive(ReactiveProtocol)]` and `#[protocol(wire = Rkyv)]`, or `#[protocol(views)]` if its own wire is another; a protocol with hash maps or sets has no views"
)]
pub trait ViewProtocol: ReactiveProtocol + Archive {
    /// As [`ReactiveProtocol::is_closing`].
    fn is_closing_view(archived: &Self::Archived) -> bool {
        let _ = archived;
        false
    }
}

impl<M> ReactiveProtocol for View<M>
where
    M: ViewProtocol<Archived: Checked + Send + Sync> + ToArchive,
{
    type Wire = Rkyv;

    const MAX_FRAME_LEN: Option<usize> = M::MAX_FRAME_LEN;

    fn error_message(text: String) -> Option<Self> {
        View::of(&M::error_message(text)?).ok()
    }

    fn is_closing(&self) -> bool {
        M::is_closing_view(self)
    }
}
