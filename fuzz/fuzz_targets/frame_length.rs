#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| reactive_messaging_fuzz::run("frame_length", input));
