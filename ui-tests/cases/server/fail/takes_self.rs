use reactive_messaging::{Incoming, ReactiveProtocol, reactive_server};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

struct Market;

impl Market {
    #[reactive_server]
    async fn orders(&self, messages: Incoming<Order>) {
        drop(messages);
    }
}

fn main() {}
