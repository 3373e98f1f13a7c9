use futures::{Stream, StreamExt};
use reactive_messaging::{ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

#[reactive_server(wier = Json)]
async fn market(messages: impl Stream<Item = Order>, _rooms: u32) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

async fn start() -> Result<(), Box<dyn std::error::Error>> {
    let server = market::bind("127.0.0.1:0").await?;
    println!("{}", server.address());
    let server = market::with(1).config(market::CONFIG).bind("127.0.0.1:0").await?;
    server.shutdown().await;
    Ok(())
}

fn main() {}
