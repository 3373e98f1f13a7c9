//! Logic that the examples share; each example is a program of its own under `examples/`.

pub mod chat;
pub mod message_pack;
pub mod order_book;
pub mod ping_pong;
pub mod signals;
