//! Every shape of message × every wire that has a form for it × every transport.

use std::{collections::BTreeMap, fmt};

use arrayvec::{ArrayString, ArrayVec};
use futures::{
    FutureExt, StreamExt,
    future::{self, BoxFuture},
};
use reactive_messaging::{
    Client, Decode, DisconnectReason, Encode, EncodeError, Fixed, FixedSize, Incoming, Json, Peer,
    Postcard, ReactiveProtocol, Rkyv, Ron, Server, serve_connection,
    wire::{DecodeLimits, Frame},
};
use serde::{Deserialize, Serialize};
use tests::soon;
use tokio::{io::duplex, sync::mpsc};

/// What is asked of a message here.
trait Sample: ReactiveProtocol + Clone + PartialEq + fmt::Debug + Sync {}

impl<M: ReactiveProtocol + Clone + PartialEq + fmt::Debug + Sync> Sample for M {}

/// Sends `messages` through our client to a server that echoes them, on every transport.
async fn assert_echoed<W, M>(wire: W, messages: &[M])
where
    W: Encode<M> + Decode<M>,
    M: Sample,
{
    for address in ["127.0.0.1:0", "memory://"] {
        let server = Server::bind(address)
            .serve(|messages: Incoming<M>, _peer: Peer<M>| messages)
            .wire(wire)
            .await
            .expect("a server");
        let (run, told) = asking(messages);
        let client = Client::connect(server.address()).run(run).wire(wire);
        let client = client.await.expect("a client");
        let reason = soon(client.closed()).await;
        assert_ended(W::NAME, reason);
        drop(client);
        assert_eq!(all(told), messages, "{} over {address}", W::NAME);
        soon(server.shutdown()).await;
    }
    let (local, remote) = duplex(100);
    let echo = serve_connection(local, |messages: Incoming<M>, _peer: Peer<M>| messages);
    let (run, told) = asking(messages);
    let ask = serve_connection(remote, run).wire(wire).into_future();
    let (asked, _) = soon(future::join(ask, echo.wire(wire).into_future())).await;
    assert_ended(W::NAME, asked.expect("a valid config"));
    assert_eq!(all(told), messages, "{} over a pipe", W::NAME);
}

/// A handler that sends `messages` and waits for as many, and what it is told.
fn asking<M: Sample>(messages: &[M]) -> (impl Asking<M>, mpsc::UnboundedReceiver<M>) {
    let messages = messages.to_vec();
    let (tell, told) = mpsc::unbounded_channel();
    let run = move |answers: Incoming<M>, peer: Peer<M>| {
        let (messages, tell) = (messages.clone(), tell.clone());
        let count = messages.len();
        let send = async move {
            for message in messages {
                peer.send(message).await.expect("a form on this wire");
            }
        };
        let receive = answers.take(count).for_each(move |answer| {
            tell.send(answer).expect("the test listens");
            future::ready(())
        });
        future::join(send, receive).map(drop).boxed()
    };
    (run, told)
}

trait Asking<M>: Fn(Incoming<M>, Peer<M>) -> BoxFuture<'static, ()> + Send + Sync + 'static {}

impl<M, F> Asking<M> for F where
    F: Fn(Incoming<M>, Peer<M>) -> BoxFuture<'static, ()> + Send + Sync + 'static
{
}

fn assert_ended(wire: &str, reason: DisconnectReason) {
    let ended = matches!(reason, DisconnectReason::HandlerEnded);
    assert!(ended, "{wire}: {reason:?}");
}

/// What was told until the handler was dropped.
fn all<M>(mut told: mpsc::UnboundedReceiver<M>) -> Vec<M> {
    let mut all = Vec::new();
    while let Ok(message) = told.try_recv() {
        all.push(message);
    }
    all
}

/// Every shape that all wires have a form for.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Serialize,
    Deserialize,
    FixedSize,
    ReactiveProtocol,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
enum Shape {
    Unit,
    Newtype(u32),
    Tuple(bool, char, i8),
    Struct {
        at: Position,
        side: Option<Side>,
    },
    Unsigned(u8, u16, u32, u64),
    Signed {
        tiny: i8,
        small: i16,
        wide: i32,
        wider: i64,
    },
    Floats(f32, f64),
    Arrays([u16; 3], [Option<bool>; 2], [Position; 2], [u8; 0]),
    Tuples((u8, (i16, ())), (char,)),
    Options(Option<Option<u8>>, Option<()>),
    Nested(Envelope<Envelope<Side>>),
    Generic(Envelope<(u8, Option<Position>)>),
    List(ArrayVec<Position, 3>),
    Empty {},
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Serialize,
    Deserialize,
    FixedSize,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
struct Position {
    x: i32,
    y: f64,
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Serialize,
    Deserialize,
    FixedSize,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
enum Side {
    Left,
    Right(Hand),
    Both { first: Hand, second: Hand },
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Serialize,
    Deserialize,
    FixedSize,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
struct Hand(u8, bool);

#[derive(
    Debug,
    Clone,
    PartialEq,
    Serialize,
    Deserialize,
    FixedSize,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
struct Envelope<T> {
    id: u64,
    content: T,
}

fn shapes() -> Vec<Shape> {
    let at = Position { x: -1, y: 0.1 };
    let far = Position {
        x: i32::MIN,
        y: f64::MAX,
    };
    let both = Side::Both {
        first: Hand(0, true),
        second: Hand(255, false),
    };
    let nested = |content| Envelope {
        id: u64::MAX,
        content: Envelope { id: 0, content },
    };
    let mut shapes = vec![
        Shape::Unit,
        Shape::Newtype(u32::MAX),
        Shape::Tuple(true, '\u{1F980}', i8::MIN),
        Shape::Tuple(false, '\0', 0),
        Shape::Tuple(false, '\n', 0),
        Shape::Unsigned(u8::MAX, u16::MAX, u32::MAX, u64::MAX),
        Shape::Unsigned(0, 0, 0, 0),
        Shape::Signed {
            tiny: i8::MIN,
            small: i16::MIN,
            wide: i32::MIN,
            wider: i64::MIN,
        },
        Shape::Signed {
            tiny: i8::MAX,
            small: i16::MAX,
            wide: i32::MAX,
            wider: i64::MAX,
        },
        Shape::Arrays([1, 2, 3], [None, Some(true)], [at, far], []),
        Shape::Tuples((7, (-7, ())), ('\u{7F}',)),
        Shape::Generic(Envelope {
            id: 1,
            content: (2, Some(far)),
        }),
        Shape::Generic(Envelope {
            id: 1,
            content: (2, None),
        }),
        Shape::List(ArrayVec::new()),
        Shape::List(ArrayVec::from([at, far, at])),
        Shape::Empty {},
    ];
    for side in [None, Some(Side::Left), Some(Side::Right(Hand(9, true)))] {
        shapes.push(Shape::Struct { at, side });
    }
    for side in [Side::Left, both] {
        shapes.push(Shape::Nested(nested(side)));
    }
    // others have no form in JSON
    let floats = [0.0, -0.5, 0.1, f32::MIN_POSITIVE, f32::MAX, f32::EPSILON];
    for float in floats {
        shapes.push(Shape::Floats(float, 1.0 / f64::from(float.max(0.3))));
    }
    shapes
}

#[tokio::test]
async fn every_shape_passes_on_every_wire() {
    let shapes = shapes();
    assert_echoed(Ron, &shapes).await;
    assert_echoed(Json, &shapes).await;
    assert_echoed(Postcard, &shapes).await;
    assert_echoed(Rkyv, &shapes).await;
    assert_echoed(Fixed, &shapes).await;
}

/// JSON writes an option of an option, and of nothing, as it writes none.
#[tokio::test]
async fn options_of_options_pass_where_the_form_can_tell() {
    let mut options = Vec::new();
    for outer in [None, Some(None), Some(Some(7))] {
        for unit in [None, Some(())] {
            options.push(Shape::Options(outer, unit));
        }
    }
    assert_echoed(Ron, &options).await;
    assert_echoed(Postcard, &options).await;
    assert_echoed(Rkyv, &options).await;
    assert_echoed(Fixed, &options).await;
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Serialize,
    Deserialize,
    FixedSize,
    ReactiveProtocol,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
enum Binary {
    Wide(u128, i128),
    Floats(f32, f64),
}

/// Numbers that not every text has.
#[tokio::test]
async fn wide_integers_and_infinities_pass_where_the_form_has_them() {
    let wide = [
        Binary::Wide(u128::MAX, i128::MIN),
        Binary::Wide(0, i128::MAX),
        Binary::Wide(1 << 64, -1),
    ];
    let floats = [
        Binary::Floats(f32::INFINITY, f64::NEG_INFINITY),
        Binary::Floats(f32::MIN_POSITIVE / 2.0, 5e-324),
    ];
    assert_echoed(Json, &wide).await;
    assert_echoed(Ron, &floats).await;
    let both = [&wide[..], &floats].concat();
    assert_echoed(Postcard, &both).await;
    assert_echoed(Rkyv, &both).await;
    assert_echoed(Fixed, &both).await;
    let refused = Ron::encode(&wide[0], &mut Vec::new());
    assert!(
        matches!(refused, Err(EncodeError::Serialize(_))),
        "{refused:?}"
    );
}

/// What is not a number has more than one form; those without a text keep all bits of it.
#[test]
fn all_bits_of_a_float_pass_on_binary_wires() {
    fn assert_kept<W: Encode<Binary> + Decode<Binary>>() {
        let (single, double) = (
            f32::from_bits(0xFFC0_1234),
            f64::from_bits(0x7FF8_0000_0000_0001),
        );
        let mut payload = Vec::new();
        W::encode(&Binary::Floats(single, double), &mut payload).expect("a form");
        let frame = Frame::new(&payload);
        match W::decode(frame, &DecodeLimits::default()) {
            Ok(Binary::Floats(one, two)) => {
                let bits = (one.to_bits(), two.to_bits());
                assert_eq!(bits, (single.to_bits(), double.to_bits()), "{}", W::NAME);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_kept::<Postcard>();
    assert_kept::<Rkyv>();
    assert_kept::<Fixed>();
}

/// Text of bounded length: rkyv has no form for it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, FixedSize, ReactiveProtocol)]
#[allow(clippy::large_enum_variant)] // records are as long as the longest, too
enum Label {
    Short(ArrayString<4>),
    Long { text: ArrayString<300> },
}

#[tokio::test]
async fn texts_of_bounded_length_pass() {
    let labels = [
        Label::Short(ArrayString::new()),
        Label::Short(ArrayString::from("\u{1F980}").expect("four bytes")),
        Label::Long {
            text: ArrayString::from(&"é\n\r\0\"\\".repeat(40)).expect("it fits"),
        },
        Label::Long {
            text: ArrayString::from(&"é".repeat(150)).expect("it fits"),
        },
    ];
    assert_echoed(Ron, &labels).await;
    assert_echoed(Json, &labels).await;
    assert_echoed(Postcard, &labels).await;
    assert_echoed(Fixed, &labels).await;
}

/// What grows has no fixed size.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Serialize,
    Deserialize,
    ReactiveProtocol,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[rkyv(serialize_bounds(__S: rkyv::ser::Writer + rkyv::ser::Allocator, __S::Error: rkyv::rancor::Source))]
#[rkyv(deserialize_bounds(__D::Error: rkyv::rancor::Source))]
#[rkyv(bytecheck(bounds(__C: rkyv::validation::ArchiveContext, __C::Error: rkyv::rancor::Source)))]
enum Growing {
    Leaf,
    Text(String),
    Bytes(Vec<u8>),
    Map(BTreeMap<u8, String>),
    Boxed(#[rkyv(omit_bounds)] Box<Growing>),
    Many(#[rkyv(omit_bounds)] Vec<Growing>),
    Named {
        #[rkyv(omit_bounds)]
        left: Option<Box<Growing>>,
        right: Vec<(u64, String)>,
    },
}

#[tokio::test]
async fn what_grows_passes_on_wires_without_a_fixed_size() {
    let text = |text: &str| Growing::Text(text.into());
    let deep = (0..10).fold(Growing::Leaf, |deep, _| Growing::Boxed(Box::new(deep)));
    let growing = [
        Growing::Leaf,
        text(""),
        text("é\u{1F980}\n\r\0\"\\\u{202E}"),
        text(&"x".repeat(5_000)),
        Growing::Bytes((0..=255).collect()),
        Growing::Map(BTreeMap::new()),
        Growing::Map([(1, "one".into()), (2, "a longer text".into())].into()),
        deep.clone(),
        Growing::Many(Vec::new()),
        Growing::Many(vec![
            deep.clone(),
            text("beside"),
            Growing::Leaf,
            deep.clone(),
        ]),
        Growing::Named {
            left: Some(Box::new(deep)),
            right: vec![(u64::MAX, "text".into()), (0, String::new())],
        },
        Growing::Named {
            left: None,
            right: Vec::new(),
        },
    ];
    assert_echoed(Ron, &growing).await;
    assert_echoed(Json, &growing).await;
    assert_echoed(Postcard, &growing).await;
    assert_echoed(Rkyv, &growing).await;
}
