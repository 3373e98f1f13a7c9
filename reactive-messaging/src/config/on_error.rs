//! What a failing handler does to its dialog.

/// What happens when an item of a handler's stream is an `Err`.
///
/// A handler fn that itself returns `Err` ends its dialog whatever this says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnError {
    /// The remote gets the protocol's error message, if it has one; the dialog goes on.
    #[default]
    Reply,
    /// As `Reply`, and the dialog closes with `HandlerFailed`.
    Close,
    /// The error is logged; the remote is told nothing.
    Ignore,
}
