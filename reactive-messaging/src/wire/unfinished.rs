//! Bytes that are taken back unless they were finished.

/// What is being appended to a buffer. Should encoding fail, or panic, no part of it stays.
pub(crate) struct Unfinished<'a> {
    out: &'a mut Vec<u8>,
    start: usize,
}

impl<'a> Unfinished<'a> {
    /// Behind what `out` holds now.
    #[inline]
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        let start = out.len();
        Self { out, start }
    }

    /// The whole buffer.
    #[inline]
    pub(crate) fn bytes(&mut self) -> &mut Vec<u8> {
        self.out
    }

    /// Bytes appended so far.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.out.len() - self.start
    }

    /// What was appended stays.
    #[inline]
    pub(crate) fn keep(mut self) {
        self.start = self.out.len();
    }
}

impl Drop for Unfinished<'_> {
    #[inline]
    fn drop(&mut self) {
        self.out.truncate(self.start);
    }
}
