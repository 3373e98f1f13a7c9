//! A wire, erased: what a dialog needs of it as fn pointers.

use bytes::Bytes;

use crate::{
    config::{ConstConfig, FrameLen},
    error::{DecodeError, EncodeError, FrameError},
    frame::{self, Framing, Scan},
    protocol::{self, ReactiveProtocol},
    wire::{Decode, DecodeLimits, Encode, Frame, Unfinished},
};

/// Appends one frame, or leaves the buffer as it was.
pub(crate) type EncodeFrame<M> = fn(&M, &mut Vec<u8>, usize) -> Result<(), EncodeError>;

/// Decodes the first frame behind so many bytes of a chunk: the message, and the bytes that its frame
/// takes.
///
/// What is rejected lies behind a pointer, so that a result is hardly larger than its message.
pub(crate) type DecodeNext<M> =
    fn(&Bytes, usize, usize, &DecodeLimits) -> Result<(M, usize), Box<Rejection>>;

/// Why the next frame of a chunk is no message.
pub(crate) enum Rejection {
    /// It is a frame, of so many bytes.
    Undecodable(DecodeError, usize),
    /// It is no frame.
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
    pub(crate) overhead: usize,
}

/// How the frames of some bytes are told apart, and how long they are at most.
pub(crate) type Framed = (&'static FramingOps, usize);

impl FramingOps {
    pub(crate) const fn of<F: Framing>() -> &'static Self {
        &Self {
            scan: F::scan,
            count: frame::count::<F>,
            resynchronises: F::RESYNCHRONISES,
            overhead: F::OVERHEAD,
        }
    }
}

/// The wires of a dialog that receives `C` and sends `S`.
pub(crate) struct Codec<C, S> {
    pub(crate) inbound: &'static FramingOps,
    pub(crate) outbound: &'static FramingOps,
    /// Bytes of every inbound payload, where all are of one length.
    inbound_len: Option<usize>,
    /// Bytes of every outbound payload, where all are of one length.
    outbound_len: Option<usize>,
    pub(crate) encode: EncodeFrame<S>,
    pub(crate) encode_error: fn(String, &mut Vec<u8>, usize) -> bool,
    /// `None` is the protocol's own wire, whose decoder `Incoming` inlines.
    pub(crate) decode: Option<DecodeNext<C>>,
    /// Of the inbound wire, and of the outbound one.
    pub(crate) names: (&'static str, &'static str),
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
        Self::of::<C::Wire, S::Wire>(None)
    }

    /// Remote messages on the wire `In`, local ones on `Out`.
    pub(crate) const fn on<In: Decode<C>, Out: Encode<S>>() -> Self {
        Self::of::<In, Out>(Some(decode_next::<In, C>))
    }

    const fn of<In: Decode<C>, Out: Encode<S>>(decode: Option<DecodeNext<C>>) -> Self {
        const {
            assert!(
                In::FRAME_LEN.is_some() || !In::Framing::FIXED_LEN,
                "a wire whose framing is of fixed length must set `Decode::FRAME_LEN`"
            );
            assert!(
                Out::FRAME_LEN.is_some() || !Out::Framing::FIXED_LEN,
                "a wire whose framing is of fixed length must set `Encode::FRAME_LEN`"
            );
        }
        Self {
            inbound: FramingOps::of::<In::Framing>(),
            outbound: FramingOps::of::<Out::Framing>(),
            inbound_len: In::FRAME_LEN,
            outbound_len: Out::FRAME_LEN,
            encode: encode_frame::<Out, S>,
            encode_error: encode_error::<Out, S>,
            decode,
            names: (In::NAME, Out::NAME),
        }
    }

    /// How long inbound and outbound payloads may be.
    pub(crate) const fn frame_lens(&self, config: &ConstConfig) -> (FrameLen, FrameLen) {
        let inbound = protocol::frame_len::<C>(config, self.inbound_len);
        let outbound = protocol::frame_len::<S>(config, self.outbound_len);
        (inbound, outbound)
    }
}

/// Appends `message` as one frame. Should it fail, or panic, no part of the frame stays.
#[inline]
pub(crate) fn encode_frame<W: Encode<M>, M>(
    message: &M,
    out: &mut Vec<u8>,
    max_frame_len: usize,
) -> Result<(), EncodeError> {
    let max_frame_len = W::FRAME_LEN.unwrap_or(max_frame_len);
    let start = out.len();
    let mut frame = Unfinished::new(out);
    W::Framing::begin(frame.bytes());
    W::encode(message, frame.bytes())?;
    W::Framing::finish(frame.bytes(), start, max_frame_len)?;
    frame.keep();
    Ok(())
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

pub(crate) fn decode_next<W: Decode<M>, M>(
    chunk: &Bytes,
    at: usize,
    max_frame_len: usize,
    limits: &DecodeLimits,
) -> Result<(M, usize), Box<Rejection>> {
    let max_frame_len = W::FRAME_LEN.unwrap_or(max_frame_len);
    let frames = &chunk[at..];
    match W::Framing::next(frames, max_frame_len) {
        Ok(Some(span)) => match decode::<W, M>(chunk, &frames[span.start..span.end], limits) {
            Ok(message) => Ok((message, span.next)),
            Err(error) => Err(rejected(Rejection::Undecodable(error, span.next))),
        },
        Ok(None) => Err(rejected(Rejection::Exhausted)),
        Err(error) => Err(rejected(Rejection::Unframed(error))),
    }
}

#[inline]
fn decode<W: Decode<M>, M>(
    chunk: &Bytes,
    payload: &[u8],
    limits: &DecodeLimits,
) -> Result<M, DecodeError> {
    if payload.is_empty() {
        return Err(DecodeError::Empty);
    }
    W::decode(Frame::within(chunk, payload), limits)
}

#[cold]
fn rejected(rejection: Rejection) -> Box<Rejection> {
    Box::new(rejection)
}

/// Decodes the next frame of what a protocol's own wire wrote; `None` when there is none.
pub(crate) fn decode_own<M: ReactiveProtocol>(
    frames: &Bytes,
    at: usize,
) -> Option<Result<(M, usize), DecodeError>> {
    let decoded = decode_next::<M::Wire, M>(frames, at, usize::MAX, &DecodeLimits::default());
    match decoded.map_err(|rejection| *rejection) {
        Ok(message) => Some(Ok(message)),
        Err(Rejection::Undecodable(error, _)) => Some(Err(error)),
        Err(Rejection::Unframed(_) | Rejection::Exhausted) => None,
    }
}
