//! What a protocol is.
//!
//! May depend on [`wire`](crate::wire), [`config`](crate::config) and [`error`](crate::error).
//! Connections never come here.

mod silent;
#[cfg(feature = "rkyv")]
mod view;

pub use silent::{NoMessages, Silent};
#[cfg(feature = "rkyv")]
pub use view::ViewProtocol;

use crate::{
    config::{ConstConfig, FrameLen},
    error::{DecodeError, EncodeError},
    wire::{Decode, DecodeLimits, Encode, Frame, Unfinished},
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
#[cfg_attr(
    feature = "rkyv",
    diagnostic::on_unimplemented(
        note = "a `View<M>` is one if `M` has views: annotate `M` with `#[protocol(wire = Rkyv)]`, or `#[protocol(views)]` if its own wire is another"
    )
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
        let max = default_max_frame_len::<Self>();
        let mut payload = Unfinished::new(out);
        Self::Wire::encode(self, payload.bytes())?;
        match payload.len() {
            len if len > max => Err(EncodeError::TooLong { len, max }),
            _ => {
                payload.keep();
                Ok(())
            }
        }
    }

    /// Reads back what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`DecodeError`] when `bytes` are not exactly one message within the default limits.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let max = default_max_frame_len::<Self>();
        match bytes.len() {
            0 => Err(DecodeError::Empty),
            len if len > max => Err(DecodeError::TooLong { max }),
            _ => Self::Wire::decode(Frame::new(bytes), &DecodeLimits::default()),
        }
    }
}

/// How long messages of type `M` may be, on a wire that gives all of them the length `exact`, if it
/// does. The protocol's limit wins over the config's.
pub(crate) const fn frame_len<M: ReactiveProtocol>(
    config: &ConstConfig,
    exact: Option<usize>,
) -> FrameLen {
    let max = match M::MAX_FRAME_LEN {
        Some(max) => max,
        None => config.max_frame_len,
    };
    FrameLen { max, exact }
}

const fn default_max_frame_len<M: ReactiveProtocol>() -> usize {
    frame_len::<M>(&ConstConfig::default(), None).max
}
