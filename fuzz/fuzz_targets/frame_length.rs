#![no_main]

use libfuzzer_sys::fuzz_target;
use reactive_messaging::frame::LengthPrefixed;
use reactive_messaging_fuzz::same_frames;

fuzz_target!(|input: &[u8]| same_frames::<LengthPrefixed>(input));
