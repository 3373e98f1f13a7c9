//! The protocol of the workloads, and the client that drives every contender.
//!
//! A contender is a server process: it answers [`protocol::Request`]s as [`protocol::answer`] says
//! and calls [`contender::announce`] once it listens. The binary `load` is the other process: it
//! generates one [`workload::Workload`], checks every reply and prints what it measured.
//!
//! Contenders depend on this crate, so nothing that a contender competes with may come in here.

pub mod contender;
pub mod dialog;
pub mod metric;
pub mod probe;
pub mod protocol;
pub mod wire;
pub mod workload;
