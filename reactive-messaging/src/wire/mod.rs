//! Frames ⇄ messages: how a message is written as bytes.
//!
//! Pure functions. May depend on [`frame`](crate::frame), [`config`](crate::config) and
//! [`error`](crate::error); protocols, sockets, clocks, tasks and logs never come here.

#[cfg(any(feature = "json", feature = "postcard", feature = "ron"))]
#[forbid(unsafe_code)]
mod budget;
#[cfg(feature = "fixed")]
#[forbid(unsafe_code)]
mod fixed;
#[cfg(feature = "json")]
#[forbid(unsafe_code)]
mod json;
#[cfg(any(feature = "json", feature = "postcard", feature = "ron"))]
#[forbid(unsafe_code)]
mod limited;
#[cfg(feature = "postcard")]
#[forbid(unsafe_code)]
mod postcard;
#[cfg(feature = "rkyv")]
mod rkyv;
#[cfg(feature = "ron")]
#[forbid(unsafe_code)]
mod ron;
#[cfg(all(test, feature = "json", feature = "postcard", feature = "ron"))]
#[forbid(unsafe_code)]
mod test_limits;
#[cfg(all(test, feature = "json", feature = "postcard", feature = "ron"))]
#[forbid(unsafe_code)]
mod test_messages;
#[cfg(any(feature = "json", feature = "ron"))]
#[forbid(unsafe_code)]
mod text;
#[forbid(unsafe_code)]
mod unfinished;

#[cfg(feature = "fixed")]
pub use fixed::{FieldsReader, FieldsWriter, Fixed, FixedSize, InvalidValue};
#[cfg(feature = "json")]
pub use json::Json;
#[cfg(feature = "postcard")]
pub use postcard::Postcard;
#[cfg(feature = "rkyv")]
pub use rkyv::{Rkyv, View};
#[cfg(feature = "ron")]
pub use ron::Ron;

#[cfg(feature = "rkyv")]
pub(crate) use rkyv::{Checked, ToArchive};
pub(crate) use unfinished::Unfinished;

use std::ops::Deref;

use bytes::Bytes;

use crate::{
    config::ConstConfig,
    error::{DecodeError, EncodeError},
    frame::Framing,
};

/// A form in which messages travel: a name, and how it is framed.
///
/// Implement [`Encode`] and [`Decode`] beside it, generic over the messages that it can carry. A
/// wire is a unit struct: it has no state, and `.wire(MyWire)` chooses it by type.
pub trait Wire: Copy + Default + Send + Sync + 'static {
    /// How messages are delimited.
    type Framing: Framing;
    /// How logs and errors call this wire.
    const NAME: &'static str;
}

/// A wire that can write messages of type `M`.
#[diagnostic::on_unimplemented(
    message = "the wire `{Self}` cannot write `{M}`",
    label = "cannot be written by `{Self}`",
    note = "the wires `Ron`, `Json` and `Postcard` need `#[derive(serde::Serialize)]` on the message, `Fixed` needs `#[derive(FixedSize)]`, `Rkyv` needs `#[derive(rkyv::Archive, rkyv::Serialize)]`",
    note = "another wire is chosen by `#[protocol(wire = …)]` on the message or `wire = …` on the handler"
)]
pub trait Encode<M>: Wire {
    /// Bytes of every payload, where all messages of type `M` are of one length; `max_frame_len` must
    /// not be less. The framing [`Records`](crate::frame::Records) needs it.
    const FRAME_LEN: Option<usize> = None;

    /// Appends the payload of `message` to `out`; what `out` holds already must stay.
    ///
    /// # Errors
    /// [`EncodeError`] when `message` has no form on this wire. What was appended until then is
    /// taken back by the caller.
    fn encode(message: &M, out: &mut Vec<u8>) -> Result<(), EncodeError>;
}

/// A wire that can read messages of type `M`.
#[diagnostic::on_unimplemented(
    message = "the wire `{Self}` cannot read `{M}`",
    label = "cannot be read by `{Self}`",
    note = "the wires `Ron`, `Json` and `Postcard` need `#[derive(serde::Deserialize)]` on the message, `Fixed` needs `#[derive(FixedSize)]`, `Rkyv` needs `#[derive(rkyv::Archive, rkyv::Deserialize)]`",
    note = "another wire is chosen by `#[protocol(wire = …)]` on the message or `wire = …` on the handler"
)]
pub trait Decode<M>: Wire {
    /// Bytes of every payload, as in [`Encode::FRAME_LEN`]; both must be the same.
    const FRAME_LEN: Option<usize> = None;

    /// Reads the message that `frame` is, from its first byte to its last; there is at least one.
    ///
    /// # Errors
    /// [`DecodeError`] for anything that is not exactly one message within `limits`; only a wire whose
    /// messages are read where they lie, such as `Rkyv`, may not see bytes that are no part of one. All
    /// come from a network: an implementation neither panics nor allocates what is merely declared.
    fn decode(frame: Frame<'_>, limits: &DecodeLimits) -> Result<M, DecodeError>;
}

/// The payload of one received frame.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    payload: &'a [u8],
    /// What was received, with the payload in it.
    chunk: Option<&'a Bytes>,
}

impl<'a> Frame<'a> {
    /// A frame with this payload.
    pub fn new(payload: &'a [u8]) -> Self {
        let chunk = None;
        Self { payload, chunk }
    }

    /// A frame whose payload is a part of `chunk`, so that a message can share it.
    #[inline]
    pub fn within(chunk: &'a Bytes, payload: &'a [u8]) -> Self {
        let chunk = Some(chunk);
        Self { payload, chunk }
    }

    /// The bytes of the payload, for as long as the chunk that was received lives.
    #[inline]
    pub fn payload(self) -> &'a [u8] {
        self.payload
    }

    /// The payload, for as long as the message wants it: shared with the chunk that was received,
    /// and copied where there is none. Whoever shares a part of a chunk keeps all of it in memory,
    /// which is `inbound_bytes` or one frame at most.
    pub fn to_bytes(self) -> Bytes {
        let lies_within = |chunk: &&Bytes| {
            let (chunk, payload) = (chunk.as_ptr_range(), self.payload.as_ptr_range());
            chunk.start <= payload.start && payload.end <= chunk.end
        };
        match self.chunk.filter(lies_within) {
            Some(chunk) => chunk.slice_ref(self.payload),
            None => Bytes::copy_from_slice(self.payload),
        }
    }
}

impl Deref for Frame<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.payload
    }
}

/// What a wire must not exceed while it decodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeLimits {
    /// Levels of nesting, the message itself being the first: a struct, a tuple, a sequence, a map, an
    /// option that holds something, and the content of an enum's variant are one level each.
    pub max_depth: usize,
    /// Bytes that may be reserved for elements that were declared and have not been read. Serde asks
    /// before it names the type, so that elements are taken to need 64 bytes of memory each.
    pub prealloc_step: usize,
}

impl DecodeLimits {
    pub(crate) const fn of(config: &ConstConfig) -> Self {
        Self {
            max_depth: config.max_depth,
            prealloc_step: config.prealloc_step,
        }
    }
}

impl Default for DecodeLimits {
    fn default() -> Self {
        Self::of(&ConstConfig::default())
    }
}
