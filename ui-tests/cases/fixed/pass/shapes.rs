#![deny(warnings)]

use std::marker::PhantomData;

use arrayvec::{ArrayString, ArrayVec};
use reactive_messaging::{FixedSize, prelude::*, wire::InvalidValue};

#[derive(Debug, Clone, PartialEq, FixedSize)]
struct Unit;

#[derive(Debug, Clone, PartialEq, FixedSize)]
struct Tuple(u8, Unit, (bool, char));

#[derive(Debug, Clone, PartialEq, FixedSize)]
struct Generic<'a, T: Clone, const N: usize>
where
    T: PartialEq,
{
    items: [Option<T>; N],
    r#type: ArrayString<8>,
    lifetime: PhantomData<&'a str>,
}

/// Names that an expansion might use.
#[derive(Debug, Clone, PartialEq, FixedSize)]
enum Names {
    Ok { fields: u8, out: u16, bytes: u32, field_0: u64 },
    Err(ArrayVec<Tuple, 2>),
    None,
    Some(Option<f32>),
}

#[derive(Debug, FixedSize)]
enum Never {}

#[derive(Debug, Clone, PartialEq, ReactiveProtocol)]
#[protocol(wire = reactive_messaging::wire::Fixed, max_frame_len = 128)]
enum Messages {
    Names(Names),
    Generic(Generic<'static, i128, 3>),
    #[protocol(closing)]
    Bye,
}

/// What the variants are declared to be does not matter.
#[derive(Debug, FixedSize)]
enum Discriminants {
    Seven = 7,
    Three = 3,
}

/// Either derive alone would do.
#[derive(Debug, ReactiveProtocol, FixedSize)]
#[protocol(wire = Fixed)]
enum Both {
    One(u8),
}

/// On another wire by itself, on this one for some handlers.
#[derive(Debug, ReactiveProtocol, serde::Serialize, serde::Deserialize, FixedSize)]
enum Either<T> {
    One(T),
}

#[reactive_server(wire = Fixed)]
async fn echo(messages: impl Stream<Item = Either<u8>>) -> impl Stream<Item = Either<u8>> {
    messages
}

const SIZE: usize = Messages::SIZE;
static RECORD: [u8; SIZE] = [9; SIZE];

fn main() {
    let message = Messages::Names(Names::Err(ArrayVec::from_iter([Tuple(1, Unit, (true, 'x'))])));
    let mut bytes = Vec::new();
    message.encode(&mut bytes).unwrap();
    assert_eq!(bytes.len(), SIZE);
    assert_eq!(Messages::decode(&bytes), Ok(message));
    assert!(Messages::decode(&RECORD).is_err());
    assert_eq!(<Both as FixedSize>::SIZE, 2);
    assert!(matches!(Discriminants::read_fixed(&[0]), Ok(Discriminants::Seven)));
    assert!(matches!(Discriminants::read_fixed(&[1]), Ok(Discriminants::Three)));
    let never: Result<Never, InvalidValue> = Never::read_fixed(&[0]);
    assert!(never.is_err());
    let _ = echo::bind("127.0.0.1:0");
}
