use reactive_messaging::ReactiveProtocol;
use serde::{Deserialize, Serialize};

const LIMIT: usize = 8;

#[derive(Serialize, Deserialize, ReactiveProtocol)]
#[protocol(max_frame_len = LIMIT - 8)]
enum Order {
    Buy,
}

fn main() {}
