use futures::StreamExt;
use reactive_messaging::{Incoming, Peer, ReactiveProtocol, reactive_client};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_client]
async fn customer(_peer: Peer<Order>, mut messages: Incoming<Order>) -> Result<(), String> {
    messages.next().await.map(drop).ok_or("closed".to_owned())
}

async fn start() -> Result<(), Box<dyn std::error::Error>> {
    let client = customer::connect("127.0.0.1:1").await?;
    println!("{:?}", client.closed().await);
    Ok(())
}

fn main() {}
