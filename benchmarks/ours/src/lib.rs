//! The server that all wires have in common, as users of this repository's crate write it.

pub use futures;
pub use load;
pub use reactive_messaging;
pub use tokio;

/// A server on a wire: the protocols with the derives that the wire needs, a handler, and `main`.
///
/// The handler receives messages and answers each as `load::protocol::answer` says; a wire that hands
/// out something else than a `Request` says what, and how that is answered.
#[macro_export]
macro_rules! server {
    ($wire:ident, derive($($derive:path),*)) => {
        $crate::server!($wire, derive($($derive),*), Request, |request| match request {
            Request::Ping(sequence, payload) => {
                Response::Pong(sequence, $crate::load::protocol::transform(payload))
            }
            Request::Quit => Response::GoodBye,
        });
    };
    ($wire:ident, derive($($derive:path),*), $received:ty, $answer:expr) => {
        use std::error::Error;

        use $crate::{
            futures::future,
            load::contender::announce,
            reactive_messaging::{self, prelude::*},
            tokio,
        };

        #[derive(Debug, $($derive,)* ReactiveProtocol)]
        #[protocol(wire = $wire)]
        enum Request {
            Ping(u32, u64),
            Quit,
        }

        #[derive(Debug, $($derive,)* ReactiveProtocol)]
        #[protocol(wire = $wire)]
        enum Response {
            Pong(u32, u64),
            GoodBye,
        }

        #[reactive_server]
        async fn pinger(
            messages: impl Stream<Item = $received>,
            _peer: Peer<Response>,
        ) -> impl Stream<Item = Response> {
            messages.map($answer)
        }

        #[tokio::main(flavor = "current_thread")]
        async fn main() -> Result<(), Box<dyn Error>> {
            let server = pinger::bind("127.0.0.1:0").await?;
            announce(server.local_addr()?)?;
            future::pending().await
        }
    };
}
