//! Bits, the most significant of each byte first.

/// Bits that were read from an input and not used yet.
#[derive(Clone, Copy, Default)]
pub(crate) struct Bits {
    /// The bits at the top, zeros below.
    word: u64,
    len: u32,
}

/// Reads bits from an input.
pub(crate) struct BitReader<'a> {
    bits: Bits,
    input: &'a [u8],
}

impl<'a> BitReader<'a> {
    /// `bits` come first.
    pub(crate) fn new(bits: Bits, input: &'a [u8]) -> Self {
        Self { bits, input }
    }

    /// The next bits at the top, zeros below; and how many there are, at least 32 unless the input
    /// has less.
    #[inline(always)]
    pub(crate) fn peek(&mut self) -> (u64, u32) {
        if self.bits.len < 32 {
            self.refill();
        }
        (self.bits.word, self.bits.len)
    }

    #[inline(always)]
    fn refill(&mut self) {
        if let Some((bytes, rest)) = self.input.split_first_chunk() {
            self.bits.word |= u64::from(u32::from_be_bytes(*bytes)) << (32 - self.bits.len);
            self.bits.len += 32;
            self.input = rest;
        } else {
            self.refill_bytewise();
        }
    }

    #[cold]
    fn refill_bytewise(&mut self) {
        for &byte in self.input {
            self.bits.word |= u64::from(byte) << (56 - self.bits.len);
            self.bits.len += 8;
        }
        self.input = &[];
    }

    /// Passes `len` bits, which were peeked at.
    #[inline(always)]
    pub(crate) fn skip(&mut self, len: u32) {
        self.bits.word <<= len;
        self.bits.len -= len;
    }

    /// The next `len` bits, from 1 to 32, if all are there.
    pub(crate) fn read(&mut self, len: u32) -> Option<u32> {
        let (word, available) = self.peek();
        if available < len {
            return None;
        }
        self.skip(len);
        Some((word >> (64 - len)) as u32)
    }

    /// The bits that remain in a byte of which some were used; and the number of bytes that were not
    /// begun.
    pub(crate) fn finish(self) -> (Bits, usize) {
        let Bits { word, len } = self.bits;
        let rest = len % 8;
        let kept = Bits {
            word: word & !(u64::MAX >> rest),
            len: rest,
        };
        (kept, self.input.len() + (len / 8) as usize)
    }

    /// All bits that were not used, of an input at its end.
    pub(crate) fn into_bits(self) -> Bits {
        self.bits
    }
}

/// Writes bits to the end of a vector.
#[derive(Default)]
pub(crate) struct BitWriter {
    bits: Bits,
}

impl BitWriter {
    /// Writes the lowest `len` bits of `value`, which has no others; at most 32.
    #[inline(always)]
    pub(crate) fn write(&mut self, output: &mut Vec<u8>, value: u32, len: u32) {
        self.bits.len += len;
        self.bits.word |= u64::from(value) << (64 - self.bits.len);
        if self.bits.len >= 32 {
            output.extend_from_slice(&((self.bits.word >> 32) as u32).to_be_bytes());
            self.bits.word <<= 32;
            self.bits.len -= 32;
        }
    }

    /// Writes out all whole bytes.
    pub(crate) fn flush(&mut self, output: &mut Vec<u8>) {
        let len = self.bits.len / 8;
        output.extend_from_slice(&self.bits.word.to_be_bytes()[..len as usize]);
        self.bits.word <<= 8 * len;
        self.bits.len -= 8 * len;
    }

    /// Writes out what there is, filled up with zeros to a whole byte.
    pub(crate) fn finish(&mut self, output: &mut Vec<u8>) {
        let len = self.bits.len.div_ceil(8) as usize;
        output.extend_from_slice(&self.bits.word.to_be_bytes()[..len]);
        self.bits = Bits::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let values: Vec<(u32, u32)> = (0..200)
            .map(|i: u32| (i % 32 + 1, i.wrapping_mul(0x9e37_79b9) >> (31 - i % 32)))
            .collect();
        let (mut writer, mut output) = (BitWriter::default(), Vec::new());
        for &(len, value) in &values {
            writer.write(&mut output, value, len);
            if len % 3 == 0 {
                writer.flush(&mut output);
            }
        }
        writer.finish(&mut output);
        let mut reader = BitReader::new(Bits::default(), &output);
        for &(len, value) in &values {
            assert_eq!(reader.read(len), Some(value));
        }
    }

    #[test]
    fn bytes_not_begun_are_given_back() {
        let mut reader = BitReader::new(Bits::default(), &[0xab, 0xcd, 0xef, 1, 2, 3]);
        assert_eq!(reader.read(12), Some(0xabc));
        let (bits, unused) = reader.finish();
        assert_eq!(unused, 4);
        let mut reader = BitReader::new(bits, &[0xef]);
        assert_eq!(reader.read(12), Some(0xdef));
        assert_eq!(reader.read(1), None);
    }
}
