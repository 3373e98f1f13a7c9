use reactive_messaging::prelude::*;

#[derive(Debug, ReactiveProtocol)]
#[protocol(wire = Rkyv)]
enum Orders {
    Buy(u32),
}

fn main() {}
