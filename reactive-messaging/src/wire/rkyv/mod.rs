//! Archives that are read where they lie.
//!
//! `access` validates, and has the one `unsafe` block of the wires; `view` is what users hold.

mod access;
#[forbid(unsafe_code)]
mod mistake;
#[cfg(test)]
#[forbid(unsafe_code)]
mod tests;
#[forbid(unsafe_code)]
mod view;

pub(crate) use access::Checked;
pub use view::View;

use std::panic::{AssertUnwindSafe, catch_unwind};

use rkyv::{
    Archive, Deserialize, Serialize,
    api::high::{HighDeserializer, HighSerializer, to_bytes_in},
    ser::{Positional, Writer, allocator::ArenaHandle},
};

use self::{access::Validated, mistake::Mistake};
use super::{Decode, DecodeLimits, Encode, Frame, Wire};
use crate::{
    error::{DecodeError, EncodeError},
    frame::{Framing, LengthPrefixed},
};

/// [rkyv](https://rkyv.org) archives behind a `u32` length: for messages that are read where they
/// lie, without being taken apart.
///
/// Messages derive `rkyv::Archive`, `rkyv::Serialize` and `rkyv::Deserialize` of rkyv 0.8, in whatever
/// format its features choose (by default little-endian, aligned, 32-bit pointers); both sides have
/// to choose the same. A handler of `M` gets messages of its own; a handler of [`View<M>`] reads them in
/// the bytes that were received. Either way an archive is validated once, before anyone sees it.
///
/// A payload is the archive, its root at the end, as `rkyv::to_bytes` writes it. In front of one
/// whose root is aligned to 8 or 16 bytes stand 4 or 12 zeros, so that in a buffer of such frames
/// every archive is aligned. One that is not, or that was written without them, is copied before it is
/// read. Bytes to which nothing in the archive points are not looked at.
///
/// `max_depth` counts the message and what lies behind a pointer, such as the content of a `Box`, a
/// `Vec` or a `String`, as one level each.
///
/// # What messages must not contain
/// * `Rc` and `Arc`, which do not compile: what they share escapes every limit.
/// * `HashMap` and `HashSet`, or those of other crates, in messages that are received as [`View`]s: rkyv
///   0.8.18 does not validate all of their index, and looking something up may then read anywhere.
///   `#[protocol(views)]` refuses them where it sees them, which is in the variants of the protocol
///   itself and not in what these contain. Take a `BTreeMap`, or a message of one's own, for which an
///   index is built anew.
/// * Collections of elements without bytes, such as `Vec<()>` or elements of which all fields are
///   `#[rkyv(with = Skip)]`: no payload is too short for any number of them, so that a remote decides
///   how much memory they take.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rkyv;

impl Wire for Rkyv {
    type Framing = LengthPrefixed;
    const NAME: &'static str = "rkyv";
}

impl<M: ToArchive> Encode<M> for Rkyv {
    #[inline]
    fn encode(message: &M, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len() + padding::<M::Archived>();
        out.resize(start, 0);
        let archiver = Archiver { out, start };
        to_bytes_in::<_, Mistake>(message, archiver).map_err(EncodeError::serialize)?;
        Ok(())
    }
}

impl<M: FromArchive> Decode<M> for Rkyv {
    #[inline]
    fn decode(frame: Frame<'_>, limits: &DecodeLimits) -> Result<M, DecodeError> {
        match access::checked::<M::Archived>(frame.payload(), limits) {
            Ok(archived) => message(archived),
            Err(_) => {
                let copy = Validated::<M::Archived>::elsewhere(frame.payload(), limits)?;
                message(copy.root())
            }
        }
    }
}

/// A message that can be archived.
#[diagnostic::on_unimplemented(
    message = "the wire `Rkyv` cannot write `{Self}`",
    label = "cannot be archived",
    note = "annotate it with `#[derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]` of rkyv 0.8"
)]
pub trait ToArchive:
    for<'w, 'a> Serialize<HighSerializer<Archiver<'w>, ArenaHandle<'a>, Mistake>>
{
}

#[diagnostic::do_not_recommend]
impl<M> ToArchive for M where
    M: for<'w, 'a> Serialize<HighSerializer<Archiver<'w>, ArenaHandle<'a>, Mistake>>
{
}

/// A message that can be taken out of its archive.
#[diagnostic::on_unimplemented(
    message = "the wire `Rkyv` cannot read `{Self}`",
    label = "cannot be taken out of an archive",
    note = "annotate it with `#[derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]` of rkyv 0.8, whose feature `bytecheck` must be on, as it is by default",
    note = "a message contains neither `Rc` nor `Arc`: what they share escapes the limits"
)]
pub trait FromArchive:
    Archive<Archived: Checked + Deserialize<Self, HighDeserializer<Mistake>>> + Sized
{
}

#[diagnostic::do_not_recommend]
impl<M> FromArchive for M where
    M: Archive<Archived: Checked + Deserialize<M, HighDeserializer<Mistake>>>
{
}

/// Takes a message out of its archive.
///
/// Some of what rkyv supports panics at archives that are valid, such as a list of more elements than
/// its type has room for: what a remote sends must not end a handler by a panic.
fn message<M>(archived: &impl Deserialize<M, HighDeserializer<Mistake>>) -> Result<M, DecodeError> {
    match catch_unwind(AssertUnwindSafe(|| {
        rkyv::deserialize::<M, Mistake>(archived)
    })) {
        Ok(Ok(message)) => Ok(message),
        Ok(Err(error)) => Err(DecodeError::malformed(None, error)),
        Err(_) => Err(DecodeError::malformed(
            None,
            "the archive made its type panic",
        )),
    }
}

/// Zeros between the length and an archive, so that both together leave its root aligned.
const fn padding<A>() -> usize {
    LengthPrefixed::OVERHEAD.next_multiple_of(align_of::<A>()) - LengthPrefixed::OVERHEAD
}

/// Appends an archive to a buffer, whose earlier content does not count.
#[derive(Debug)]
pub struct Archiver<'w> {
    out: &'w mut Vec<u8>,
    start: usize,
}

impl Positional for Archiver<'_> {
    fn pos(&self) -> usize {
        self.out.len() - self.start
    }
}

impl Writer<Mistake> for Archiver<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Mistake> {
        self.out.extend_from_slice(bytes);
        Ok(())
    }
}
