#![no_main]

use libfuzzer_sys::fuzz_target;
use reactive_messaging::wire::{Decode, DecodeLimits, Frame, Postcard};
use reactive_messaging_fuzz::{Hollow, Message, round_trip};

fuzz_target!(|payload: &[u8]| {
    round_trip::<Postcard, Message>(payload);
    let _: Result<Hollow, _> = Postcard::decode(Frame::new(payload), &DecodeLimits::default());
});
