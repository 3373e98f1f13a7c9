//! The wires of this repository's crate.

use reactive_messaging::{
    Decode, Encode, Rkyv, View,
    wire::{DecodeLimits, Frame},
};

use crate::{contender::Contender, shapes::Sample};

/// Bytes of the length that stands in front of a payload, where one does.
const PREFIX: usize = 4;

/// A wire whose messages are values of their own.
pub(crate) fn wire<W, M>(name: &'static str) -> Contender
where
    W: Encode<M> + Decode<M>,
    M: Sample + PartialEq + 'static,
{
    received_as::<W, M, M>(name)
}

/// Archives that are read where they lie: validated, and not taken apart.
pub(crate) fn view<M>(name: &'static str) -> Contender
where
    M: Sample + rkyv::Archive + 'static,
    Rkyv: Encode<M> + Decode<View<M>>,
    View<M>: PartialEq<M>,
{
    received_as::<Rkyv, M, View<M>>(name)
}

fn received_as<W, M, D>(name: &'static str) -> Contender
where
    W: Encode<M> + Decode<D>,
    M: Sample + 'static,
    D: PartialEq<M>,
{
    let limits = DecodeLimits::default();
    Contender::new(
        name,
        PREFIX,
        |message: &M, out| W::encode(message, out).expect("a message that can be encoded"),
        move |chunk, payload| -> D {
            W::decode(Frame::within(chunk, &chunk[payload]), &limits).expect("what was encoded")
        },
        |received, sent| received == sent,
    )
}
