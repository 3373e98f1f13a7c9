//! A way to write and read messages of one type.

use std::{hint::black_box, ops::Range};

use bytes::Bytes;

use crate::{
    allocations,
    figure::print_row,
    shapes::Sample,
    stopwatch::{nanos_each, time},
};

/// Different messages, so that no branch predictor learns them by heart.
const MESSAGES: usize = 256;
/// Every message begins as far behind a multiple of this as its contender asks for, since archives
/// have to be aligned.
const ALIGN: usize = 16;

/// A way to write and read messages of one type, ready to be measured.
pub(crate) struct Contender {
    name: &'static str,
    bytes: usize,
    /// Writes all messages behind each other.
    encode: Box<dyn FnMut()>,
    /// Reads all messages where they lie, and drops what they became.
    decode: Box<dyn FnMut()>,
}

impl Contender {
    /// `encode` appends a message; `decode` reads the one that lies there in a chunk; `is_same`
    /// tells whether that is the one that was written.
    ///
    /// # Panics
    /// When some message is not.
    pub(crate) fn new<M: Sample + 'static, D>(
        name: &'static str,
        offset: usize,
        mut encode: impl FnMut(&M, &mut Vec<u8>) + 'static,
        decode: impl Fn(&Bytes, Range<usize>) -> D + 'static,
        is_same: impl Fn(&D, &M) -> bool,
    ) -> Self {
        let messages: Vec<M> = (0..MESSAGES as u32).map(M::sample).collect();
        let mut chunk = Vec::new();
        let mut ranges = Vec::new();
        for message in &messages {
            let start = chunk.len().next_multiple_of(ALIGN) + offset;
            chunk.resize(start, 0);
            // an archive is aligned within its own buffer
            let mut alone = Vec::new();
            encode(message, &mut alone);
            chunk.extend_from_slice(&alone);
            ranges.push(start..chunk.len());
        }
        let chunk = Bytes::from(chunk);
        for (message, range) in messages.iter().zip(&ranges) {
            assert!(is_same(&decode(&chunk, range.clone()), message), "{name}");
        }
        let bytes = ranges.iter().map(ExactSizeIterator::len).sum();
        let mut out = Vec::new();
        Self {
            name,
            bytes,
            encode: Box::new(move || {
                out.clear();
                for message in &messages {
                    encode(black_box(message), &mut out);
                }
                black_box(&out);
            }),
            decode: Box::new(move || {
                for range in &ranges {
                    black_box(decode(black_box(&chunk), range.clone()));
                }
            }),
        }
    }

    /// Measures, and prints a row.
    pub(crate) fn measure(mut self, table: &str) {
        let each = |count| count as f64 / MESSAGES as f64;
        // so that buffers have grown
        time(2, &mut self.encode);
        let columns = [
            ("bytes", each(self.bytes as u64)),
            ("encode ns", nanos_each(MESSAGES, &mut self.encode)),
            ("decode ns", nanos_each(MESSAGES, &mut self.decode)),
            (
                "allocations to encode",
                each(allocations::during(&mut self.encode)),
            ),
            ("to decode", each(allocations::during(&mut self.decode))),
        ];
        print_row(table, self.name, &columns);
    }
}
