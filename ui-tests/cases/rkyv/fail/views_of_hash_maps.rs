use std::collections::{HashMap, HashSet};

use reactive_messaging::prelude::*;

#[derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize, ReactiveProtocol)]
#[protocol(wire = Rkyv, views)]
enum Orders {
    Buy { prices: HashMap<String, u32> },
    Sell(Option<HashSet<u32>>, u8),
}

fn main() {}
