//! The documented bytes of derived types on the wire `Fixed`, literally. Whoever changes them breaks
//! every remote that is not rebuilt.

use std::fmt;

use arrayvec::{ArrayString, ArrayVec};
use reactive_messaging::{
    DecodeError, Fixed, FixedSize, ReactiveProtocol,
    wire::{Decode, DecodeLimits, Encode, Frame},
};

fn read<M: FixedSize>(record: &[u8]) -> Result<M, DecodeError> {
    Fixed::decode(Frame::new(record), &DecodeLimits::default())
}

/// `value` is `record`, there and back.
#[track_caller]
fn is<M: FixedSize + PartialEq + fmt::Debug>(value: M, record: &[u8]) {
    let mut out = b"kept".to_vec();
    Fixed::encode(&value, &mut out).expect("a record is always written");
    assert_eq!(out, [b"kept", record].concat());
    assert_eq!(M::SIZE, record.len());
    assert_eq!(read(record), Ok(value));
}

/// `record` is no value, and the mistake is `offset` bytes behind its beginning.
#[track_caller]
fn is_not<M: FixedSize + fmt::Debug>(record: &[u8], offset: usize) {
    match read::<M>(record) {
        Err(DecodeError::Malformed {
            offset: Some(at), ..
        }) => assert_eq!(at, offset),
        other => panic!("{other:?}"),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, FixedSize)]
struct Point {
    x: u8,
    y: u16,
}

#[derive(Debug, PartialEq, FixedSize)]
struct Pair(u16, u8);

#[derive(Debug, PartialEq, FixedSize)]
struct Nothing;

#[derive(Debug, PartialEq, FixedSize)]
struct Braces {}

#[test]
fn structs_are_their_fields_in_order_without_holes() {
    is(Point { x: 1, y: 0x0203 }, &[1, 3, 2]);
    is(Pair(0x0102, 3), &[2, 1, 3]);
    is((Nothing, 7_u8, Braces {}), &[7]);
}

#[derive(Debug, PartialEq, FixedSize)]
enum Shape {
    Empty,
    Dot(Point),
    Line { from: Point, to: Point },
    Name(ArrayString<3>),
}

#[test]
fn enums_are_a_tag_and_their_fields_and_zeros() {
    is(Shape::Empty, &[0, 0, 0, 0, 0, 0, 0]);
    is(Shape::Dot(Point { x: 1, y: 2 }), &[1, 1, 2, 0, 0, 0, 0]);
    let (from, to) = (Point { x: 1, y: 2 }, Point { x: 3, y: 4 });
    is(Shape::Line { from, to }, &[2, 1, 2, 0, 3, 4, 0]);
    let name = ArrayString::from("ab").expect("it fits");
    is(Shape::Name(name), &[3, 2, b'a', b'b', 0, 0, 0]);
}

#[derive(Debug, PartialEq, FixedSize)]
#[repr(u32)]
enum Numbered {
    Ten = 10,
    Seven = 7,
    Last = 0xFFFF_FFFF,
}

#[test]
fn declared_discriminants_do_not_matter() {
    is(Numbered::Ten, &[0]);
    is(Numbered::Seven, &[1]);
    is(Numbered::Last, &[2]);
    is_not::<Numbered>(&[10], 0);
}

/// Two enums: one of so many variants, and one that has a last one more.
macro_rules! enums {
    ($($variant:ident)*) => {
        #[derive(Debug, PartialEq, FixedSize)]
        #[allow(dead_code)]
        enum Narrow { $($variant),* }

        #[derive(Debug, PartialEq, FixedSize)]
        #[allow(dead_code)]
        enum Wide { $($variant,)* Last(u8) }
    };
}

enums! {
    V00 V01 V02 V03 V04 V05 V06 V07 V08 V09 V0A V0B V0C V0D V0E V0F
    V10 V11 V12 V13 V14 V15 V16 V17 V18 V19 V1A V1B V1C V1D V1E V1F
    V20 V21 V22 V23 V24 V25 V26 V27 V28 V29 V2A V2B V2C V2D V2E V2F
    V30 V31 V32 V33 V34 V35 V36 V37 V38 V39 V3A V3B V3C V3D V3E V3F
    V40 V41 V42 V43 V44 V45 V46 V47 V48 V49 V4A V4B V4C V4D V4E V4F
    V50 V51 V52 V53 V54 V55 V56 V57 V58 V59 V5A V5B V5C V5D V5E V5F
    V60 V61 V62 V63 V64 V65 V66 V67 V68 V69 V6A V6B V6C V6D V6E V6F
    V70 V71 V72 V73 V74 V75 V76 V77 V78 V79 V7A V7B V7C V7D V7E V7F
    V80 V81 V82 V83 V84 V85 V86 V87 V88 V89 V8A V8B V8C V8D V8E V8F
    V90 V91 V92 V93 V94 V95 V96 V97 V98 V99 V9A V9B V9C V9D V9E V9F
    VA0 VA1 VA2 VA3 VA4 VA5 VA6 VA7 VA8 VA9 VAA VAB VAC VAD VAE VAF
    VB0 VB1 VB2 VB3 VB4 VB5 VB6 VB7 VB8 VB9 VBA VBB VBC VBD VBE VBF
    VC0 VC1 VC2 VC3 VC4 VC5 VC6 VC7 VC8 VC9 VCA VCB VCC VCD VCE VCF
    VD0 VD1 VD2 VD3 VD4 VD5 VD6 VD7 VD8 VD9 VDA VDB VDC VDD VDE VDF
    VE0 VE1 VE2 VE3 VE4 VE5 VE6 VE7 VE8 VE9 VEA VEB VEC VED VEE VEF
    VF0 VF1 VF2 VF3 VF4 VF5 VF6 VF7 VF8 VF9 VFA VFB VFC VFD VFE VFF
}

#[test]
fn more_than_256_variants_have_tags_of_two_bytes() {
    is(Narrow::V00, &[0]);
    is(Narrow::VFF, &[0xFF]);
    is(Wide::V00, &[0, 0, 0]);
    is(Wide::VFF, &[0xFF, 0, 0]);
    is(Wide::Last(7), &[0, 1, 7]);
    is_not::<Wide>(&[1, 1, 7], 0);
}

#[derive(Debug, PartialEq, FixedSize)]
struct Envelope<T> {
    id: u8,
    content: T,
}

#[derive(Debug, PartialEq, FixedSize)]
enum Either<A, B> {
    Left(A),
    Right(B),
}

#[derive(Debug, PartialEq, FixedSize)]
struct Grid<T: Copy, const W: usize, const H: usize>([[T; W]; H])
where
    T: fmt::Debug;

#[test]
fn nested_and_generic_types_are_what_they_contain() {
    let content = Either::<u8, Point>::Left(9);
    is(Envelope { id: 1, content }, &[1, 0, 9, 0, 0]);
    let content = Either::<u8, _>::Right(Point { x: 1, y: 2 });
    is(Envelope { id: 1, content }, &[1, 1, 1, 2, 0]);
    is(Grid([[1_u16, 2], [3, 4]]), &[1, 0, 2, 0, 3, 0, 4, 0]);
    is(Grid::<u8, 0, 3>([[]; 3]), &[]);
    is(
        [Point { x: 1, y: 2 }, Point { x: 3, y: 4 }],
        &[1, 2, 0, 3, 4, 0],
    );
    is(Some(Point { x: 1, y: 2 }), &[1, 1, 2, 0]);
    is(None::<Point>, &[0, 0, 0, 0]);
    is(
        [Some(Numbered::Ten), None, Some(Numbered::Last)],
        &[1, 0, 0, 0, 1, 2],
    );
    let points = ArrayVec::<Option<Point>, 3>::from_iter([None, Some(Point { x: 1, y: 2 })]);
    is(points, &[2, 0, 0, 0, 0, 1, 1, 2, 0, 0, 0, 0, 0]);
    let texts = ArrayVec::<ArrayString<2>, 2>::from_iter([ArrayString::from("é").expect("fits")]);
    is(texts, &[1, 2, 0xC3, 0xA9, 0, 0, 0]);
}

/// The size is a const, in the types of others.
const RECORD: [u8; Shape::SIZE] = [1, 1, 2, 0, 0, 0, 0];
const _: () = assert!(<Envelope<Point>>::SIZE == 4 && <Either<u8, Point>>::SIZE == 1 + 3);

#[test]
fn the_size_is_known_while_compiling() {
    is(Shape::Dot(Point { x: 1, y: 2 }), &RECORD);
}

#[test]
fn f12_what_stands_where_zeros_are_sent_is_not_looked_at() {
    assert_eq!(read(&[0, 9, 9, 9, 9, 9, 9]), Ok(Shape::Empty));
    let dot = Shape::Dot(Point { x: 1, y: 2 });
    assert_eq!(read(&[1, 1, 2, 0, 9, 9, 9]), Ok(dot));
    let name = Shape::Name(ArrayString::from("a").expect("it fits"));
    assert_eq!(read(&[3, 1, b'a', 0xFF, 0xFF, 9, 9]), Ok(name));
    assert_eq!(read(&[0, 9, 9, 9]), Ok(None::<Point>));
}

#[test]
fn f12_mistakes_are_where_they_are_seen_from_the_record() {
    is_not::<Shape>(&[4, 0, 0, 0, 0, 0, 0], 0);
    is_not::<Shape>(&[3, 4, b'a', b'a', b'a', 0, 0], 1);
    is_not::<Shape>(&[3, 2, b'a', 0xFF, 0, 0, 0], 3);
    is_not::<Envelope<Either<u8, bool>>>(&[1, 2, 0], 1);
    is_not::<Envelope<Either<u8, bool>>>(&[1, 1, 2], 2);
    is_not::<(u16, [Option<Numbered>; 2])>(&[0, 0, 0, 9, 1, 3], 5);
}

#[test]
fn f13_records_of_another_length_are_typed_errors() {
    let trailing = Err(DecodeError::TrailingBytes { offset: 3 });
    assert_eq!(read::<Point>(&[1, 2, 0, 0]), trailing);
    is_not::<Point>(&[1, 2], 2);
    is_not::<Point>(&[], 0);
}

/// The protocol's wire implements it already: the derive beside it is no conflict.
#[derive(Debug, PartialEq, FixedSize, ReactiveProtocol)]
#[protocol(wire = Fixed, max_frame_len = 7)]
enum Both {
    Number(u32),
    Line(Point, Point),
}

/// And in the other order, by another path.
#[derive(Debug, PartialEq, ReactiveProtocol, FixedSize)]
#[protocol(wire = reactive_messaging::wire::Fixed)]
enum AlsoBoth<T> {
    Content(T),
}

#[test]
fn a_protocol_on_the_wire_is_of_fixed_size_by_itself() {
    is(Both::Number(1), &[0, 1, 0, 0, 0, 0, 0]);
    assert_eq!(Both::decode(&[0, 1, 0, 0, 0, 0, 0]), Ok(Both::Number(1)));
    is(AlsoBoth::Content(7_u16), &[0, 7, 0]);
    assert_eq!(AlsoBoth::decode(&[0, 7, 0]), Ok(AlsoBoth::Content(7_u16)));
}

/// Names that an expansion might take for its own.
mod names {
    use reactive_messaging as elsewhere;

    use super::is;

    /// `Result`, `Option` and their variants are others here.
    #[derive(Debug, PartialEq, elsewhere::FixedSize)]
    #[fixed(crate = elsewhere)]
    enum Result {
        Ok,
        Err(u8),
        None,
        Some { fields: u8, out: u16, bytes: bool },
        Self_(Invalid),
    }

    #[derive(Debug, PartialEq, elsewhere::FixedSize)]
    #[fixed(crate = elsewhere)]
    struct Invalid;

    #[derive(Debug, PartialEq, elsewhere::FixedSize)]
    struct Option<T>(T);

    #[derive(Debug, PartialEq, elsewhere::FixedSize)]
    #[allow(non_camel_case_types)]
    enum r#type {
        r#match,
        r#loop { r#fn: u8, r#self_: i8 },
    }

    #[derive(Debug, PartialEq, elsewhere::FixedSize)]
    struct Fields {
        fields: u8,
        out: u8,
        bytes: u8,
        field_0: u8,
        field_1: u8,
        r#struct: Option<u8>,
    }

    #[derive(Debug, PartialEq, elsewhere::FixedSize)]
    struct Generic<Ok, const SIZE: usize, const N: usize>(Ok, [Invalid; SIZE], [u8; N])
    where
        Ok: Copy;

    #[test]
    fn are_those_of_the_user() {
        is(Result::Ok, &[0, 0, 0, 0, 0]);
        is(Result::Err(7), &[1, 7, 0, 0, 0]);
        is(Result::None, &[2, 0, 0, 0, 0]);
        let (fields, out, bytes) = (1, 2, true);
        is(Result::Some { fields, out, bytes }, &[3, 1, 2, 0, 1]);
        is(Result::Self_(Invalid), &[4, 0, 0, 0, 0]);
        is(r#type::r#match, &[0, 0, 0]);
        is(
            r#type::r#loop {
                r#fn: 1,
                r#self_: -1,
            },
            &[1, 1, 0xFF],
        );
        let fields = Fields {
            fields: 1,
            out: 2,
            bytes: 3,
            field_0: 4,
            field_1: 5,
            r#struct: Option(6),
        };
        is(fields, &[1, 2, 3, 4, 5, 6]);
        is(Generic::<_, 2, 1>(7_u8, [Invalid, Invalid], [8]), &[7, 8]);
    }
}

/// Without the prelude nothing is named but by the expansion itself.
mod bare {
    #![no_implicit_prelude]

    #[derive(::reactive_messaging::FixedSize)]
    pub(super) enum Bare<T> {
        Nothing,
        Something { content: T },
    }

    #[derive(::reactive_messaging::ReactiveProtocol)]
    #[protocol(wire = ::reactive_messaging::wire::Fixed)]
    pub(super) enum Message {
        Content(Bare<u8>),
    }
}

#[test]
fn an_expansion_needs_no_prelude() {
    use bare::{Bare, Message};

    let mut out = Vec::new();
    for content in [Bare::Nothing, Bare::Something { content: 7 }] {
        Message::Content(content)
            .encode(&mut out)
            .expect("a record");
    }
    assert_eq!(out, [0, 0, 0, 0, 1, 7]);
    let read = Message::decode(&[0, 1, 7]);
    assert!(matches!(
        read,
        Ok(Message::Content(Bare::Something { content: 7 }))
    ));
}
