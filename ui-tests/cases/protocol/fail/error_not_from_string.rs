use reactive_messaging::ReactiveProtocol;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, ReactiveProtocol)]
enum Order {
    #[protocol(error)]
    Refused { code: u32 },
}

fn main() {}
