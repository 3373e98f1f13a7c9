use futures::{Stream, StreamExt};
use reactive_messaging::{Peer, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

use reactive_messaging::{frame::Line, wire::Wire};

#[derive(Clone, Copy, Default)]
struct Morse;

impl Wire for Morse {
    type Framing = Line;
    const NAME: &'static str = "morse";
}

#[reactive_server(wire = Morse)]
async fn market(messages: impl Stream<Item = Order>, _peer: Peer<Order>) -> impl Stream<Item = Order> {
    messages.map(|order| order)
}

fn main() {}
