use futures::{Stream, StreamExt};
use reactive_messaging::{Peer, ReactiveProtocol, reactive_server};

#[derive(ReactiveProtocol)]
#[protocol(wier = Ron)]
enum Order {
    Buy,
}

#[reactive_server]
async fn market(messages: impl Stream<Item = Order>, _peer: Peer<Order>) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

async fn start() {
    let _ = market::bind("127.0.0.1:0").await;
}

fn main() {
    drop(start());
}
