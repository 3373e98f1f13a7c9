//! The wires as the client speaks them: by hand, so that it outruns every server.

mod fixed;
#[cfg(test)]
mod pinned;
mod postcard;
mod rkyv;
mod ron;

pub use self::{fixed::Fixed, postcard::Postcard, rkyv::Rkyv, ron::Ron};

/// Writes pings and reads pongs.
pub trait Wire: 'static {
    /// Appends `Request::Ping(sequence, payload)`, framed.
    fn put_ping(out: &mut Vec<u8>, sequence: u32, payload: u64);

    /// Reads one framed `Response::Pong` off the front of `bytes`; `None` if it is incomplete.
    ///
    /// # Errors
    /// [`NotAPong`] for anything else.
    fn take_pong(bytes: &[u8]) -> Result<Option<Pong>, NotAPong>;
}

/// A reply, and how many bytes it took, framing included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pong {
    /// Which ping it answers.
    pub sequence: u32,
    /// The transformed payload.
    pub payload: u64,
    /// Its length on the wire.
    pub length: usize,
}

/// The server sent something that is no pong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAPong;
