#![no_main]

use libfuzzer_sys::fuzz_target;
use reactive_messaging::wire::Json;
use reactive_messaging_fuzz::{Message, SelfDescribing, round_trip};

fuzz_target!(|payload: &[u8]| {
    round_trip::<Json, Message>(payload);
    round_trip::<Json, SelfDescribing>(payload);
});
