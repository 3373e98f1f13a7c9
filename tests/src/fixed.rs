//! [`Ask`] and [`Answer`] in records of one size. They hold texts of any length, a record does not:
//! both travel as a mirror whose texts are bounded.

use arrayvec::ArrayString;
use reactive_messaging::{
    DecodeError, EncodeError, FixedSize,
    wire::{Decode, DecodeLimits, Encode, Fixed, Frame},
};

use crate::{Answer, Ask};

/// Bytes of the longest text of a record: a record stays within `max_frame_len` of 256.
pub const TEXT: usize = 250;

/// Bytes of every [`Ask`] and every [`Answer`] in a record.
pub const RECORD: usize = Mirror::SIZE;

type Text = ArrayString<TEXT>;

#[derive(FixedSize)]
enum Mirror {
    Greeting,
    Number(u32),
    Text(Text),
    Closing,
    Error(Text),
}

fn bounded(text: &str) -> Result<Text, EncodeError> {
    Text::from(text).map_err(EncodeError::serialize)
}

/// What tells of an error is cut rather than lost.
fn cut(text: &str) -> Text {
    let mut bounded = Text::new();
    for char in text.chars() {
        if bounded.try_push(char).is_err() {
            break;
        }
    }
    bounded
}

macro_rules! mirrored {
    ($($message:ident: $greeting:ident, $closing:ident;)*) => { $(
        impl Encode<$message> for Fixed {
            const FRAME_LEN: Option<usize> = Some(RECORD);

            fn encode(message: &$message, out: &mut Vec<u8>) -> Result<(), EncodeError> {
                let mirror = match message {
                    $message::$greeting => Mirror::Greeting,
                    $message::Number(number) => Mirror::Number(*number),
                    $message::Text(text) => Mirror::Text(bounded(text)?),
                    $message::$closing => Mirror::Closing,
                    $message::Error(text) => Mirror::Error(cut(text)),
                };
                Fixed::encode(&mirror, out)
            }
        }

        impl Decode<$message> for Fixed {
            const FRAME_LEN: Option<usize> = Some(RECORD);

            fn decode(frame: Frame<'_>, limits: &DecodeLimits) -> Result<$message, DecodeError> {
                Ok(match Fixed::decode(frame, limits)? {
                    Mirror::Greeting => $message::$greeting,
                    Mirror::Number(number) => $message::Number(number),
                    Mirror::Text(text) => $message::Text(text.to_string()),
                    Mirror::Closing => $message::$closing,
                    Mirror::Error(text) => $message::Error(text.to_string()),
                })
            }
        }
    )* };
}

mirrored! {
    Ask: Hello, Quit;
    Answer: World, Bye;
}
