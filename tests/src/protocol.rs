use reactive_messaging::{ReactiveProtocol, wire::Ron};
use serde::{Deserialize, Serialize};

/// What clients say.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
pub enum Ask {
    /// A message without content.
    Hello,
    /// A message of fixed size.
    Number(u32),
    /// A message of any size.
    Text(String),
    /// Closes the dialog.
    Quit,
    /// Reports an error.
    Error(String),
}

/// What servers say.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
pub enum Answer {
    /// A message without content.
    World,
    /// A message of fixed size.
    Number(u32),
    /// A message of any size.
    Text(String),
    /// Closes the dialog.
    Bye,
    /// Reports an error.
    Error(String),
}

impl ReactiveProtocol for Ask {
    type Wire = Ron;

    fn error_message(text: String) -> Option<Self> {
        Some(Self::Error(text))
    }

    fn is_closing(&self) -> bool {
        matches!(self, Self::Quit)
    }
}

impl ReactiveProtocol for Answer {
    type Wire = Ron;

    fn error_message(text: String) -> Option<Self> {
        Some(Self::Error(text))
    }

    fn is_closing(&self) -> bool {
        matches!(self, Self::Bye)
    }
}
