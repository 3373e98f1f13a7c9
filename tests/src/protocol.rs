use reactive_messaging::{
    Encode, ReactiveProtocol,
    frame::{Framing, LengthPrefixed, Line},
    wire::{Decode, DecodeLimits, Frame, Json, Postcard, Ron},
};
use serde::{Deserialize, Serialize};

/// What clients say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// A message without content.
    Hello,
    /// A message of fixed size.
    Number(u32),
    /// A message of any size.
    Text(String),
    /// Closes the dialog.
    Quit,
    /// Reports an error.
    Error(String),
}

/// What servers say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// A message without content.
    World,
    /// A message of fixed size.
    Number(u32),
    /// A message of any size.
    Text(String),
    /// Closes the dialog.
    Bye,
    /// Reports an error.
    Error(String),
}

impl ReactiveProtocol for Ask {
    type Wire = Ron;

    fn error_message(text: String) -> Option<Self> {
        Some(Self::Error(text))
    }

    fn is_closing(&self) -> bool {
        matches!(self, Self::Quit)
    }
}

impl ReactiveProtocol for Answer {
    type Wire = Ron;

    fn error_message(text: String) -> Option<Self> {
        Some(Self::Error(text))
    }

    fn is_closing(&self) -> bool {
        matches!(self, Self::Bye)
    }
}

/// A wire, chosen while a test runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireKind {
    /// `Ron`, the protocols' own.
    Ron,
    /// `Json`
    Json,
    /// `Postcard`
    Postcard,
}

impl WireKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ron, Self::Json, Self::Postcard];

    /// Frames `message`.
    pub fn frame<M: Serialize>(self, message: &M) -> Vec<u8> {
        match self {
            Self::Ron => framed::<Ron, M>(message),
            Self::Json => framed::<Json, M>(message),
            Self::Postcard => framed::<Postcard, M>(message),
        }
    }

    /// Frames all `messages`.
    pub fn frames<M: Serialize>(self, messages: &[M]) -> Vec<u8> {
        messages.iter().flat_map(|m| self.frame(m)).collect()
    }

    /// Takes the first message off `bytes`, if it is there in whole.
    pub fn take<M: for<'a> Deserialize<'a>>(self, bytes: &mut Vec<u8>) -> Option<M> {
        match self {
            Self::Ron => unframed::<Ron, M>(bytes),
            Self::Json => unframed::<Json, M>(bytes),
            Self::Postcard => unframed::<Postcard, M>(bytes),
        }
    }

    /// Whether frames are lines.
    pub fn is_text(self) -> bool {
        self != Self::Postcard
    }

    /// A frame around any bytes.
    pub fn around(self, payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        if self.is_text() {
            Line::begin(&mut out);
            out.extend_from_slice(payload);
            out.push(b'\n');
        } else {
            out.extend_from_slice(&(payload.len() as u32).to_le_bytes());
            out.extend_from_slice(payload);
        }
        out
    }
}

fn framed<W: Encode<M>, M>(message: &M) -> Vec<u8> {
    let mut out = Vec::new();
    W::Framing::begin(&mut out);
    W::encode(message, &mut out).expect("an encodable message");
    W::Framing::finish(&mut out, 0, usize::MAX).expect("a message that can be framed");
    out
}

fn unframed<W: Decode<M>, M>(bytes: &mut Vec<u8>) -> Option<M> {
    let span = W::Framing::next(bytes, usize::MAX).expect("a frame")?;
    let payload = Frame::new(&bytes[span.start..span.end]);
    let message = W::decode(payload, &DecodeLimits::default())
        .unwrap_or_else(|error| panic!("{error}: {:?}", &bytes[span.start..span.end]));
    bytes.drain(..span.next);
    Some(message)
}

/// Both framings are exercised.
const _: usize = <LengthPrefixed as Framing>::OVERHEAD + <Line as Framing>::OVERHEAD;
