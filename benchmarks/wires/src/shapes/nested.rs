//! A message with structs in it.

use arrayvec::ArrayVec;
use reactive_messaging::FixedSize;
use serde::{Deserialize, Serialize};

use super::{Sample, scattered};

const TABLE: &str = "A struct with a list of 16 structs of three numbers each";
const LEVELS: usize = 16;

#[derive(
    Debug, PartialEq, Serialize, Deserialize, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize,
)]
#[rkyv(compare(PartialEq))]
struct Book {
    number: u64,
    levels: Vec<Level>,
}

#[derive(
    Debug,
    PartialEq,
    Serialize,
    Deserialize,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    FixedSize,
)]
#[rkyv(compare(PartialEq))]
struct Level {
    price: u64,
    orders: u32,
    firm: bool,
}

impl Sample for Level {
    fn sample(number: u32) -> Self {
        Self {
            price: scattered(number),
            orders: number,
            firm: number.is_multiple_of(3),
        }
    }
}

fn levels(number: u32) -> impl Iterator<Item = Level> {
    (0..LEVELS as u32).map(move |level| Level::sample(number + level))
}

impl Sample for Book {
    fn sample(number: u32) -> Self {
        Self {
            number: scattered(number),
            levels: levels(number).collect(),
        }
    }
}

#[derive(Debug, PartialEq, FixedSize)]
struct FixedBook {
    number: u64,
    levels: ArrayVec<Level, LEVELS>,
}

impl Sample for FixedBook {
    fn sample(number: u32) -> Self {
        Self {
            number: scattered(number),
            levels: levels(number).collect(),
        }
    }
}

#[derive(PartialEq, prost::Message)]
struct ProtobufBook {
    #[prost(uint64, tag = "1")]
    number: u64,
    #[prost(message, repeated, tag = "2")]
    levels: Vec<ProtobufLevel>,
}

#[derive(PartialEq, prost::Message)]
struct ProtobufLevel {
    #[prost(uint64, tag = "1")]
    price: u64,
    #[prost(uint32, tag = "2")]
    orders: u32,
    #[prost(bool, tag = "3")]
    firm: bool,
}

impl From<Level> for ProtobufLevel {
    fn from(
        Level {
            price,
            orders,
            firm,
        }: Level,
    ) -> Self {
        Self {
            price,
            orders,
            firm,
        }
    }
}

impl Sample for ProtobufBook {
    fn sample(number: u32) -> Self {
        Self {
            number: scattered(number),
            levels: levels(number).map(ProtobufLevel::from).collect(),
        }
    }
}

pub(crate) fn measure() {
    super::measure!(TABLE, Book, FixedBook, ProtobufBook);
}
