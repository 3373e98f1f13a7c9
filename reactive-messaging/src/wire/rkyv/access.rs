//! Validation, and access to what was validated: the one `unsafe` block of the wires.

#![allow(unsafe_code)]

use std::{marker::PhantomData, num::NonZeroUsize, sync::Arc};

use bytes::Bytes;
use rkyv::{
    Portable,
    api::{access_with_context, high::HighValidator},
    bytecheck::CheckBytes,
    util::AlignedVec,
    validation::{Validator, archive::ArchiveValidator, shared::SharedValidator},
};

use super::mistake::Mistake;
use crate::{error::DecodeError, wire::DecodeLimits};

/// An archived type that can be validated: every one that `rkyv::Archive` derives.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be validated",
    note = "archives that come from a network are validated before they are read: rkyv needs its feature `bytecheck`, which is on by default"
)]
pub trait Checked: Portable + for<'a> CheckBytes<HighValidator<'a, Mistake>> {}

#[diagnostic::do_not_recommend]
impl<A: Portable + for<'a> CheckBytes<HighValidator<'a, Mistake>>> Checked for A {}

/// The most that rkyv aligns anything to.
const ALIGN: usize = 16;

/// The root of an archive, if all of it is valid.
pub(super) fn checked<'a, A: Checked>(
    archive: &'a [u8],
    limits: &DecodeLimits,
) -> Result<&'a A, DecodeError> {
    // the root is one level, and rkyv refuses the level that uses up its count
    let levels = NonZeroUsize::MIN.saturating_add(limits.max_depth);
    let bounds = ArchiveValidator::with_max_depth(archive, Some(levels));
    let mut context = Validator::new(bounds, SharedValidator::new());
    access_with_context::<A, _, Mistake>(archive, &mut context)
        .map_err(|error| invalid(&error, limits))
}

#[cold]
fn invalid(error: &Mistake, limits: &DecodeLimits) -> DecodeError {
    let max = limits.max_depth;
    match error.is_too_deep() {
        true => DecodeError::TooDeep { max },
        false => DecodeError::malformed(None, error),
    }
}

/// Reads an archive where it lies. If that fails, and it may be because it is not aligned there, reads
/// an aligned copy.
///
/// What an archive has to be aligned to is known to its type only in part: the elements of a `Vec` may
/// need more than the `Vec` itself.
pub(super) fn aligned<T>(
    archive: &[u8],
    read: impl Fn(&[u8]) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    match read(archive) {
        Err(_) if !is_aligned(archive) => read(&copied(archive)),
        done => done,
    }
}

fn is_aligned(archive: &[u8]) -> bool {
    archive.as_ptr().addr().is_multiple_of(ALIGN)
}

fn copied(archive: &[u8]) -> AlignedVec<ALIGN> {
    let mut copy = AlignedVec::with_capacity(archive.len());
    copy.extend_from_slice(archive);
    copy
}

/// An archive that was found valid, for as long as it is kept.
pub(super) struct Validated<A> {
    /// Private to this module: nobody exchanges them behind the validation.
    archive: Bytes,
    // shared between clones, as by an `Arc`
    root: PhantomData<Arc<A>>,
}

impl<A: Checked> Validated<A> {
    /// Validates an archive: where it lies, or an aligned copy of it.
    pub(super) fn new(archive: Bytes, limits: &DecodeLimits) -> Result<Self, DecodeError> {
        let valid = match checked::<A>(&archive, limits) {
            Ok(_) => archive,
            Err(_) if !is_aligned(&archive) => {
                let copy = Bytes::from_owner(copied(&archive));
                checked::<A>(&copy, limits)?;
                copy
            }
            Err(error) => return Err(error),
        };
        Ok(Self {
            archive: valid,
            root: PhantomData,
        })
    }
}

impl<A: Portable> Validated<A> {
    /// The root of the archive.
    #[inline]
    pub(super) fn root(&self) -> &A {
        // SAFETY: `new` found that these bytes hold a valid `A` whose root is at their end, for they
        // passed `access_with_context`, which looks there. `archive` is private to this module and
        // never exchanged; the memory behind a `Bytes` neither moves nor changes while it lives,
        // whatever is done with its other clones; so they still are what was found valid, and at the
        // same address, hence as aligned as then. The reference lives no longer than the `Bytes`.
        unsafe { rkyv::access_unchecked::<A>(&self.archive) }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.archive
    }

    /// The same, in memory of its own.
    pub(super) fn compact(&self) -> Self {
        // What an archive points to, it points to relatively: it is valid wherever it is as aligned as
        // here. That need not be a multiple of `ALIGN`, for it may have been written by anyone.
        let before = self.archive.as_ptr().addr() % ALIGN;
        let mut copy = AlignedVec::<ALIGN>::with_capacity(before + self.archive.len());
        copy.resize(before, 0);
        copy.extend_from_slice(&self.archive);
        Self {
            archive: Bytes::from_owner(copy).slice(before..),
            root: PhantomData,
        }
    }
}

impl<A> Clone for Validated<A> {
    fn clone(&self) -> Self {
        Self {
            archive: self.archive.clone(),
            root: PhantomData,
        }
    }
}
