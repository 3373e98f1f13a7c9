//! The fuzz targets as plain fns, so that a test replays their seeds without a fuzzer.

mod checks;
mod messages;

use reactive_messaging::{
    frame::{LengthPrefixed, Line, Records},
    wire::{Decode, DecodeLimits, Fixed, Frame, Json, Postcard, Rkyv, Ron},
};

use self::{
    checks::{f11_what_is_accepted_is_readable, round_trip, same_as_ron, same_frames},
    messages::{Archive, Hollow, Message, Record, SelfDescribing, Struct},
};

/// A target, which panics at input that it does not stand.
pub type Target = fn(&[u8]);

/// All of them, by their names.
pub const TARGETS: &[(&str, Target)] = &[
    ("frame_line", same_frames::<Line>),
    ("frame_length", same_frames::<LengthPrefixed>),
    ("frame_records", same_frames::<Records>),
    ("decode_ron", decode_ron),
    ("canonical_ron", canonical_ron),
    ("decode_json", decode_json),
    ("decode_postcard", decode_postcard),
    ("decode_fixed", round_trip::<Fixed, Record>),
    ("decode_rkyv", decode_rkyv),
];

/// Runs the target of this name.
pub fn run(name: &str, input: &[u8]) {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    let (_, target) = target.expect("a target of this name");
    target(input);
}

fn decode_ron(payload: &[u8]) {
    round_trip::<Ron, Message>(payload);
    round_trip::<Ron, SelfDescribing>(payload);
}

fn canonical_ron(payload: &[u8]) {
    same_as_ron::<Message>(payload);
    same_as_ron::<SelfDescribing>(payload);
    same_as_ron::<Struct>(payload);
}

fn decode_json(payload: &[u8]) {
    round_trip::<Json, Message>(payload);
    round_trip::<Json, SelfDescribing>(payload);
}

fn decode_postcard(payload: &[u8]) {
    round_trip::<Postcard, Message>(payload);
    let _: Result<Hollow, _> = Postcard::decode(Frame::new(payload), &DecodeLimits::default());
}

fn decode_rkyv(payload: &[u8]) {
    round_trip::<Rkyv, Archive>(payload);
    f11_what_is_accepted_is_readable(payload);
}
