//! Decoders that can stop and go on at any byte, of the input and of the output.

mod block;
mod chain;
mod dictionary;
mod index;
mod lzma;
mod lzma2;
mod range;
mod simple;
mod stream;
mod xz;

pub(crate) use stream::{Decoder, Format};
pub(super) use xz::{FOOTER_MAGIC, MAGIC};

use super::{Error, Status};

/// The input that is left, and the room that is left for output.
struct Feed<'i> {
    input: &'i [u8],
    room: usize,
}

impl Feed<'_> {
    fn next_byte(&mut self) -> Option<u8> {
        self.input.split_off_first().copied()
    }
}

/// A part of a format that is collected before it is looked at.
struct Field<const MAX: usize> {
    bytes: [u8; MAX],
    len: usize,
}

impl<const MAX: usize> Default for Field<MAX> {
    fn default() -> Self {
        Self {
            bytes: [0; MAX],
            len: 0,
        }
    }
}

impl<const MAX: usize> Field<MAX> {
    /// Takes input until there are `len` bytes; says whether there are.
    fn fill(&mut self, len: usize, input: &mut &[u8]) -> bool {
        let count = (len - self.len).min(input.len());
        let (taken, rest) = input.split_at(count);
        self.bytes[self.len..self.len + count].copy_from_slice(taken);
        self.len += count;
        *input = rest;
        self.len == len
    }

    /// As [`fill`](Self::fill); when there are `len` bytes they are given, and the next field begins.
    fn take(&mut self, len: usize, input: &mut &[u8]) -> Option<[u8; MAX]> {
        self.fill(len, input).then(|| std::mem::take(self).bytes)
    }

    fn bytes(&self, len: usize) -> &[u8] {
        &self.bytes[..len]
    }
}
