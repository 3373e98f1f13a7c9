//! Choosing a wire, and writing one.
//!
//! | wire | a message is | choose it for | its messages derive |
//! |---|---|---|---|
//! | [`Ron`](crate::Ron) | a line of text | people, `nc`, debugging | serde's |
//! | [`Json`](crate::Json) | a line of text | other languages, browsers | serde's |
//! | [`Postcard`](crate::Postcard) | compact binary | any serde type, small and fast | serde's |
//! | [`Rkyv`](crate::Rkyv) | an archive | large messages of which little is read | rkyv's |
//! | [`Fixed`](crate::Fixed) | a record of one size | the highest rates, other languages without a parser | [`FixedSize`](crate::FixedSize) |
//!
//! What a wire cannot carry, its docs say: 128-bit integers on [`Ron`](crate::Ron), options of options
//! on [`Json`](crate::Json). `Fixed` and `Rkyv` as a protocol's own wire are chosen by these names, and
//! then derive what they need beside the message's own derives. Types of `arrayvec` need its feature
//! `serde` on the wires of serde, and rkyv's feature `arrayvec-0_7` on [`Rkyv`](crate::Rkyv).
//!
//! # Where a wire is chosen
//!
//! A protocol names its wire by `#[protocol(wire = …)]`, default [`Ron`](crate::Ron). A handler may
//! speak another one, and so may one deployment of it: the same handler serves several wires at once.
//! Both sides have to speak the same.
//!
//! ```
//! # #[cfg(all(feature = "json", feature = "postcard"))] {
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! #[reactive_server(wire = Json)]
//! async fn pong(messages: impl Stream<Item = Ask>) -> impl Stream<Item = Answer> {
//!     messages.map(|Ask::Ping(n)| Answer::Pong(n))
//! }
//!
//! let json = pong::bind("127.0.0.1:0");
//! let postcard = pong::bind("127.0.0.1:0").wire(Postcard);
//! // each direction on its own: what clients say comes as JSON, what they hear is RON;
//! // a client says `.wires(Ron, Json)`: first what it reads, then what it writes
//! let both = pong::bind("127.0.0.1:0").wires(Json, Ron);
//! # }
//! ```
//!
//! A config may ask for what only some wires can do, such as `max_decode_errors` above 1, which needs
//! lines; a service on another wire then needs a `.config(..)` of its own.
//!
//! Protocols that name different wires have one for each direction anyway.
//!
//! # Outside a connection
//!
//! [`encode`](crate::ReactiveProtocol::encode) and [`decode`](crate::ReactiveProtocol::decode) use a
//! protocol's own wire, within the default limits, for files, queues or tests.
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! let mut bytes = Vec::new();
//! Ask::Ping(7).encode(&mut bytes).unwrap();
//! assert_eq!(bytes, b"Ping(7)");
//! assert_eq!(Ask::decode(&bytes), Ok(Ask::Ping(7)));
//! ```
//!
//! # Records
//!
//! On the wire [`Fixed`](crate::Fixed) all messages of a protocol take the same number of bytes, which is
//! a constant. Text and lists then have a bound, as those of `arrayvec` do (feature `arrayvec`). The docs
//! of [`Fixed`](crate::Fixed) have the layout, so that any language can speak it.
//!
//! ```
//! # #[cfg(feature = "arrayvec")] {
//! use arrayvec::ArrayString;
//! use reactive_messaging::prelude::*;
//!
//! #[derive(Debug, FixedSize)]
//! struct Place { x: f32, y: f32 }
//!
//! #[derive(Debug, ReactiveProtocol)]
//! #[protocol(wire = Fixed)]
//! enum Move { To(Place), Rename(ArrayString<15>), #[protocol(closing)] Leave }
//!
//! // a tag, and the longest variant: a length and fifteen bytes of text
//! assert_eq!(Move::SIZE, 1 + (1 + 15));
//! # }
//! ```
//!
//! # Views
//!
//! A handler of [`View<M>`](crate::View) reads messages of the wire [`Rkyv`](crate::Rkyv) in the bytes that
//! were received; its docs have an example. A handler of `M` works on that wire as on all others.
//!
//! `#[protocol(views)]` allows views of a protocol whose own wire is another. Taking them is choosing
//! `Rkyv` for that direction: the other side then says `.wire(Rkyv)`, or `.wires(Ron, Rkyv)` if it still
//! reads RON.
//!
//! # A wire of one's own
//!
//! A wire is a unit struct with a framing, [`Encode`](crate::Encode) and [`Decode`](crate::Decode).
//! This one writes whatever is `Display` and `FromStr`, one message a line. A message that contains
//! `\n`, or ends in `\r`, is refused by the framing. Decoding gets bytes from a network: it must not panic, must not
//! recurse deeper than they may nest, and must not allocate what they merely declare.
//! [`assert_wire`](crate::testing::assert_wire) checks what can be checked from outside; the example
//! `custom_wire` has MessagePack, in a framing of its own.
//!
//! ```
//! use std::{fmt, io::Write, str::FromStr};
//! use reactive_messaging::{
//!     DecodeError, EncodeError, ReactiveProtocol,
//!     frame::Line,
//!     wire::{Decode, DecodeLimits, Encode, Frame, Wire},
//! };
//!
//! #[derive(Clone, Copy, Default)]
//! struct Plain;
//!
//! impl Wire for Plain {
//!     type Framing = Line;
//!     const NAME: &'static str = "plain";
//! }
//!
//! impl<M: fmt::Display> Encode<M> for Plain {
//!     fn encode(message: &M, out: &mut Vec<u8>) -> Result<(), EncodeError> {
//!         write!(out, "{message}").map_err(EncodeError::serialize)
//!     }
//! }
//!
//! impl<M: FromStr<Err: fmt::Display>> Decode<M> for Plain {
//!     fn decode(frame: Frame<'_>, _: &DecodeLimits) -> Result<M, DecodeError> {
//!         let text = std::str::from_utf8(&frame).map_err(|error| DecodeError::malformed(Some(error.valid_up_to()), error))?;
//!         text.parse().map_err(|error| DecodeError::malformed(None, error))
//!     }
//! }
//!
//! #[derive(Debug, PartialEq, ReactiveProtocol)]
//! #[protocol(wire = Plain)]
//! enum Light { Level(u8) }
//! # impl fmt::Display for Light {
//! #     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { let Self::Level(level) = self; write!(f, "{level}") }
//! # }
//! # impl FromStr for Light {
//! #     type Err = std::num::ParseIntError;
//! #     fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self::Level) }
//! # }
//!
//! assert_eq!(Light::decode(b"42"), Ok(Light::Level(42)));
//! assert!(Light::decode(b"bright").is_err());
//!
//! use reactive_messaging::testing::{TrailingBytes, assert_wire};
//! assert_wire::<Plain, _>(TrailingBytes::Refused, [Light::Level(0), Light::Level(255)]);
//! ```
