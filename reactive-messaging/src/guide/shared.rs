//! One handler for all connections.
//!
//! A room, an auction, an order book, a match: where every message changes what all the others see, state
//! that connections share would need a lock, and the order in which they come to it would be nobody's.
//! The key `shared` merges all connections of a server into one stream, which one handler processes. Its
//! state is a local variable.
//!
//! ```
//! use std::collections::HashMap;
//!
//! use reactive_messaging::{ConnectionId, prelude::*};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
//! enum Bidder { Bid(u64) }
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize, ReactiveProtocol)]
//! enum Auction { Leading(u64), Outbid(u64), #[protocol(error)] Error(String) }
//!
//! #[reactive_server(shared, capacity = 256)]
//! async fn auction(
//!     inputs: impl Stream<Item = (Peer<Auction>, Input<Bidder>)>,
//! ) -> impl Stream<Item = (Peer<Auction>, Result<Auction, &'static str>)> {
//!     let mut highest = 0;
//!     let mut bidders: HashMap<ConnectionId, Peer<Auction>> = HashMap::new();
//!     inputs.flat_map(move |(peer, input)| {
//!         let told = match input {
//!             Input::Arrived => {
//!                 bidders.insert(peer.id(), peer.clone());
//!                 vec![(peer, Ok(Auction::Leading(highest)))]
//!             }
//!             Input::Message(Bidder::Bid(bid)) if bid <= highest => vec![(peer, Err("too low"))],
//!             Input::Message(Bidder::Bid(bid)) => {
//!                 highest = bid;
//!                 let all = bidders.values().map(|bidder| {
//!                     let told = match bidder.id() == peer.id() {
//!                         true => Auction::Leading(bid),
//!                         false => Auction::Outbid(bid),
//!                     };
//!                     (bidder.clone(), Ok(told))
//!                 });
//!                 all.collect()
//!             }
//!             Input::Left(_) => {
//!                 bidders.remove(&peer.id());
//!                 Vec::new()
//!             }
//!         };
//!         futures::stream::iter(told)
//!     })
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = auction::bind("127.0.0.1:0").await?;
//! # let bid = |mut messages: Incoming<Auction>, peer: Peer<Bidder>| async move {
//! #     assert_eq!(messages.next().await, Some(Auction::Leading(0)));
//! #     peer.send(Bidder::Bid(7)).await.unwrap();
//! #     assert_eq!(messages.next().await, Some(Auction::Leading(7)));
//! # };
//! # let client = Client::connect(server.address()).run(bid).await?;
//! # assert!(client.closed().await.is_clean());
//! println!("{:?}", server.processors()[0].queue);
//! # server.shutdown().await; Ok(()) }
//! ```
//!
//! Without macros, [`serve_shared`](crate::ServerBuilder::serve_shared) does the same for a closure, with
//! `.channel(..)` and `.processors(..)`.
//!
//! Where connections share little, a handler for each of them and a lock, or a [group](super::groups),
//! cost less: a message that goes through a queue wakes another task.
//!
//! # What it reads
//!
//! `inputs: impl Stream<Item = (Peer<L>, Input<M>)>`, or [`Inputs<M, L>`](crate::Inputs), which can also
//! be made of any stream, to test the handler without connections. State goes behind it, and is given by
//! `with`, as everywhere.
//!
//! An [`Input`](crate::Input) is `Arrived`, a `Message`, or `Left` with the reason; those of one peer come in
//! this order. For each `Arrived` there is one `Left`, also where the remote vanishes, or the queue is full;
//! only an abort of the server, or its `drain_timeout`, does not wait for room for it. A connection that
//! ends before it was served at all is told of by neither. The events `PeerArrived` and `PeerLeft` are
//! told as for any handler: the former before `Arrived` is queued, the latter after `Left` is.
//!
//! # What it yields
//!
//! | item | what happens |
//! |---|---|
//! | `(Peer<L>, L)` | the message is sent to the peer |
//! | `()` | nothing |
//! | `(Peer<L>, R)` with `R` an `Option`, a `Result`, or a `Result` of an `Option` | `Some` and `Ok` as above; `Err` goes to the peer as `on_error` says |
//! | `Option`, `Result` or a `Result` of an `Option` of such a pair | as above; an `Err` is nobody's: it is logged, and counted in [`ProcessorStats`](crate::ProcessorStats) |
//! | a future of any of these | it runs, and then its result counts; `concurrency` works as everywhere, over all connections |
//!
//! In loop style it returns `()` or `Result<(), E>`, and sends through the peers. What it returns ends it
//! for all connections, and the server with it: a peer that is gone is no reason for that, so `?` does not
//! belong behind a `send`; `if peer.send(answer).await.is_err() { continue }` does.
//!
//! The handler never waits for a peer: a message that it yields for one whose outbox is full aborts that
//! peer's connection, with [`OutboxFull`](crate::DisconnectReason::OutboxFull). A connection whose replies
//! are not taken is not read on once 64 KiB of them wait, or half of `outbound_bytes` if that is less;
//! but what it had said before is still answered. The rest of `outbound_bytes` is thus to hold the
//! replies to as many messages of one remote as the queue may hold: by default, 192 KiB those to 1,024
//! messages. Who would rather wait calls `peer.send(..).await`, and makes all others wait. A message
//! for a peer that has left is dropped, and counted.
//!
//! # When the queue is full
//!
//! The config's `retrying_strategy` says what a connection does whose message finds no room:
//!
//! * `WaitForRoom`, the default: it waits, those who wait longest first, and reads nothing meanwhile, so
//!   that its remote meets backpressure;
//! * `DoNotRetry`, and the others once they give up: the message is not processed, which is an error of the
//!   handler: counted, and told to the remote, as `on_error` says;
//! * `EndCommunications`: the connection ends with [`QueueFull`](crate::DisconnectReason::QueueFull).
//!
//! `Arrived` and `Left` always wait.
//!
//! # Keys
//!
//! | key | default | |
//! |---|---|---|
//! | `capacity = n` | 1024 | inputs that wait at most; a constant |
//! | `channel = Tokio` | `Tokio` | with the feature `mutiny` also `Crossbeam` and `FullSync`: see [`queue`](crate::queue) |
//! | `processors = n` | 1 | the fn is called n times, each with a queue and state of its own; the connection with this id is always processed by the one at id % n |
//!
//! The keys of handlers, such as `config`, `wire`, `concurrency` and `on_error`, mean what they mean
//! everywhere.
//!
//! # How it ends
//!
//! A connection whose remote has finished sending ends when all that it said is answered: the handler has
//! taken the last message and waits for more, or asks for it, and the futures that it had begun at inputs of
//! this peer are done. These are the futures that it yields, run by `concurrency` or one by one, each begun
//! at the input that was taken last: of futures that run within its own combinators, `buffered` for instance, or in tasks,
//! nothing is known. Nobody waits for them, and a connection may be over before its reply is there.
//!
//! A shutdown of the server ends its connections in the same way; when the last one is over, the inputs end,
//! and the handler has until `drain_timeout` to do so, too.
//!
//! A handler that ends earlier ends the server: in order, with
//! [`HandlerEnded`](crate::DisconnectReason::HandlerEnded) or
//! [`HandlerFailed`](crate::DisconnectReason::HandlerFailed), where its stream or its fn does; at once, with
//! [`HandlerPanicked`](crate::DisconnectReason::HandlerPanicked) on all connections, where it panics.
