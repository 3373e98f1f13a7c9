//! What a group does about members that cannot keep up.

/// What happens to a member whose outbox has no room for a message to its [`Group`](crate::Group).
///
/// None of them waits: whatever one member does, the others get the message at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overload {
    /// It does not get the message; that is counted.
    #[default]
    Skip,
    /// Its connection is aborted, with [`OutboxFull`](crate::DisconnectReason::OutboxFull).
    Disconnect,
}
