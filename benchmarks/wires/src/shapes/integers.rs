//! The message of the workloads: a variant with two integers.

use reactive_messaging::FixedSize;
use serde::{Deserialize, Serialize};
use zerocopy::{
    Immutable, IntoBytes, TryFromBytes, Unaligned,
    byteorder::little_endian::{U32, U64},
};

use super::{Sample, scattered};

const TABLE: &str = "A variant with a `u32` and a `u64`";

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
enum Request {
    Ping(u32, u64),
    Quit,
}

impl Sample for Request {
    fn sample(number: u32) -> Self {
        Self::Ping(number, scattered(number))
    }
}

#[derive(PartialEq, prost::Message)]
struct ProtobufRequest {
    #[prost(oneof = "Kind", tags = "1, 2")]
    kind: Option<Kind>,
}

#[derive(PartialEq, prost::Oneof)]
enum Kind {
    #[prost(message, tag = "1")]
    Ping(Ping),
    #[prost(message, tag = "2")]
    Quit(()),
}

#[derive(PartialEq, prost::Message)]
struct Ping {
    #[prost(uint32, tag = "1")]
    sequence: u32,
    #[prost(uint64, tag = "2")]
    payload: u64,
}

impl Sample for ProtobufRequest {
    fn sample(number: u32) -> Self {
        let ping = Ping {
            sequence: number,
            payload: scattered(number),
        };
        Self {
            kind: Some(Kind::Ping(ping)),
        }
    }
}

#[derive(Debug, PartialEq, TryFromBytes, IntoBytes, Immutable, Unaligned)]
#[repr(u8)]
enum ZerocopyRequest {
    Ping(U32, U64),
    #[allow(dead_code)]
    Quit([u8; 12]),
}

impl Sample for ZerocopyRequest {
    fn sample(number: u32) -> Self {
        Self::Ping(number.into(), scattered(number).into())
    }
}

pub(crate) fn measure() {
    super::measure!(
        TABLE,
        Request,
        Request,
        ProtobufRequest,
        peers::zerocopy::<ZerocopyRequest>()
    );
}
