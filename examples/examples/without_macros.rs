//! The dialog of `hello_world` without a macro: this is what the macros write, and how to handle
//! connections by closures.
//!
//! ```text
//! cargo run -p examples --example without_macros
//! ```

use std::error::Error;

use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum ClientMessages {
    Hello,
    Quit,
    Error(String),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum ServerMessages {
    World(String),
    NoAnswer,
    GoodBye,
    Error(String),
}

// instead of `#[derive(ReactiveProtocol)]`
impl ReactiveProtocol for ClientMessages {
    type Wire = Ron;

    // instead of `#[protocol(error)]`
    fn error_message(text: String) -> Option<Self> {
        Some(Self::Error(text))
    }
}

impl ReactiveProtocol for ServerMessages {
    type Wire = Ron;
    const MAX_FRAME_LEN: Option<usize> = Some(4 * 1024);

    fn error_message(text: String) -> Option<Self> {
        Some(Self::Error(text))
    }

    // instead of `#[protocol(closing)]`
    fn is_closing(&self) -> bool {
        matches!(self, Self::GoodBye)
    }
}

fn answer(message: ClientMessages) -> ServerMessages {
    match message {
        ClientMessages::Hello => ServerMessages::World("Earth".into()),
        ClientMessages::Quit => ServerMessages::GoodBye,
        ClientMessages::Error(_) => ServerMessages::NoAnswer,
    }
}

// instead of the keys of `#[reactive_server(…)]`
const CONFIG: ConstConfig = ConstConfig {
    max_decode_errors: 5,
    ..ConstConfig::default()
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // stream style: the types of the arguments say which protocols are spoken
    let server = Server::bind("127.0.0.1:0")
        .serve(
            |messages: Incoming<ClientMessages>, _peer: Peer<ServerMessages>| messages.map(answer),
        )
        .config(CONFIG)
        .on_event(|event| tell("server", event))
        .await?;

    // loop style: one future a connection
    let client = Client::connect(server.address())
        .run(
            |mut messages: Incoming<ServerMessages>, peer: Peer<ClientMessages>| async move {
                peer.send(ClientMessages::Hello).await?;
                peer.send(ClientMessages::Quit).await?;
                while let Some(message) = messages.next().await {
                    println!("client: the server says {message:?}");
                }
                Ok::<_, SendError<_>>(())
            },
        )
        .on_event(|event| tell("client", event))
        .await?;

    let reason = client.closed().await;
    server.shutdown().await;
    match reason {
        DisconnectReason::ClosingReceived => Ok(()),
        reason => Err(reason.into()),
    }
}

/// What happens to connections: both sides are told, in this order.
async fn tell<M>(who: &str, event: ProtocolEvent<M>) {
    match event {
        ProtocolEvent::PeerArrived { peer } => {
            println!("{who}: {} arrived from {}", peer.id(), peer.address());
        }
        ProtocolEvent::PeerLeft {
            peer,
            reason,
            stats,
        } => {
            let (received, sent) = (stats.messages_received, stats.messages_sent);
            println!(
                "{who}: {} left, {received} messages received, {sent} sent: {reason}",
                peer.id()
            );
        }
        ProtocolEvent::LocalServiceTermination => println!("{who}: the service is over"),
    }
}
