use reactive_messaging::prelude::*;

#[derive(Debug, ReactiveProtocol)]
#[protocol(wire = Fixed, max_frame_len = 8)]
enum Messages {
    Ping(u64),
}

fn main() {}
