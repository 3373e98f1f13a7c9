//! A small struct with a text.

use arrayvec::ArrayString;
use reactive_messaging::FixedSize;
use serde::{Deserialize, Serialize};

use super::{Sample, scattered};

const TABLE: &str = "A struct with three numbers and a text of 24 bytes";

#[derive(
    Debug, PartialEq, Serialize, Deserialize, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize,
)]
#[rkyv(compare(PartialEq))]
struct Entry {
    id: u32,
    price: u64,
    firm: bool,
    name: String,
}

impl Sample for Entry {
    fn sample(number: u32) -> Self {
        Self {
            id: number,
            price: scattered(number),
            firm: number.is_multiple_of(3),
            name: name(number),
        }
    }
}

fn name(number: u32) -> String {
    format!("name of entry {number:010}")
}

#[derive(Debug, PartialEq, FixedSize)]
struct FixedEntry {
    id: u32,
    price: u64,
    firm: bool,
    name: ArrayString<24>,
}

impl Sample for FixedEntry {
    fn sample(number: u32) -> Self {
        let Entry {
            id,
            price,
            firm,
            name,
        } = Entry::sample(number);
        Self {
            id,
            price,
            firm,
            name: ArrayString::from(&name).expect("24 bytes"),
        }
    }
}

#[derive(PartialEq, prost::Message)]
struct ProtobufEntry {
    #[prost(uint32, tag = "1")]
    id: u32,
    #[prost(uint64, tag = "2")]
    price: u64,
    #[prost(bool, tag = "3")]
    firm: bool,
    #[prost(string, tag = "4")]
    name: String,
}

impl Sample for ProtobufEntry {
    fn sample(number: u32) -> Self {
        let Entry {
            id,
            price,
            firm,
            name,
        } = Entry::sample(number);
        Self {
            id,
            price,
            firm,
            name,
        }
    }
}

pub(crate) fn measure() {
    super::measure!(TABLE, Entry, FixedEntry, ProtobufEntry);
}
