//! The game of `ping_pong` without a socket.

mod dialogs;
mod rules;
mod stages;
