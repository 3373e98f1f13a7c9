//! Every limit: its unit, its default, and what happens when it is met.
//!
//! Limits are fields of a [`ConstConfig`](crate::ConstConfig), which is checked while compiling, or
//! options of a builder, which are checked when the service starts. A builder wins over an attribute. What a
//! protocol says of its own messages, `#[protocol(max_frame_len = 32 * 1024)]`, wins over both:
//!
//! ```
//! use std::time::Duration;
//! use reactive_messaging::prelude::*;
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Ask { Ping(u32) }
//! # #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Answer { Pong(u32), #[protocol(error)] Error(String) }
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!
//! const PUBLIC: ConstConfig = ConstConfig {
//!     max_frame_len: 8 * 1024,
//!     first_frame_timeout: Some(Duration::from_secs(5)),
//!     idle_timeout: Some(Duration::from_secs(300)),
//!     socket_options: SocketOptions { ttl: Some(64), ..SocketOptions::default() },
//!     ..ConstConfig::default()
//! };
//!
//! #[reactive_server(config = PUBLIC)]
//! async fn pong(messages: impl Stream<Item = Ask>) -> impl Stream<Item = Answer> {
//!     messages.map(|Ask::Ping(n)| Answer::Pong(n))
//! }
//!
//! let server = pong::bind("127.0.0.1:0").max_connections(500).await?;
//! # server.shutdown().await; Ok(()) }
//! ```
//!
//! In the tables, a reason is the [`DisconnectReason`](crate::DisconnectReason) that events and the log
//! are given. “An error message” is the protocol's error variant, where it has one, with a text that
//! tells nothing of our inside. The remote gets it in front of the FIN, behind all that was accepted
//! before.
//!
//! Where nothing else is said, a dialog that ends at a limit of time flushes what was accepted, sends
//! FIN and lingers, and the remote is told nothing more. An abort drops what is unwritten, and counts
//! it as undelivered.
//!
//! # What a message may be
//!
//! | field | unit | default | when it is met |
//! |---|---|---|---|
//! | [`max_frame_len`](crate::ConstConfig::max_frame_len) | bytes | 64 KiB | received: reason `Frame`, an error message with the limit; sent: the message comes back with [`EncodeError::TooLong`](crate::EncodeError::TooLong), and the connection lives |
//! | [`max_depth`](crate::ConstConfig::max_depth) | levels, 1 to 128 | 32 | a mistake of the remote, with [`DecodeError::TooDeep`](crate::DecodeError::TooDeep) |
//! | [`prealloc_step`](crate::ConstConfig::prealloc_step) | bytes | 4 KiB | memory for further elements is reserved as they are read |
//! | [`max_decode_errors`](crate::ConstConfig::max_decode_errors) | mistakes in a row | 1 | reason `Decode`; each mistake is answered by an error message, with the offset |
//!
//! # What may wait
//!
//! | field | unit | default | when it is met |
//! |---|---|---|---|
//! | [`inbound_bytes`](crate::ConstConfig::inbound_bytes) | bytes | 64 KiB | reading pauses until the handler goes on; the remote meets the backpressure of TCP |
//! | [`outbound_bytes`](crate::ConstConfig::outbound_bytes) | bytes | 256 KiB | `try_send` gives [`SendError::Full`](crate::SendError::Full), `send` does what `retrying_strategy` says, a stream is not polled |
//! | [`retrying_strategy`](crate::ConstConfig::retrying_strategy) | | `WaitForRoom` | `send` waits, gives `Full`, or ends the connection with reason `OutboxFull` |
//!
//! The queue of a [shared processor](super::shared) has a `capacity`, of 1,024 inputs by default. A
//! [group](super::groups) has no queue: what happens to a member whose outbox has no room is said by its
//! [`Overload`](crate::Overload), which skips it by default.
//!
//! # How long a dialog waits
//!
//! | field | unit | default | when it is met |
//! |---|---|---|---|
//! | [`first_frame_timeout`](crate::ConstConfig::first_frame_timeout) | time | none | reason `FirstFrameTimeout`; in a composite, each stage whose config has it waits anew |
//! | [`frame_timeout`](crate::ConstConfig::frame_timeout) | time | 10 s | reason `FrameTimeout`; a frame has a second more for each 64 KiB of it that have arrived |
//! | [`idle_timeout`](crate::ConstConfig::idle_timeout) | time | none | reason `IdleTimeout`; counts from the last byte in either direction |
//! | [`half_closed_timeout`](crate::ConstConfig::half_closed_timeout) | time | 30 s | reason `HalfClosedTimeout`; counts from the remote's FIN, and from each byte written after it |
//! | [`write_timeout`](crate::ConstConfig::write_timeout) | time | 60 s; client: none | reason `WriteTimeout`; an abort |
//! | [`drain_timeout`](crate::ConstConfig::drain_timeout) | time | 10 s | reason `DrainTimeout`; an abort |
//! | [`linger_close`](crate::ConstConfig::linger_close) | time | 2 s | the socket is closed; the connection keeps its reason |
//! | [`linger_bytes`](crate::ConstConfig::linger_bytes) | bytes | 1 MiB | the socket is closed as soon as all is flushed; the connection keeps its reason |
//!
//! Two of them end connections that wait for *us*: `idle_timeout`, and `half_closed_timeout` behind FIN, have to
//! be longer than the slowest reply. And whoever only listens is not idle while something is sent to it.
//!
//! `None` turns off those that can be off: they cost nothing then. All of them together have one timer a
//! connection, whatever the number of messages; it is made when the first of them begins to run.
//!
//! A time below 1 ms is refused, except for `linger_close`, where zero is not to wait: a remote that
//! still sends then may lose the last words to a reset. `Duration::MAX` is as good as never. No socket
//! has `SO_LINGER`: no close blocks a thread, and none is a reset unless input was left unread.
//!
//! # Connections of a server
//!
//! | field | unit | default | when it is met |
//! |---|---|---|---|
//! | [`max_connections`](crate::ConstConfig::max_connections) | connections | none, which is ¾ of the descriptors that the process may have, at least 16 and at most 10,000 | the next one is closed at once; [`ConnectionEvent::Refused`](crate::ConnectionEvent::Refused) |
//! | [`accept_backoff`](crate::ConstConfig::accept_backoff) | pauses | 10 ms, doubling up to 1 s | accepting failed, and is tried again after the pause; a line is logged |
//!
//! A server's builder has [`max_connections`](crate::Bind::max_connections), too.
//!
//! # Connecting
//!
//! | field | unit | default | when it is met |
//! |---|---|---|---|
//! | [`connect_timeout`](crate::ConstConfig::connect_timeout) | time | 5 s | [`ConnectError::TimedOut`](crate::ConnectError::TimedOut), unless `retrying_strategy` tries again |
//!
//! `retrying_strategy` says how often the first connection is tried. Those that follow are a matter of
//! [`reconnect`](crate::Connect::reconnect) on the builder:
//!
//! | field | unit | default | when it is met |
//! |---|---|---|---|
//! | [`backoff`](crate::Reconnect::backoff) | pauses | 100 ms, doubling up to 30 s | a random part of this passes before each attempt |
//! | [`attempts`](crate::Reconnect::attempts) | attempts in a row | none | the client is over, with reason `ReconnectFailed`, or that of its last connection |
//! | [`healthy_after`](crate::Reconnect::healthy_after) | time | 10 s | pauses and attempts start anew |
//!
//! # Sockets
//!
//! Fields of [`socket_options`](crate::ConstConfig::socket_options), for TCP. What is `None` stays as the
//! system has it. Values that a system refuses would fail every connection, so they are refused while
//! compiling.
//!
//! | field | unit | default | what it does |
//! |---|---|---|---|
//! | [`no_delay`](crate::SocketOptions::no_delay) | | true | small segments are sent at once |
//! | [`ttl`](crate::SocketOptions::ttl) | hops, 1 to 255 | none | routers drop what has made so many |
//! | [`send_buffer`](crate::SocketOptions::send_buffer) | bytes | none | so much of what was written waits in the kernel |
//! | [`recv_buffer`](crate::SocketOptions::recv_buffer) | bytes | none | so much of what arrived does |
//! | [`backlog`](crate::SocketOptions::backlog) | connections | 1,024 | further ones get no answer until some were accepted |
//! | [`tcp_keepalive`](crate::SocketOptions::tcp_keepalive) | 1 s to 32,767 s, 1 to 127 probes | after 60 s, every 10 s, 3 times | the connection breaks: reason `Io` |
//!
//! # What contradicts what
//!
//! A config is refused, with a [`ConfigError`](crate::ConfigError) that names the field, if
//! * `max_frame_len`, or that of the local protocol, exceeds `outbound_bytes`: no such message could ever be sent;
//! * `max_decode_errors` is above 1 on a wire that is not of lines: it could not tell where the next message begins;
//! * `max_frame_len` is below the one length of the messages of `Fixed`;
//! * a pause may grow to less than it begins with, or a value is outside of the range that stands in the tables.
//!
//! Of two times that run at once, the shorter one acts: an `idle_timeout` of 5 s leaves a `first_frame_timeout`
//! of 60 s nothing to do.
//!
//! # What is fixed
//!
//! | what | at most | when it is met |
//! |---|---|---|
//! | lines that a service logs of one kind of failure | 10 a second | the next line that is logged says how many were not |
//! | undecodable messages, and errors of a handler, that are logged of one connection | 16, and then each power of two | they are counted |
//! | callbacks of [`Refused`](crate::ConnectionEvent::Refused) at one time | 64 | further refusals are only counted |
//! | text of a handler's `Err` that the remote is told | 512 bytes | it is cut |
//! | text of a [`Detail`](crate::error::Detail), in errors, reasons and the log | 160 bytes | it is cut, and ends in `…` |
//! | what a handler has yielded and is not written | 64 KiB, or half of `outbound_bytes` | its stream is not polled |
//! | a turn of a connection | 64 KiB read, 256 KiB written, 1,024 steps | others have their turn |
//! | time of a frame, beyond `frame_timeout` | a second for each 64 KiB of it | reason `FrameTimeout` |
//! | stages in a row that begin behind the end and do nothing | 16 | the connection ends |
//!
//! Limits of handshakes come with the transports that have some.
