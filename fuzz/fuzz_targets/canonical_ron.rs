#![no_main]

use libfuzzer_sys::fuzz_target;
use reactive_messaging_fuzz::{Message, SelfDescribing, Struct, same_as_ron};

fuzz_target!(|payload: &[u8]| {
    same_as_ron::<Message>(payload);
    same_as_ron::<SelfDescribing>(payload);
    same_as_ron::<Struct>(payload);
});
