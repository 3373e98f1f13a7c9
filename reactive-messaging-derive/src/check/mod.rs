//! What cannot work, said on the token to blame, with what to write instead.
//!
//! Everything that the compiler says well by itself is left to it.

mod composite;
mod handler;
mod protocol;

pub(crate) use composite::composite;
pub(crate) use handler::handler;
pub(crate) use protocol::protocol;
