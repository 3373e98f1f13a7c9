use reactive_messaging::{
    frame::Framing,
    wire::{Decode, DecodeLimits, Encode, Fixed, Frame, Json, Postcard, Rkyv, Ron},
};

use crate::RECORD;

/// A wire, chosen while a test runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireKind {
    /// `Ron`, the protocols' own.
    Ron,
    /// `Json`
    Json,
    /// `Postcard`
    Postcard,
    /// `Rkyv`
    Rkyv,
    /// `Fixed`
    Fixed,
}

/// A builder whose protocols are `Ron`'s, on the wire of a [`WireKind`].
#[macro_export]
macro_rules! on_wire {
    ($builder:expr, $kind:expr) => {{
        let (builder, kind): (_, $crate::WireKind) = ($builder, $kind);
        match kind {
            $crate::WireKind::Ron => builder,
            $crate::WireKind::Json => builder.wire(::reactive_messaging::wire::Json),
            $crate::WireKind::Postcard => builder.wire(::reactive_messaging::wire::Postcard),
            $crate::WireKind::Rkyv => builder.wire(::reactive_messaging::wire::Rkyv),
            $crate::WireKind::Fixed => builder.wire(::reactive_messaging::wire::Fixed),
        }
    }};
}

/// A message that every wire carries.
pub trait Message: Sized {
    /// This message as a frame.
    fn framed(&self, wire: WireKind) -> Vec<u8>;

    /// Takes the first message off `bytes`, if it is there in whole.
    fn unframed(bytes: &mut Vec<u8>, wire: WireKind) -> Option<Self>;
}

impl<M> Message for M
where
    Ron: Encode<M> + Decode<M>,
    Json: Encode<M> + Decode<M>,
    Postcard: Encode<M> + Decode<M>,
    Rkyv: Encode<M> + Decode<M>,
    Fixed: Encode<M> + Decode<M>,
{
    fn framed(&self, wire: WireKind) -> Vec<u8> {
        match wire {
            WireKind::Ron => framed::<Ron, M>(self),
            WireKind::Json => framed::<Json, M>(self),
            WireKind::Postcard => framed::<Postcard, M>(self),
            WireKind::Rkyv => framed::<Rkyv, M>(self),
            WireKind::Fixed => framed::<Fixed, M>(self),
        }
    }

    fn unframed(bytes: &mut Vec<u8>, wire: WireKind) -> Option<M> {
        match wire {
            WireKind::Ron => unframed::<Ron, M>(bytes),
            WireKind::Json => unframed::<Json, M>(bytes),
            WireKind::Postcard => unframed::<Postcard, M>(bytes),
            WireKind::Rkyv => unframed::<Rkyv, M>(bytes),
            WireKind::Fixed => unframed::<Fixed, M>(bytes),
        }
    }
}

impl WireKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Ron,
        Self::Json,
        Self::Postcard,
        Self::Rkyv,
        Self::Fixed,
    ];

    /// Those whose frames are as long as their messages.
    pub const OF_ANY_LENGTH: [Self; 4] = [Self::Ron, Self::Json, Self::Postcard, Self::Rkyv];

    /// Those whose frames are behind their length.
    pub const LENGTH_PREFIXED: [Self; 2] = [Self::Postcard, Self::Rkyv];

    /// Frames `message`.
    pub fn frame<M: Message>(self, message: &M) -> Vec<u8> {
        message.framed(self)
    }

    /// Frames all `messages`.
    pub fn frames<M: Message>(self, messages: &[M]) -> Vec<u8> {
        messages.iter().flat_map(|m| self.frame(m)).collect()
    }

    /// Takes the first message off `bytes`, if it is there in whole.
    pub fn take<M: Message>(self, bytes: &mut Vec<u8>) -> Option<M> {
        M::unframed(bytes, self)
    }

    /// Whether frames are lines.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Ron | Self::Json)
    }

    /// A frame around any bytes.
    ///
    /// # Panics
    /// On `Fixed`, unless they are as many as a record of [`Ask`](crate::Ask) has.
    pub fn around(self, payload: &[u8]) -> Vec<u8> {
        match self {
            Self::Ron | Self::Json => [payload, b"\n"].concat(),
            Self::Postcard | Self::Rkyv => {
                let len = payload.len() as u32;
                [&len.to_le_bytes(), payload].concat()
            }
            Self::Fixed => {
                assert_eq!(
                    payload.len(),
                    RECORD,
                    "no frame of this wire is of that length"
                );
                payload.to_vec()
            }
        }
    }
}

/// Frames `message`.
pub fn framed<W: Encode<M>, M>(message: &M) -> Vec<u8> {
    let mut out = Vec::new();
    W::Framing::begin(&mut out);
    W::encode(message, &mut out).expect("an encodable message");
    let max_frame_len = W::FRAME_LEN.unwrap_or(usize::MAX);
    W::Framing::finish(&mut out, 0, max_frame_len).expect("a message that can be framed");
    out
}

/// Takes the first message off `bytes`, if it is there in whole.
pub fn unframed<W: Decode<M>, M>(bytes: &mut Vec<u8>) -> Option<M> {
    let max_frame_len = W::FRAME_LEN.unwrap_or(usize::MAX);
    let span = W::Framing::next(bytes, max_frame_len).expect("a frame")?;
    let payload = Frame::new(&bytes[span.start..span.end]);
    let message = W::decode(payload, &DecodeLimits::default())
        .unwrap_or_else(|error| panic!("{error}: {:?}", &bytes[span.start..span.end]));
    bytes.drain(..span.next);
    Some(message)
}
