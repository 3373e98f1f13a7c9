//! What others use, as their documentation shows it, appending to a buffer, or to one of their own
//! that is kept.

use rkyv::{
    Archive,
    api::high::{HighDeserializer, HighSerializer, HighValidator, to_bytes_in},
    bytecheck::CheckBytes,
    rancor::Error,
    ser::allocator::ArenaHandle,
    util::AlignedVec,
};
use serde::{Serialize, de::DeserializeOwned};
use zerocopy::{Immutable, IntoBytes, TryFromBytes};

use crate::{contender::Contender, shapes::Sample};

/// A message that contenders read as they wrote it.
pub(crate) trait Message: Sample + PartialEq + 'static {}

impl<M: Sample + PartialEq + 'static> Message for M {}

pub(crate) fn ron<M: Message + Serialize + DeserializeOwned>() -> Contender {
    let mut text = String::new();
    Contender::new(
        "ron",
        0,
        move |message: &M, out| {
            text.clear();
            ron::Options::default()
                .to_writer(&mut text, message)
                .expect("a message");
            out.extend_from_slice(text.as_bytes());
        },
        |chunk, at| -> M { ron::de::from_bytes(&chunk[at]).expect("what was encoded") },
        M::eq,
    )
}

pub(crate) fn json<M: Message + Serialize + DeserializeOwned>() -> Contender {
    Contender::new(
        "serde_json",
        0,
        |message: &M, out| serde_json::to_writer(out, message).expect("a message"),
        |chunk, at| -> M { serde_json::from_slice(&chunk[at]).expect("what was encoded") },
        M::eq,
    )
}

pub(crate) fn postcard<M: Message + Serialize + DeserializeOwned>() -> Contender {
    Contender::new(
        "postcard",
        0,
        |message: &M, out| {
            *out = postcard::to_extend(message, std::mem::take(out)).expect("a message");
        },
        |chunk, at| -> M { postcard::from_bytes(&chunk[at]).expect("what was encoded") },
        M::eq,
    )
}

pub(crate) fn message_pack<M: Message + Serialize + DeserializeOwned>() -> Contender {
    Contender::new(
        "rmp-serde",
        0,
        |message: &M, out| rmp_serde::encode::write(out, message).expect("a message"),
        |chunk, at| -> M { rmp_serde::from_slice(&chunk[at]).expect("what was encoded") },
        M::eq,
    )
}

pub(crate) fn protobuf<M: Message + prost::Message + Default>() -> Contender {
    Contender::new(
        "prost",
        0,
        |message: &M, out| message.encode(out).expect("a buffer that grows"),
        |chunk, at| -> M { M::decode(&chunk[at]).expect("what was encoded") },
        M::eq,
    )
}

/// Validated, and made a value of its own. An archive has to begin where it is aligned, so that it
/// is written into a buffer of its own.
pub(crate) fn rkyv<M>() -> Contender
where
    M: Message
        + Archive
        + for<'b, 'a> rkyv::Serialize<HighSerializer<&'b mut AlignedVec, ArenaHandle<'a>, Error>>,
    M::Archived: for<'a> CheckBytes<HighValidator<'a, Error>>
        + rkyv::Deserialize<M, HighDeserializer<Error>>,
{
    let mut archive = AlignedVec::new();
    Contender::new(
        "rkyv",
        0,
        move |message: &M, out| {
            archive.clear();
            to_bytes_in::<_, Error>(message, &mut archive).expect("a message");
            out.extend_from_slice(&archive);
        },
        |chunk, at| -> M {
            let archived = rkyv::access::<M::Archived, Error>(&chunk[at]).expect("an archive");
            rkyv::deserialize::<M, Error>(archived).expect("what was encoded")
        },
        M::eq,
    )
}

pub(crate) fn zerocopy<M: Message + TryFromBytes + IntoBytes + Immutable>() -> Contender {
    Contender::new(
        "zerocopy",
        0,
        |message: &M, out| out.extend_from_slice(message.as_bytes()),
        |chunk, at| -> M { M::try_read_from_bytes(&chunk[at]).expect("what was encoded") },
        M::eq,
    )
}
