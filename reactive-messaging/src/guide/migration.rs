//! From 0.4 to 0.5: what to edit, and all that differs.
//!
//! The wire format of text is the same, so that clients and servers of both versions talk to each
//! other. The macros, services and methods that 0.4 announced are in [`classic`](crate::classic), and in
//! the [`prelude`](crate::prelude). A program in which they are called, without naming the types
//! behind them, takes these steps.
//!
//! 1. In `Cargo.toml`, `reactive-messaging = "0.5"`, with the feature `rkyv` for `VariableBinary` or
//!    `fixed` for `MmapBinary`, and `rkyv = "0.8"` in place of 0.7.
//! 2. Messages keep `impl ReactiveMessagingConfig<M> for M`, which makes them protocols on the wire
//!    [`Ron`](crate::Ron). Or they replace it by `#[derive(ReactiveProtocol)]`, with
//!    `#[protocol(error)]` on the variant that takes the text of an error; never both.
//! 3. Messages received as `VariableBinary`: `#[archive_attr(derive(…))]` becomes `#[rkyv(derive(…))]`,
//!    and `impl ViewProtocol for M {}` is added (`#[protocol(views)]` beside the derive).
//! 4. Messages of `MmapBinary`: `#[derive(FixedSize)]` takes the place of
//!    `impl ReactiveMessagingMemoryMappable for M {}`. Texts and lists need a bound.
//! 5. Items of `Textual` and `MmapBinary` are the messages themselves: `message.deref()` becomes `&message`
//!    or `message`. Those of `VariableBinary` dereference once: `.deref().deref()`, which still compiles,
//!    is one too many.
//! 6. `peer.send(m)`, which did not wait, becomes `peer.try_send(m)`; `send_async` stays. `Arc::clone(&peer)`
//!    becomes `peer.clone()`. `peer.peer_id` and `peer.peer_address` become `peer.id()` and `peer.address()`.
//! 7. In patterns, `PeerLeft { peer, stream_stats }` becomes `PeerLeft { peer, reason, stats }`.
//! 8. In a `ConstConfig`, fields are renamed as [below](#configuration).
//!
//! The program that 0.4 has as its first example takes four lines, two of step 3 for each of its two
//! protocols, beside those in `Cargo.toml`; a second `.deref()` in it is warned of, see step 5. The example `classic` is such a program, with its edits marked.
//!
//! ```
//! use std::future;
//! use reactive_messaging::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! const CONFIG: ConstConfig = ConstConfig {
//!     retrying_strategy: RetryingStrategies::RetryWithBackoffUpTo(3),
//!     ..ConstConfig::default()
//! };
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! enum Ask { Ping(u32) }
//! impl ReactiveMessagingConfig<Ask> for Ask {}
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! enum Answer { Pong(u32), Error(String) }
//! impl ReactiveMessagingConfig<Answer> for Answer {
//!     fn processor_error_message(err: String) -> Option<Answer> { Some(Answer::Error(err)) }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! let mut server = new_socket_server!(CONFIG, "127.0.0.1", 0);
//! start_server_processor!(CONFIG, Textual, Atomic, server, Ask, Answer,
//!     |_| future::ready(()),
//!     |_, _, peer, messages| messages
//!         .map(|Ask::Ping(number)| Answer::Pong(number))
//!         .to_responsive_stream(peer, |_, _| ())
//! )?;
//! # let port = server.address().unwrap().socket_addr().unwrap().port();
//!
//! let mut client = new_socket_client!(CONFIG, "127.0.0.1", port);
//! start_client_processor!(CONFIG, Textual, Atomic, client, Answer, Ask,
//!     |event| async {
//!         if let ProtocolEvent::PeerArrived { peer } = event {
//!             peer.send_async(Ask::Ping(1)).await.expect("connected");
//!         }
//!     },
//!     |_, _, peer, messages| messages.inspect(move |message| {
//!         assert_eq!(*message, Answer::Pong(1));
//!         peer.cancel_and_close();
//!     })
//! )?;
//! client.termination_waiter()().await?;
//! server.terminate().await?;
//! # Ok(()) }
//! ```
//!
//! # Several protocols on one connection
//!
//! They are routed as before: a processor sets the state and ends, or calls `flush_and_close`, and the
//! routing closure names the next one. New programs use stages, whose transitions the compiler checks.
//!
//! ```
//! # use std::{future, time::Duration};
//! # use reactive_messaging::prelude::*;
//! # use serde::{Deserialize, Serialize};
//! # const CONFIG: ConstConfig = ConstConfig::default();
//! # #[derive(Debug, Serialize, Deserialize)] enum Ask { Enter, Ping(u32) }
//! # impl ReactiveMessagingConfig<Ask> for Ask {}
//! # #[derive(Debug, Serialize, Deserialize)] enum Answer { Pong(u32) }
//! # impl ReactiveMessagingConfig<Answer> for Answer {}
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! #[derive(Debug, Clone)]
//! enum State { Door, Inside, Leaving }
//!
//! let mut server = new_composite_socket_server!(CONFIG, "127.0.0.1", 0, State);
//! let door = spawn_server_processor!(CONFIG, Textual, Atomic, server, Ask, Answer,
//!     |_| future::ready(()),
//!     |_, _, peer, messages| messages.then(move |message| {
//!         let peer = peer.clone();
//!         async move {
//!             peer.set_state(if let Ask::Enter = message { State::Inside } else { State::Leaving }).await;
//!             peer.flush_and_close(Duration::from_secs(1)).await;
//!         }
//!     })
//! )?;
//! let inside = spawn_server_processor!(CONFIG, Textual, Atomic, server, Ask, Answer,
//!     |_| future::ready(()),
//!     |_, _, peer, messages| messages
//!         .map(|message| if let Ask::Ping(number) = message { Some(Answer::Pong(number)) } else { None })
//!         .to_responsive_stream(peer, |_, _| ())
//! )?;
//! server.start_multi_protocol(State::Door, move |connection: &SocketConnection<State>, _is_reused|
//!     match connection.state() {
//!         State::Door => Some(door.clone_sender()),
//!         State::Inside => Some(inside.clone_sender()),
//!         State::Leaving => None,
//!     },
//!     |_| future::ready(())
//! ).await?;
//! # server.terminate().await?;
//! # Ok(()) }
//! ```
//!
//! # Macros
//!
//! | announced | here | why |
//! |---|---|---|
//! | `new_socket_server!`, `new_socket_client!` | the same | |
//! | `spawn_server_processor!`, `spawn_client_processor!`, `start_server_processor!`, `start_client_processor!` | the same, with seven arguments (then the form is `Textual`) or with eight | the config is also checked while compiling |
//! | the same with ten arguments, for serializers of one's own | [`SocketDialog`](crate::classic::SocketDialog) with a [wire of one's own](super::wires#a-wire-of-ones-own) | reading and writing are one type, and a wire also has a framing |
//! | `new_composite_socket_server!`, `new_composite_socket_client!` | the same | |
//! | `_define_processor_uni_and_sender_channel_types!` | gone | it declared the types of queues that are no longer there; no macro declares anything in the scope of its caller |
//! | `Atomic`, `FullSync`, `Crossbeam` | accepted, all alike | a connection has no queue between its socket and its processor: see [`Channels`](crate::classic::Channels) |
//! | `Textual` | [`Ron`](crate::Ron), items are `M` | |
//! | `VariableBinary` | [`Rkyv`](crate::Rkyv), items are [`View<M>`](crate::View) | archives of rkyv 0.8, validated; 0.4 read bytes of the network unchecked. Peers of 0.4 cannot read them |
//! | `MmapBinary` | [`Fixed`](crate::Fixed), items are `M` | a documented layout instead of that of the compiler, checked when it is read. Peers of 0.4 cannot read it |
//! | the config of a processor is another than that of its service: does not compile | [`StartError::OtherConfig`](crate::classic::StartError::OtherConfig) | configs are values |
//!
//! # Services
//!
//! | announced | here | why |
//! |---|---|---|
//! | `CompositeSocketServer<CONFIG, State>`, `CompositeSocketClient<CONFIG, State>` | `CompositeSocketServer<State>`, `CompositeSocketClient<State>` | a config is a value with any limits, not a number in 64 bits |
//! | `CompositeSocketServer::new(ip, port)` | `new(CONFIG, ip, port)` | as above |
//! | `MessagingService<CONFIG>` | [`MessagingService`](crate::classic::MessagingService) | as above |
//! | `spawn_processor::<…ten types…>(dialog, events, processor).await` | `spawn_processor(dialog, events, processor)` | the types follow from `Textual::<Remote, Local>::new(CONFIG, channel)`; nothing waits |
//! | `spawn_unresponsive_processor`, `spawn_responsive_processor` | there | the latter sends what its stream yields |
//! | `start_single_protocol` | the same | |
//! | `start_multi_protocol(initial, routing, connection_events)` | the same | |
//! | what was read behind the message at which a processor is left is lost | it belongs to the next processor, in its form | nothing is lost in silence |
//! | a client's processor can be routed to once | any number of times | |
//! | `SocketConnection::state()` | the same | |
//! | `connection()`, `id()`, `closed()`, `set_state(..)` of a `SocketConnection` | gone | the socket belongs to the dialog, closed connections are not routed, and states are set through the peer |
//! | `ConnectionChannel` with `clone_sender` | the [name](crate::classic::ConnectionChannel) of a processor, with `clone_sender` | |
//! | `receiver`, `feed`, `close` of a `ConnectionChannel` | gone | connections do not travel through queues |
//! | `ServerConnectionHandler`, `ClientConnectionManager`, `ReceiverDroppedErr` | [`Listener`](crate::transport::Listener), [`Connector`](crate::transport::Connector) | these are transports |
//! | `termination_waiter` of a service that was not started: an error, or ready at once | waits for its start and its end; an error if it is dropped before | several waiters are fine |
//! | `terminate` returns at once | it drains, and returns when that is done | nothing is lost in silence; `drain_timeout` bounds it |
//! | dropping a service leaves its connections open | aborts them | no task outlives its owner |
//! | `CompositeSocketClient::is_connected` | the same | |
//! | errors are `Box<dyn Error + Send + Sync>` | [`StartError`](crate::classic::StartError), [`NotStarted`](crate::classic::NotStarted) | `?` turns them into the box |
//! | port 0 cannot be asked for | `server.address()` | |
//!
//! # Processors and events
//!
//! | announced | here | why |
//! |---|---|---|
//! | messages come as `MessagingMutinyStream<…>` | [`Incoming<M>`](crate::Incoming) | one type parameter; an `impl Stream<Item = M>` takes it |
//! | items: smart pointers to messages | messages, and [`View`](crate::View)s | |
//! | items of the stream: any `Debug` that is no future | messages, `()`, numbers, texts, `Option` and `Result` of those, or futures of any of them | futures run, an `Err` is told; `.map(drop)` drops anything else |
//! | a stream with local messages is not sent without `to_responsive_stream` | the same; `spawn_responsive_processor` sends it | |
//! | `to_responsive_stream(peer, mapper)` of messages; sends without waiting, sleeps the thread if that fails | the same of every item kind; waits for room as `retrying_strategy` says | |
//! | `Arc<Peer<CONFIG, Local, Channel, State>>` of a processor | [`ClassicPeer<Local, State>`](crate::classic::ClassicPeer), `Clone`, which dereferences to a [`Peer<Local>`](crate::Peer) | |
//! | the same, of an event | [`Peer<Local>`](crate::Peer) | states are set by processors |
//! | `set_state`, `try_set_state`, `blocking_set_state`, `take_state`, `try_take_state` | the same | none of them waits or spins |
//! | `send(m)` | `try_send(m)` | here `send(m).await` waits |
//! | `send_async(m)` | the same, or `send(m)` | errors are [`SendError`](crate::SendError), which has the message, instead of `(bool, String)` |
//! | `flush_and_close(timeout)` of a processor's peer, which gives the messages left | the same, without a result: it leaves the processor | `drain_timeout` bounds the flushing |
//! | `cancel_and_close()` of a processor's peer | the same; with several processors, what was accepted is flushed | a stage's bytes are never cut |
//! | `flush_and_close(timeout)` and `cancel_and_close()` of an event's peer | end the connection; the former gives the reason | |
//! | `pending_items_count()`, `buffer_size()` | `pending_bytes()`, [`outbound_bytes`](crate::ConstConfig::outbound_bytes) | bounds are bytes |
//! | `config()`, `create_stream()` of a peer | gone | |
//! | `ConnectionId` is a `u32` | [`ConnectionId`](crate::ConnectionId) | |
//! | `ProtocolEvent<CONFIG, Local, Channel, State>` | [`ProtocolEvent<Local>`](crate::ProtocolEvent) | |
//! | `PeerLeft { peer, stream_stats }` | `PeerLeft { peer, reason, stats }` | says why; [`PeerStats`](crate::PeerStats) count messages and bytes |
//! | `LocalServiceTermination` comes first, and may say goodbye | comes last, of clients too | goodbyes are for whoever waits for [`draining`](crate::Peer::draining), or for the server's [`peers()`](crate::Server::peers) before `shutdown` |
//! | `ConnectionEvent<'_, State>` with a connection | [`ConnectionEvent`](crate::ConnectionEvent) with id, address and reason; `LocalServiceTermination` is told by both | nothing is borrowed across an await |
//! | events fn: a closure with `async move` that captures | the same rule: `move \|event\| { let state = state.clone(); async move { … } }` | on stable, the future of a capturing async closure cannot be demanded `Send` |
//! | a line that cannot be read is answered, without end | is answered, and ends the connection | [`max_decode_errors`](crate::ConstConfig::max_decode_errors) allows more in a row |
//! | messages: `PartialEq + Debug + Send + Sync` | `Send` | |
//!
//! # Messages
//!
//! | announced | here | why |
//! |---|---|---|
//! | `ReactiveMessagingConfig` | the [same](crate::classic::ReactiveMessagingConfig) | `input_error_message` is asked where `processor_error_message` has none: 0.4 used the latter for both |
//! | `ReactiveMessagingSerializer`, `ReactiveMessagingDeserializer`, and theirs for RON and rkyv | [`Encode`](crate::Encode), [`Decode`](crate::Decode), [`Ron`](crate::Ron), [`Rkyv`](crate::Rkyv) | failing is an error, never a panic |
//! | `ReactiveMessagingMemoryMappable` | [`FixedSize`](crate::FixedSize) | derived, and checked |
//! | `MessageForms` | the wires | its sizes are `max_frame_len` |
//! | `Error` | [`DecodeError`](crate::DecodeError), [`EncodeError`](crate::EncodeError) | one enum per operation |
//! | everything of `reactive_mutiny::prelude` | gone | it is no dependency |
//!
//! # Configuration
//!
//! | announced | here | why |
//! |---|---|---|
//! | `ConstConfig::default()` in a const, with struct update | the same | |
//! | `sender_channel_size`, `receiver_channel_size` | [`outbound_bytes`](crate::ConstConfig::outbound_bytes), [`inbound_bytes`](crate::ConstConfig::inbound_bytes) | messages differ in size; bytes are what memory is made of |
//! | `sender_max_msg_size`, `receiver_max_msg_size` | [`max_frame_len`](crate::ConstConfig::max_frame_len); for one protocol, `#[protocol(max_frame_len = …)]` | any size, not only powers of two |
//! | `flush_timeout_millis` | [`drain_timeout`](crate::ConstConfig::drain_timeout) | |
//! | `socket_options`: `hops_to_live`, `no_delay: Some(true)` | [`socket_options`](crate::SocketOptions): `ttl`, `no_delay: true`, and `..SocketOptions::default()` | there are more of them |
//! | `socket_options`: `linger_millis` | [`linger_close`](crate::ConstConfig::linger_close) | waits for the remote to read, without blocking a thread |
//! | `executor_instruments` | `peer.stats()`, `server.stats()`, `tracing` | always on |
//! | `into()` a `u64` and `from(..)` one, `extract_…` | gone | configs are values |
//! | `retrying_strategy`: `DoNotRetry`, `EndCommunications`, `RetryWithBackoffUpTo(n)`, `RetryYieldingForUpToMillis(n)` | the [same](crate::RetryingStrategies), with larger numbers | |
//! | `RetrySpinningForUpToMillis(n)` | deprecated: it yields | nothing spins in async code |
//! | default: `RetryWithBackoffUpTo(20)` | `WaitForRoom`, and connecting is tried once | waits for room without a clock |
//! | `DoNotRetry` also drops received messages | they wait in the socket | whoever does not read stops the remote |
