//! What a protocol is.

use crate::{
    error::{DecodeError, EncodeError},
    wire::{self, Decode, Encode},
};

/// The messages that one side of a dialog may send, usually an enum.
///
/// `#[derive(ReactiveProtocol)]` implements it; by hand it takes two lines:
///
/// ```
/// # #[cfg(feature = "ron")] {
/// use reactive_messaging::{ReactiveProtocol, wire::Ron};
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// enum Reading { Celsius(f32), Offline }
///
/// impl ReactiveProtocol for Reading {
///     type Wire = Ron;
/// }
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no protocol",
    label = "not a protocol message",
    note = "annotate the message type with `#[derive(ReactiveProtocol)]`"
)]
pub trait ReactiveProtocol: Sized + Send + 'static {
    /// The wire that messages travel on, unless a handler or a builder chooses another.
    type Wire: Encode<Self> + Decode<Self>;

    /// Most bytes of one encoded message; `None` leaves it to `ConstConfig::max_frame_len`.
    const MAX_FRAME_LEN: Option<usize> = None;

    /// The message that tells the remote of an error, if the protocol has one.
    fn error_message(text: String) -> Option<Self> {
        let _ = text;
        None
    }

    /// Whether the dialog flushes and ends behind this message, on both sides.
    fn is_closing(&self) -> bool {
        false
    }

    /// Appends the message to `out`, in the protocol's wire, without framing.
    ///
    /// # Errors
    /// [`EncodeError`] when the serialization fails or exceeds [`MAX_FRAME_LEN`](Self::MAX_FRAME_LEN)
    /// (64 KiB where that is `None`). `out` is then as it was.
    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        wire::encode(self, out)
    }

    /// Reads back what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`DecodeError`] when `bytes` are not exactly one message within the default limits.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        wire::decode(bytes)
    }
}

/// The protocol of a side that never says anything: it has no values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    any(feature = "ron", feature = "json", feature = "postcard"),
    derive(serde::Serialize, serde::Deserialize)
)]
pub enum NoMessages {}

impl ReactiveProtocol for NoMessages {
    type Wire = wire::Silent;
}
