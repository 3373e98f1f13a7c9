//! Validation, and access to what was validated: the one `unsafe` block of the wires.

#![allow(unsafe_code)]

use std::{marker::PhantomData, num::NonZeroUsize, sync::Arc};

use bytes::Bytes;
use rkyv::{
    Portable, api::access_with_context, bytecheck::CheckBytes, rancor::Strategy, util::AlignedVec,
    validation::archive::ArchiveValidator,
};

use super::{mistake::Mistake, padding};
use crate::{
    error::DecodeError,
    frame::{Framing, LengthPrefixed},
    wire::{DecodeLimits, Frame},
};

/// Validates where everything lies and how deep it nests. It does not know shared pointers, whose
/// targets are not validated again where they are met again, so that neither depth nor size would mean
/// anything.
type Validator<'a> = Strategy<ArchiveValidator<'a>, Mistake>;

/// An archived type that can be validated.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be validated",
    note = "archives that come from a network are validated before they are read: rkyv needs its feature `bytecheck`, which is on by default, and a message contains neither `Rc` nor `Arc`"
)]
pub trait Checked: Portable + for<'a> CheckBytes<Validator<'a>> {}

#[diagnostic::do_not_recommend]
impl<A: Portable + for<'a> CheckBytes<Validator<'a>>> Checked for A {}

/// The most that rkyv aligns anything to.
const ALIGN: usize = 16;

/// For what did not come from a network just now.
pub(super) const UNLIMITED: DecodeLimits = DecodeLimits {
    max_depth: usize::MAX,
    prealloc_step: usize::MAX,
};

/// A payload that holds a valid archive, for as long as it is kept.
pub(super) struct Validated<A> {
    /// Private to this module, and made by [`of`](Self::of) only.
    payload: Bytes,
    // shared between clones, as by an `Arc`
    root: PhantomData<Arc<A>>,
}

impl<A: Checked> Validated<A> {
    /// Validates a payload where it lies. If that fails, and it may be because the archive is not
    /// aligned there, validates copies that are aligned otherwise.
    ///
    /// What an archive has to be aligned to is known to its type only in part: the elements of a
    /// `Vec` may need more than the `Vec` itself. All places are tried, so that it does not depend on
    /// where a payload happens to lie whether it is accepted: who relays a view must not be the only one
    /// who can read it.
    #[inline]
    pub(super) fn new(frame: Frame<'_>, limits: &DecodeLimits) -> Result<Self, DecodeError> {
        Self::of(frame.to_bytes(), limits)
            .or_else(|(received, _)| Self::elsewhere(&received, limits))
    }

    /// Validates copies of a payload that is not valid where it lies.
    ///
    /// What is wrong with the first of them is reported, since it does not depend on where that is.
    #[cold]
    pub(super) fn elsewhere(received: &[u8], limits: &DecodeLimits) -> Result<Self, DecodeError> {
        let mut refused = None;
        for lead in leads::<A>(received.len()) {
            match Self::of(copied(received, lead), limits) {
                Ok(valid) => return Ok(valid),
                Err((_, error)) => refused.get_or_insert(error),
            };
        }
        Err(refused.unwrap_or_else(|| DecodeError::malformed(None, MISALIGNED)))
    }

    /// The same, in memory of its own if it can be there.
    pub(super) fn compact(&self) -> Self {
        // as aligned as it is now, for all that rkyv itself aligns
        let lead = self.payload.as_ptr().addr() % ALIGN;
        Self::of(copied(&self.payload, lead), &UNLIMITED).unwrap_or_else(|_| self.clone())
    }

    #[inline]
    fn of(payload: Bytes, limits: &DecodeLimits) -> Result<Self, (Bytes, DecodeError)> {
        const {
            assert!(
                align_of::<A>() <= ALIGN,
                "an archived message is aligned to 16 bytes at most"
            );
        }
        match checked::<A>(&payload, limits) {
            Ok(_) => Ok(Self {
                payload,
                root: PhantomData,
            }),
            Err(error) => Err((payload, error)),
        }
    }
}

impl<A: Portable> Validated<A> {
    /// The root of the archive.
    #[inline]
    pub(super) fn root(&self) -> &A {
        // SAFETY: `of` found that these bytes hold a valid `A` whose root is at their end, for they
        // passed `access_with_context`, which looks there. `payload` is private to this module and
        // never exchanged; the memory behind a `Bytes` neither moves nor changes while it lives,
        // whatever is done with its other clones, and nobody changes it through an `&A`, for whatever
        // is `Portable` has no interior mutability; so they still are what was found valid, and at the
        // same address, hence as aligned as then. The reference lives no longer than the `Bytes`.
        unsafe { rkyv::access_unchecked::<A>(&self.payload) }
    }

    pub(super) fn payload(&self) -> &[u8] {
        &self.payload
    }
}

impl<A> Clone for Validated<A> {
    fn clone(&self) -> Self {
        Self {
            payload: self.payload.clone(),
            root: PhantomData,
        }
    }
}

/// The root of the archive in which a payload ends, if all of it is valid.
#[inline]
pub(super) fn checked<'a, A: Checked>(
    payload: &'a [u8],
    limits: &DecodeLimits,
) -> Result<&'a A, DecodeError> {
    if !may_end_in_root::<A>(payload.len()) {
        return Err(DecodeError::malformed(None, MISALIGNED));
    }
    // the root is one level, and rkyv refuses the level that uses up its count
    let levels = NonZeroUsize::MIN.saturating_add(limits.max_depth);
    let mut context = ArchiveValidator::with_max_depth(payload, Some(levels));
    access_with_context::<A, _, Mistake>(payload, &mut context)
        .map_err(|error| invalid(&error, limits))
}

const MISALIGNED: &str = "the length of the archive leaves its root misaligned";

/// Whether the root at the end of so many bytes is aligned where the archive's beginning is: behind the
/// zeros that [`Rkyv`](super::Rkyv) puts there, or without them, where others wrote it.
///
/// Were it not asked, an archive that lost its last bytes might be valid as another one somewhere.
const fn may_end_in_root<A>(len: usize) -> bool {
    let align = align_of::<A>();
    // the zeros are what is missing behind the length
    len.is_multiple_of(align) || (len + LengthPrefixed::OVERHEAD).is_multiple_of(align)
}

#[cold]
fn invalid(error: &Mistake, limits: &DecodeLimits) -> DecodeError {
    let max = limits.max_depth;
    match error.is_too_deep() {
        true => DecodeError::TooDeep { max },
        false => DecodeError::malformed(None, error),
    }
}

/// Where a payload of so many bytes can lie, seen from an aligned address, with its root aligned: first
/// where an archive is aligned behind the zeros that [`Rkyv`](super::Rkyv) puts there.
fn leads<A>(len: usize) -> impl Iterator<Item = usize> {
    let ours = padding::<A>().next_multiple_of(ALIGN) - padding::<A>();
    (0..ALIGN)
        .map(move |shift| (ours + shift) % ALIGN)
        .filter(move |lead| (lead + len).is_multiple_of(align_of::<A>()))
}

/// A copy of a payload, `lead` bytes behind an aligned address.
fn copied(payload: &[u8], lead: usize) -> Bytes {
    let mut copy = AlignedVec::<ALIGN>::with_capacity(lead + payload.len());
    copy.resize(lead, 0);
    copy.extend_from_slice(payload);
    Bytes::from_owner(copy).slice(lead..)
}
