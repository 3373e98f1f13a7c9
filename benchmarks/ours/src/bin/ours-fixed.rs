//! `#[reactive_server]` over TCP, records of one size.

ours::server!(Fixed, derive());
