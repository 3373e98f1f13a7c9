use reactive_messaging::{ReactiveProtocol, wire};
use serde::Deserialize;

#[derive(Deserialize, ReactiveProtocol)]
#[protocol(wire = wire::Json)]
enum Order {
    Buy,
}

fn main() {}
