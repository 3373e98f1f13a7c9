//! Several protocols on one connection, one after the other.
//!
//! A composite is an inline module whose fns are stages. `#[stage(Name => Successor | Successor)]` gives
//! a stage its name and all that may follow it; the first stage begins.
//!
//! ```
//! use std::sync::{Arc, atomic::{AtomicU32, Ordering}};
//!
//! use reactive_messaging::prelude::*;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
//! enum LoginAsk { Name(String) }
//! #[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
//! enum LoginAnswer { Welcome, #[protocol(error)] Error(String) }
//!
//! #[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
//! enum Ask { Ping(u32) }
//! #[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
//! enum Answer { Pong { n: u32, name: String } }
//!
//! /// What the login hands on.
//! struct Session { name: String }
//!
//! #[reactive_server]
//! mod greeter {
//!     use super::*;
//!
//!     /// In loop style, a stage is left by what it returns.
//!     #[stage(Login => Talk, config(first_frame_timeout = Some(std::time::Duration::from_secs(10))))]
//!     async fn login(
//!         mut messages: Incoming<LoginAsk>,
//!         peer: Peer<LoginAnswer>,
//!         logins: Arc<AtomicU32>,
//!     ) -> Result<Login, &'static str> {
//!         match messages.next().await {
//!             Some(LoginAsk::Name(name)) if !name.is_empty() => {
//!                 logins.fetch_add(1, Ordering::Relaxed);
//!                 peer.send(LoginAnswer::Welcome).await.map_err(|_| "gone")?;
//!                 Ok(Login::Talk(Session { name }))
//!             }
//!             _ => Err("who are you?"),
//!         }
//!     }
//!
//!     /// What it is handed comes before the messages.
//!     #[stage(Talk)]
//!     async fn talk(session: Session, messages: impl Stream<Item = Ask>) -> impl Stream<Item = Answer> {
//!         messages.map(move |Ask::Ping(n)| Answer::Pong { n, name: session.name.clone() })
//!     }
//! }
//!
//! #[reactive_client]
//! mod caller {
//!     use super::*;
//!
//!     /// In stream style, a stage is left through its peer; the item that goes with it is the last.
//!     #[stage(Login => Talk)]
//!     async fn login(messages: impl Stream<Item = LoginAnswer>, peer: Peer<LoginAsk, Login>) -> impl Stream<Item = Option<LoginAsk>> {
//!         let answers = messages.map(move |answer| {
//!             if let LoginAnswer::Welcome = answer {
//!                 let _ = peer.advance(Login::Talk);
//!             }
//!             None
//!         });
//!         futures::stream::iter([Some(LoginAsk::Name("Ada".into()))]).chain(answers)
//!     }
//!
//!     #[stage(Talk)]
//!     async fn talk(mut messages: Incoming<Answer>, peer: Peer<Ask>) -> Result<(), SendError<Ask>> {
//!         peer.send(Ask::Ping(7)).await?;
//!         println!("{:?}", messages.next().await); // Some(Pong { n: 7, name: "Ada" })
//!         Ok(())
//!     }
//! }
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let logins = Arc::new(AtomicU32::new(0));
//!     let server = greeter::with(logins.clone())
//!         .bind("127.0.0.1:0")
//!         .on_event(async |event| match event {
//!             greeter::Event::Talk(ProtocolEvent::PeerArrived { peer }) => println!("{} talks", peer.id()),
//!             greeter::Event::LocalServiceTermination => println!("closed"),
//!             _ => {}
//!         })
//!         .await?;
//!     let client = caller::connect(server.address()).await?;
//!     assert!(matches!(client.closed().await, DisconnectReason::HandlerEnded));
//!     server.shutdown().await;
//!     assert_eq!(logins.load(Ordering::Relaxed), 1);
//!     Ok(())
//! }
//! ```
//!
//! # Leaving a stage
//!
//! The macro makes an enum of what each stage may be left for, named after its fn in CamelCase; the key
//! `name` gives it another name. A transition that was not declared is a variant that does not exist.
//!
//! | how | where |
//! |---|---|
//! | `peer.advance(Login::Talk(session))`, `peer: Peer<L, Login>` | everywhere, also from other tasks |
//! | returning `Login`, `Option<Login>` or `Result<Login, E>` | loop style |
//! | items of `ControlFlow<Login, M>`, or `Option`s, `Result`s and futures of those | stream style |
//!
//! A stage may name itself, or one that comes before it. Whatever follows the end of the messages, `None`,
//! is entered at once, and finds no messages either: handle that end. Of stages that follow each other
//! there and neither receive nor say anything, the sixteenth ends the connection. The first stage is
//! handed nothing, also when a later one leads back to it.
//!
//! A stage that ends otherwise ends the connection: its stream is over, its fn returns `()`, `None` or an
//! `Err`, somebody calls `peer.close()`, a closing message goes either way, or it fails.
//!
//! # Where the boundary is
//!
//! It is local. What the remote sent behind the last message that the stage pulled belongs to the next one,
//! also if it was read already; the next one frames it anew, on its own wire. Everything that was
//! accepted for sending is on the wire in front of the first byte of the next stage. An [`Incoming`](crate::Incoming) that was moved to
//! another task belongs to its stage: the next one waits until it is dropped or has decoded what it holds;
//! after `drain_timeout` the connection is aborted.
//!
//! A past stage's [`Peer`](crate::Peer) answers as that of a connection that is over, with the reason
//! [`Advanced`](crate::DisconnectReason::Advanced). The id of the connection stays, and the peers of
//! [`Server::peers`](crate::Server::peers) and [`Client::peer`](crate::Client::peer) reach the connection in
//! whatever stage it is: to close it, or to see what it has carried.
//!
//! # State, configuration, events
//!
//! * What a stage takes before its messages is handed to it by the one before, in the variant of that
//!   name. What it takes behind its peer is state that all connections share: `with(state…)`, once for
//!   all stages that take state of that name.
//! * Stages have the [keys](super#keys-of-the-attributes) of an annotated fn, so that a handshake in text
//!   can be followed by records: `#[stage(Game => Over, wire = Fixed)]`. `config` and `on_error` of
//!   the module, and of the builder, are for stages that have none of their own, and for what concerns
//!   the connection and the service. A stage's own `config` replaces all of it: fields that it does not
//!   give have their defaults.
//! * The value of `config` stands within the module: `super::LIMITS`, or `LIMITS` behind `use super::*`.
//! * [`ConnectionEvent`](crate::ConnectionEvent)s are told once for each connection, and
//!   [`ProtocolEvent`](crate::ProtocolEvent)s once for each stage: `on_event` takes the composite's own
//!   `Event`, with a variant for each stage, named as the stage is. `LocalServiceTermination` is a variant
//!   of its own, and is never told of a stage.
//!
//! Without macros, [`ServerBuilder::serve_stages`](crate::ServerBuilder::serve_stages) dispatches a state
//! of your own by a `match`. Stages are tested with [`testing::stage_peer`](crate::testing::stage_peer).
