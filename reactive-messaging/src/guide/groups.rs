//! One message to many connections.
//!
//! A [`Group<M>`](crate::Group) holds peers, and tells all of them, or all but one, the same. It is
//! state like any other: it is given to a handler by `with`, or kept wherever rooms are kept, and its
//! clones are one group. A peer joins, and leaves by itself when its connection ends,
//! or its [stage](super::stages) is left.
//!
//! ```
//! use futures::stream;
//! use reactive_messaging::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
//! enum ToServer { Say(String), Leave }
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
//! enum ToClient { Said(String), YouAre(u64), #[protocol(closing)] GoodNight }
//!
//! #[reactive_server]
//! async fn chat(messages: impl Stream<Item = ToServer>, peer: Peer<ToClient>, room: Group<ToClient>)
//!     -> impl Stream<Item = Result<Option<ToClient>, EncodeError>>
//! {
//!     room.join(&peer);
//!     let welcome = stream::iter([Ok(Some(ToClient::YouAre(peer.id().get())))]);
//!     welcome.chain(messages.map(move |message| {
//!         match message {
//!             ToServer::Say(text) => { room.broadcast_except(peer.id(), &ToClient::Said(text))?; }
//!             ToServer::Leave => { room.leave(peer.id()); }
//!         }
//!         Ok(None)
//!     }))
//! }
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!
//! let room = Group::new();
//! let server = chat::with(room.clone()).bind("127.0.0.1:0").await?;
//! # let listen = |mut messages: Incoming<ToClient>, peer: Peer<ToServer>| async move {
//! #     while messages.next().await.is_some() {}
//! #     drop(peer);
//! # };
//! # let client = Client::connect(server.address()).run(listen).await?;
//! # while room.is_empty() { tokio::time::sleep(std::time::Duration::from_millis(1)).await; }
//! // from any task
//! let told = room.broadcast(&ToClient::Said("the house closes".into()))?;
//! println!("{} of {} will hear it", told.accepted, room.len());
//! // behind a closing message, connections close
//! room.broadcast(&ToClient::GoodNight)?;
//! # client.closed().await;
//! # assert_eq!(room.stats().accepted, 2);
//! # server.shutdown().await; Ok(()) }
//! ```
//!
//! # Members that do not read
//!
//! A broadcast never waits. What it tells a member lies in that member's outbox, as what is sent through
//! its [`Peer`](crate::Peer) does, and counts against its `outbound_bytes`. When there is no room, the
//! group's [`Overload`](crate::Overload) says what happens to that member:
//!
//! * `Skip`, the default: it goes without this message. [`Broadcast`](crate::Broadcast) says how many
//!   members did, `stats()` of the group in total, and `broadcasts_skipped` of a peer's `stats()` for
//!   each. For presence, prices and whatever else the next message replaces.
//! * `Disconnect`: its connection is aborted with
//!   [`OutboxFull`](crate::DisconnectReason::OutboxFull). For messages of which nobody may miss one;
//!   the client connects anew, and asks for what it has missed.
//!
//! ```
//! # use reactive_messaging::prelude::*;
//! # #[derive(Debug, serde::Serialize, serde::Deserialize, ReactiveProtocol)] enum Event { Happened(u64) }
//! let all: Group<Event> = Group::with_overload(Overload::Disconnect);
//! ```
//!
//! # What it costs
//!
//! A message is encoded once for each wire, and each limit of frames, that members have; services on
//! several wires may share a group. If it cannot be encoded for one of them, nobody gets it. A message
//! of 4 KiB or more is in memory once, however many members have still to read it; shorter ones are
//! copied into each outbox. Who needs all members to have the same order of messages says them from one
//! task, or under a lock.
