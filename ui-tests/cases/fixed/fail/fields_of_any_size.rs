use reactive_messaging::{FixedSize, prelude::*};

#[derive(Debug, ReactiveProtocol)]
#[protocol(wire = Fixed)]
enum Messages {
    Hello,
    Say(u32, String),
    List { bytes: Vec<u8>, name: &'static str },
    Count(usize),
}

#[derive(FixedSize)]
struct Holder<T> {
    held: T,
    boxed: Box<u8>,
    other: Other,
}

struct Other(u8);

fn main() {}
