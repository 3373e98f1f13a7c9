//! `#[reactive_server]` over TCP, length-prefixed postcard.

ours::server!(Postcard, derive(serde::Serialize, serde::Deserialize));
