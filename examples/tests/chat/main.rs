//! The chat without a socket.

mod login;
mod room;
mod sessions;
