//! What the text wires share.

use std::str;

use super::Frame;
use crate::error::DecodeError;

/// The payload as text.
pub(super) fn utf8(frame: Frame<'_>) -> Result<&str, DecodeError> {
    str::from_utf8(frame.payload())
        .map_err(|error| DecodeError::malformed(Some(error.valid_up_to()), "invalid UTF-8"))
}

/// Bytes of `text` in front of its `line`, which is counted from 1 on.
///
/// A frame of a line wire has one line; [`ReactiveProtocol::decode`](crate::ReactiveProtocol::decode)
/// takes any text.
pub(super) fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum()
}
