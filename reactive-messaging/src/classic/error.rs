//! Why a service of the classic layer does not start or end.

use thiserror::Error;

use crate::{
    config::ConfigError,
    error::{BindError, ConnectError},
};

/// A service or a processor that could not be started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The server cannot listen.
    #[error("server could not be started")]
    Bind(#[from] BindError),
    /// The client cannot connect.
    #[error("client could not be started")]
    Connect(#[from] ConnectError),
    /// The configuration contradicts itself, or the protocols of the processor.
    #[error("invalid configuration")]
    InvalidConfig(#[from] ConfigError),
    /// The processor was given another configuration than its service.
    #[error("processor and service have different configurations")]
    OtherConfig,
    /// The processor was spawned on another service.
    #[error("service has no such processor")]
    UnknownProcessor,
    /// The service runs, or has run.
    #[error("service was started before")]
    AlreadyStarted,
}

/// A service was asked for its end that never ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("service was not started")]
pub struct NotStarted;
