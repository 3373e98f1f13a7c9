//! Shared processors: one handler for the messages of many connections.
//!
//! May depend on `dialog`, `retry` and `config`. What one connection does by itself never comes here,
//! nor does how a server starts.

pub mod queue;
