//! The documented bytes of derived types on the wire `Fixed`, literally. Whoever changes them breaks
//! every remote that is not rebuilt.

use std::{fmt, marker::PhantomData};

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

#[derive(Debug, PartialEq, FixedSize)]
enum Never {}

#[derive(Debug, PartialEq, FixedSize)]
#[allow(dead_code)]
enum Rarely {
    Never(Never),
    Always(u8),
}

#[test]
fn an_enum_without_variants_is_a_tag_that_none_has() {
    assert_eq!(Never::SIZE, 1);
    is_not::<Never>(&[0], 0);
    is(Rarely::Always(7), &[1, 7]);
    is_not::<Rarely>(&[0, 0], 1);
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
    Aa Ab Ac Ad Ae Af Ag Ah Ai Aj Ak Al Am An Ao Ap
    Ba Bb Bc Bd Be Bf Bg Bh Bi Bj Bk Bl Bm Bn Bo Bp
    Ca Cb Cc Cd Ce Cf Cg Ch Ci Cj Ck Cl Cm Cn Co Cp
    Da Db Dc Dd De Df Dg Dh Di Dj Dk Dl Dm Dn Do Dp
    Ea Eb Ec Ed Ee Ef Eg Eh Ei Ej Ek El Em En Eo Ep
    Fa Fb Fc Fd Fe Ff Fg Fh Fi Fj Fk Fl Fm Fn Fo Fp
    Ga Gb Gc Gd Ge Gf Gg Gh Gi Gj Gk Gl Gm Gn Go Gp
    Ha Hb Hc Hd He Hf Hg Hh Hi Hj Hk Hl Hm Hn Ho Hp
    Ia Ib Ic Id Ie If Ig Ih Ii Ij Ik Il Im In Io Ip
    Ja Jb Jc Jd Je Jf Jg Jh Ji Jj Jk Jl Jm Jn Jo Jp
    Ka Kb Kc Kd Ke Kf Kg Kh Ki Kj Kk Kl Km Kn Ko Kp
    La Lb Lc Ld Le Lf Lg Lh Li Lj Lk Ll Lm Ln Lo Lp
    Ma Mb Mc Md Me Mf Mg Mh Mi Mj Mk Ml Mm Mn Mo Mp
    Na Nb Nc Nd Ne Nf Ng Nh Ni Nj Nk Nl Nm Nn No Np
    Oa Ob Oc Od Oe Of Og Oh Oi Oj Ok Ol Om On Oo Op
    Pa Pb Pc Pd Pe Pf Pg Ph Pi Pj Pk Pl Pm Pn Po Pp
}

#[test]
fn more_than_256_variants_have_tags_of_two_bytes() {
    is(Narrow::Aa, &[0]);
    is(Narrow::Pp, &[0xFF]);
    is(Wide::Aa, &[0, 0, 0]);
    is(Wide::Pp, &[0xFF, 0, 0]);
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

trait Unit {
    type Quantity;
}

impl Unit for u8 {
    type Quantity = u16;
}

#[derive(Debug, PartialEq, FixedSize)]
struct Amount<U: Unit = u8>(U::Quantity)
where
    U::Quantity: Copy;

#[derive(Debug, PartialEq, FixedSize)]
struct Tagged<'a, T: ?Sized>(u8, PhantomData<&'a T>);

#[test]
fn nested_and_generic_types_are_what_they_contain() {
    let content = Either::<u8, Point>::Left(9);
    is(Envelope { id: 1, content }, &[1, 0, 9, 0, 0]);
    let content = Either::<u8, _>::Right(Point { x: 1, y: 2 });
    is(Envelope { id: 1, content }, &[1, 1, 1, 2, 0]);
    is(Grid([[1_u16, 2], [3, 4]]), &[1, 0, 2, 0, 3, 0, 4, 0]);
    is(Grid::<u8, 0, 3>([[]; 3]), &[]);
    is(Amount::<u8>(0x0102), &[2, 1]);
    is(Tagged::<str>(7, PhantomData), &[7]);
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
