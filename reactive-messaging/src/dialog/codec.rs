//! A wire, erased: what a dialog needs of it as fn pointers.

use crate::{
    error::{DecodeError, EncodeError, FrameError},
    frame::{self, Framing, Scan},
    protocol::ReactiveProtocol,
    wire::{Decode, DecodeLimits, Encode, Frame, Wire},
};

/// Appends one frame, or leaves the buffer as it was.
pub(crate) type EncodeFrame<M> = fn(&M, &mut Vec<u8>, usize) -> Result<(), EncodeError>;

/// Decodes the first frame of a slice.
pub(crate) type DecodeNext<M> = fn(&[u8], usize, &DecodeLimits) -> Decoded<M>;

/// What the first frame of a slice is.
pub(crate) enum Decoded<M> {
    /// A message, and the bytes that its frame takes.
    Message(M, usize),
    /// No message, and the bytes that its frame takes.
    Undecodable(DecodeError, usize),
    /// No frame.
    Unframed(FrameError),
    /// There is no further frame.
    Exhausted,
}

/// A framing as fn pointers.
#[derive(Debug)]
pub(crate) struct FramingOps {
    pub(crate) scan: fn(&[u8], usize, usize) -> Scan,
    pub(crate) count: fn(&[u8], usize) -> (u64, usize),
    pub(crate) resynchronises: bool,
}

impl FramingOps {
    pub(crate) const fn of<F: Framing>() -> &'static Self {
        &Self {
            scan: F::scan,
            count: frame::count::<F>,
            resynchronises: F::RESYNCHRONISES,
        }
    }
}

/// The wires of a dialog that receives `C` and sends `S`.
pub(crate) struct Codec<C, S> {
    pub(crate) inbound: &'static FramingOps,
    pub(crate) outbound: &'static FramingOps,
    pub(crate) encode: EncodeFrame<S>,
    pub(crate) encode_error: fn(String, &mut Vec<u8>, usize) -> bool,
    /// `None` is the protocol's own wire, whose decoder `Incoming` inlines.
    pub(crate) decode: Option<DecodeNext<C>>,
    pub(crate) name: &'static str,
}

impl<C, S> Clone for Codec<C, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C, S> Copy for Codec<C, S> {}

impl<C: ReactiveProtocol, S: ReactiveProtocol> Codec<C, S> {
    /// Both protocols on their own wires.
    pub(crate) const fn native() -> Self {
        Self {
            inbound: FramingOps::of::<<C::Wire as Wire>::Framing>(),
            outbound: FramingOps::of::<<S::Wire as Wire>::Framing>(),
            encode: encode_frame::<S::Wire, S>,
            encode_error: encode_error::<S::Wire, S>,
            decode: None,
            name: <C::Wire as Wire>::NAME,
        }
    }

    /// Both protocols on the wire `W`.
    pub(crate) const fn on<W: Decode<C> + Encode<S>>() -> Self {
        Self {
            inbound: FramingOps::of::<W::Framing>(),
            outbound: FramingOps::of::<W::Framing>(),
            encode: encode_frame::<W, S>,
            encode_error: encode_error::<W, S>,
            decode: Some(decode_next::<W, C>),
            name: W::NAME,
        }
    }
}

/// Appends `message` as one frame. Should it fail, or panic, no part of the frame stays.
#[inline]
pub(crate) fn encode_frame<W: Encode<M>, M>(
    message: &M,
    out: &mut Vec<u8>,
    max_frame_len: usize,
) -> Result<(), EncodeError> {
    let start = out.len();
    let mut frame = Unfinished { out, start };
    W::Framing::begin(frame.out);
    W::encode(message, frame.out)?;
    W::Framing::finish(frame.out, start, max_frame_len)?;
    frame.start = frame.out.len();
    Ok(())
}

/// A frame that is taken back unless it was finished.
struct Unfinished<'a> {
    out: &'a mut Vec<u8>,
    start: usize,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        self.out.truncate(self.start);
    }
}

/// Appends the protocol's error message, if it has one and it can be encoded.
fn encode_error<W: Encode<M>, M: ReactiveProtocol>(
    text: String,
    out: &mut Vec<u8>,
    max_frame_len: usize,
) -> bool {
    M::error_message(text)
        .is_some_and(|message| encode_frame::<W, M>(&message, out, max_frame_len).is_ok())
}

#[inline]
pub(crate) fn decode_next<W: Decode<M>, M>(
    bytes: &[u8],
    max_frame_len: usize,
    limits: &DecodeLimits,
) -> Decoded<M> {
    match W::Framing::next(bytes, max_frame_len) {
        Ok(Some(span)) if span.start == span.end => {
            Decoded::Undecodable(DecodeError::Empty, span.next)
        }
        Ok(Some(span)) => match W::decode(Frame::new(&bytes[span.start..span.end]), limits) {
            Ok(message) => Decoded::Message(message, span.next),
            Err(error) => Decoded::Undecodable(error, span.next),
        },
        Ok(None) => Decoded::Exhausted,
        Err(error) => Decoded::Unframed(error),
    }
}

/// Decodes the first frame of what a protocol's own wire wrote; `None` when there is none.
pub(crate) fn decode_own<M: ReactiveProtocol>(
    frames: &[u8],
) -> Option<Result<(M, usize), DecodeError>> {
    match decode_next::<M::Wire, M>(frames, usize::MAX, &DecodeLimits::default()) {
        Decoded::Message(message, consumed) => Some(Ok((message, consumed))),
        Decoded::Undecodable(error, _) => Some(Err(error)),
        Decoded::Unframed(_) | Decoded::Exhausted => None,
    }
}
