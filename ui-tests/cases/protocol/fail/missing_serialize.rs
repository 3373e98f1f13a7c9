use reactive_messaging::ReactiveProtocol;
use serde::Deserialize;

#[derive(Deserialize, ReactiveProtocol)]
enum Order {
    Buy,
}

fn main() {}
