use std::sync::Arc;

use reactive_messaging::prelude::*;

#[derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize, ReactiveProtocol)]
#[protocol(wire = Rkyv)]
enum Orders {
    Buy(Arc<String>),
}

fn main() {}
