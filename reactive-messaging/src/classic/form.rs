//! Message forms: two protocols, on a wire, within limits.

use std::{fmt, marker::PhantomData};

use crate::{
    __private::check_config,
    config::ConstConfig,
    protocol::ReactiveProtocol,
    wire::{Decode, Encode},
};

/// The announced names of channels.
///
/// They named the queues between socket and processor. There are none any more: a processor decodes
/// each message when it asks for it, and what it sends waits in a buffer that is bounded in bytes. So
/// all of them mean the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    /// Means what the others mean.
    Atomic,
    /// Means what the others mean.
    FullSync,
    /// Means what the others mean.
    Crossbeam,
}

/// What a processor speaks: it receives `C` and sends `L`, both on the wire `W`.
///
/// The announced forms are [`Textual`], [`VariableBinary`] and [`MmapBinary`]; a wire of one's own
/// takes the place of the announced custom serializers. Where the directions differ, use the builder's
/// [`wires`](crate::Bind::wires).
pub struct SocketDialog<W, C, L> {
    config: ConstConfig,
    speaks: PhantomData<fn(C) -> (L, W)>,
}

/// One RON value a line: the form of macros that name none.
#[cfg(feature = "ron")]
pub type Textual<C, L> = SocketDialog<crate::wire::Ron, C, L>;

/// Archives of rkyv behind their length. What is received is a [`View`](crate::View), which
/// dereferences to the archived message, and was validated.
#[cfg(feature = "rkyv")]
pub type VariableBinary<C, L> = SocketDialog<crate::wire::Rkyv, crate::wire::View<C>, L>;

/// Records of one size. Unlike the announced form they do not depend on a compiler's layout, nor on
/// the machine: [`Fixed`](crate::Fixed) documents every byte.
#[cfg(feature = "fixed")]
pub type MmapBinary<C, L> = SocketDialog<crate::wire::Fixed, C, L>;

impl<W, C, L> SocketDialog<W, C, L> {
    /// A dialog within the limits of `config`, which has to be that of its service.
    pub const fn new(config: ConstConfig, channel: Channels) -> Self {
        let _ = channel;
        Self {
            config,
            speaks: PhantomData,
        }
    }
}

impl<W, C, L> SocketDialog<W, C, L>
where
    C: ReactiveProtocol,
    L: ReactiveProtocol,
    W: Decode<C> + Encode<L>,
{
    /// As `new`, for a const context, which says where the config contradicts itself.
    #[doc(hidden)]
    #[track_caller]
    pub const fn checked(config: ConstConfig, channel: Channels) -> Self {
        check_config::<C, L, W, W>(&config);
        Self::new(config, channel)
    }
}

/// The types of a [`SocketDialog`].
pub trait Form: Send + 'static {
    /// What arrives.
    type Remote: ReactiveProtocol;
    /// What leaves.
    type Local: ReactiveProtocol;
    /// How.
    type Wire: Decode<Self::Remote> + Encode<Self::Local> + Default;

    /// Within which limits.
    fn config(&self) -> ConstConfig;
}

impl<W, C, L> Form for SocketDialog<W, C, L>
where
    C: ReactiveProtocol,
    L: ReactiveProtocol,
    W: Decode<C> + Encode<L> + Default + 'static,
{
    type Remote = C;
    type Local = L;
    type Wire = W;

    fn config(&self) -> ConstConfig {
        self.config
    }
}

impl<W, C, L> fmt::Debug for SocketDialog<W, C, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketDialog").finish_non_exhaustive()
    }
}
