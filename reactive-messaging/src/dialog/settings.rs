//! What dialogs have in common, and how much of a connection one is.

use std::sync::Arc;

use super::codec::{Codec, Framed, FramingOps};
use crate::{
    config::{ConstConfig, OnError},
    log_limit::LogLimits,
    protocol::ReactiveProtocol,
};

/// What all dialogs of one service have in common.
#[derive(Debug)]
pub struct Settings {
    pub(crate) config: ConstConfig,
    pub(crate) on_error: OnError,
    pub(crate) inbound: &'static FramingOps,
    pub(crate) outbound: &'static FramingOps,
    pub(crate) max_inbound_frame: usize,
    pub(crate) max_outbound_frame: usize,
    pub(crate) part: Part,
    pub(crate) log: Arc<LogLimits>,
    encode_error: fn(String, &mut Vec<u8>, usize) -> bool,
}

impl Settings {
    pub(crate) fn new<C: ReactiveProtocol, S: ReactiveProtocol>(
        config: ConstConfig,
        on_error: OnError,
        codec: Codec<C, S>,
    ) -> Self {
        let (inbound, outbound) = codec.frame_lens(&config);
        Self {
            config,
            on_error,
            inbound: codec.inbound,
            outbound: codec.outbound,
            max_inbound_frame: inbound.limit(),
            max_outbound_frame: outbound.limit(),
            part: Part::Whole,
            log: Arc::default(),
            encode_error: codec.encode_error,
        }
    }

    /// The same for another part of a connection.
    pub(crate) fn of(self, part: Part) -> Self {
        Self { part, ..self }
    }

    /// The same, logging as fast as others do together with it.
    pub(crate) fn logging_to(self, log: &Arc<LogLimits>) -> Self {
        let log = log.clone();
        Self { log, ..self }
    }

    /// Whether another dialog may follow on the connection.
    pub(crate) fn is_stage(&self) -> bool {
        self.part == Part::Stage
    }

    /// Frames the protocol's error message, if it has one.
    pub(super) fn encode_error(&self, text: String, frame: &mut Vec<u8>) -> bool {
        (self.encode_error)(text, frame, self.max_outbound_frame)
    }

    /// How outbound frames are told apart, and how long they are at most.
    pub(crate) fn outbound_framed(&self) -> Framed {
        (self.outbound, self.max_outbound_frame)
    }
}

/// How much of a connection a dialog is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// One of several that follow each other.
    Stage,
    /// What is the same in all stages; nobody talks there.
    Stages,
}
