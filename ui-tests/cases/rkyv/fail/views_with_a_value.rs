use reactive_messaging::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, ReactiveProtocol)]
#[protocol(views = true)]
enum Orders {
    Buy(u32),
}

fn main() {}
