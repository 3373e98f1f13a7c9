//! Messages that stay in the bytes in which they came.

use std::{fmt, ops::Deref};

use rkyv::Archive;

use super::{
    FromArchive, Rkyv, ToArchive,
    access::{Checked, UNLIMITED, Validated},
    message,
};
use crate::{
    error::{DecodeError, EncodeError},
    wire::{Decode, DecodeLimits, Encode, Frame},
};

/// A message of type `M` that is read in the bytes that were received; it dereferences to
/// [`rkyv::Archived<M>`](rkyv::Archived).
///
/// It was validated when it was received, and reading it costs nothing but the reading. It can be
/// kept, cloned, sent to other tasks, and sent on through a `Peer<View<M>>` or as an item of a handler
/// that has one, all without taking it apart; it may outlive its connection. What such a handler has to
/// say of its own, it makes a view by [`View::of`]. A view shares the buffer that it was received in, at
/// most [`inbound_bytes`](crate::ConstConfig::inbound_bytes) or one frame, and keeps all of it in
/// memory: call [`compact`](Self::compact) on those that you keep for long.
///
/// Views always travel on the wire [`Rkyv`], whatever wire `M` has by itself. They are `Debug` and can be
/// compared with messages where the archived type can: `#[rkyv(derive(Debug), compare(PartialEq))]`.
///
/// ```
/// # #[cfg(all(feature = "derive", feature = "rkyv"))] {
/// use futures::{Stream, StreamExt};
/// use reactive_messaging::prelude::*;
///
/// #[derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize, ReactiveProtocol)]
/// #[protocol(wire = Rkyv)]
/// enum Order { Buy { item: String, count: u32 }, #[protocol(closing)] Leave }
///
/// #[derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize, ReactiveProtocol)]
/// #[protocol(wire = Rkyv)]
/// enum Answer { Bought(u32), Nothing }
///
/// #[reactive_server]
/// async fn shop(orders: impl Stream<Item = View<Order>>, _peer: Peer<Answer>) -> impl Stream<Item = Answer> {
///     orders.map(|order| match &*order {
///         ArchivedOrder::Buy { item, count } if item == "bread" => Answer::Bought(count.to_native()),
///         _ => Answer::Nothing,
///     })
/// }
/// # }
/// ```
pub struct View<M: Archive> {
    archive: Validated<M::Archived>,
}

impl<M: Archive<Archived: Checked>> View<M> {
    /// A view of a message, as its remote would receive it.
    ///
    /// # Errors
    /// [`EncodeError`] when the message cannot be archived.
    pub fn of(message: &M) -> Result<Self, EncodeError>
    where
        M: ToArchive,
    {
        let mut payload = Vec::new();
        Rkyv::encode(message, &mut payload)?;
        Self::read(Frame::new(&payload), &UNLIMITED).map_err(EncodeError::serialize)
    }

    #[inline]
    fn read(frame: Frame<'_>, limits: &DecodeLimits) -> Result<Self, DecodeError> {
        let archive = Validated::new(frame, limits)?;
        Ok(Self { archive })
    }

    /// The message, as a value of its own.
    ///
    /// # Errors
    /// [`DecodeError`] when a type in it refuses what is valid as an archive, as a list does that has
    /// no room for so many elements.
    pub fn to_message(&self) -> Result<M, DecodeError>
    where
        M: FromArchive,
    {
        message(self.archive.root())
    }

    /// A copy of the view that shares no memory with others. (What needs to be aligned to more than 16
    /// bytes may find no place in a copy; then the view is shared as it is.)
    pub fn compact(&self) -> Self {
        Self {
            archive: self.archive.compact(),
        }
    }
}

impl<M: Archive> Deref for View<M> {
    type Target = M::Archived;

    #[inline]
    fn deref(&self) -> &M::Archived {
        self.archive.root()
    }
}

impl<M: Archive<Archived: Checked>> Decode<View<M>> for Rkyv {
    #[inline]
    fn decode(frame: Frame<'_>, limits: &DecodeLimits) -> Result<View<M>, DecodeError> {
        View::read(frame, limits)
    }
}

/// What was received is sent on as it is.
impl<M: Archive> Encode<View<M>> for Rkyv {
    #[inline]
    fn encode(message: &View<M>, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.extend_from_slice(message.archive.payload());
        Ok(())
    }
}

impl<M: Archive> Clone for View<M> {
    fn clone(&self) -> Self {
        Self {
            archive: self.archive.clone(),
        }
    }
}

impl<M: Archive<Archived: fmt::Debug>> fmt::Debug for View<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("View").field(&**self).finish()
    }
}

impl<M: Archive<Archived: PartialEq<M>>> PartialEq<M> for View<M> {
    fn eq(&self, message: &M) -> bool {
        **self == *message
    }
}
