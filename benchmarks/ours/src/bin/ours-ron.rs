//! `#[reactive_server]` over TCP, one RON value a line.

ours::server!(Ron, derive(serde::Serialize, serde::Deserialize));
