//! A program as versions up to 0.4 had them, after the edits of the guide `migration`; they are marked.
//!
//! The client says `Hello` as soon as it is connected, the server answers, and the client ends the
//! connection. Both read the other's messages in the bytes that were received.
//!
//! ```text
//! cargo run -p examples --example classic
//! ```

use std::{error::Error, future, ops::Deref};

use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

const CONFIG: ConstConfig = ConstConfig {
    retrying_strategy: RetryingStrategies::DoNotRetry,
    ..ConstConfig::default()
};

#[derive(
    Debug,
    PartialEq,
    Default,
    Serialize,
    Deserialize,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[rkyv(derive(Debug, PartialEq))] // was: archive_attr(derive(…))
enum ClientMessages {
    #[default]
    Hello,
    Error(String),
}

impl ViewProtocol for ClientMessages {} // new

impl ReactiveMessagingConfig<ClientMessages> for ClientMessages {
    fn processor_error_message(err: String) -> Option<ClientMessages> {
        Some(ClientMessages::Error(err))
    }
}

#[derive(
    Debug,
    PartialEq,
    Default,
    Serialize,
    Deserialize,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[rkyv(derive(Debug, PartialEq))] // was: archive_attr(derive(…))
enum ServerMessages {
    World(String),
    #[default]
    NoAnswer,
    Error(String),
}

impl ViewProtocol for ServerMessages {} // new

impl ReactiveMessagingConfig<ServerMessages> for ServerMessages {
    fn processor_error_message(err: String) -> Option<ServerMessages> {
        Some(ServerMessages::Error(err))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut server = new_socket_server!(CONFIG, "127.0.0.1", 0);
    let greeter = spawn_server_processor!(
        CONFIG,
        VariableBinary,
        FullSync,
        server,
        ClientMessages,
        ServerMessages,
        |_| future::ready(()),
        |_, _, peer, messages| messages
            .inspect(|message| println!("server: hears {:?}", message.deref()))
            .map(|message| match message.deref() {
                // was: message.deref().deref()
                ArchivedClientMessages::Hello => ServerMessages::World("Earth".to_string()),
                ArchivedClientMessages::Error(_) => ServerMessages::NoAnswer,
            })
            .to_responsive_stream(peer, |_, _| ())
    )?;
    server.start_single_protocol(greeter).await?;
    let port = server.address().and_then(|address| address.socket_addr()); // new: port 0 was of no use
    let port = port.ok_or("a server on TCP")?.port();

    let mut client = new_socket_client!(CONFIG, "127.0.0.1", port);
    start_client_processor!(
        CONFIG,
        VariableBinary,
        FullSync,
        client,
        ServerMessages,
        ClientMessages,
        |event| async {
            if let ProtocolEvent::PeerArrived { peer } = event {
                peer.send_async(ClientMessages::Hello)
                    .await
                    .expect("the server is there");
            }
        },
        |_, _, peer, messages| messages.inspect(move |message| {
            println!("client: hears {:?}", message.deref());
            peer.cancel_and_close();
        })
    )?;
    client.termination_waiter()().await?;

    let ended = server.termination_waiter();
    server.terminate().await?;
    ended().await?;
    println!("both are over");
    Ok(())
}
