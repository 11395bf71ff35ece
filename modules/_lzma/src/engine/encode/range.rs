//! The range encoder.

use super::super::models::{MOVE_BITS, Prob, TOP, TOTAL, TOTAL_BITS};

pub(super) struct RangeEncoder {
    low: u64,
    range: u32,
    /// The byte that a carry may still change, and how many bytes of ones follow it, plus one.
    cache: u8,
    cache_len: u64,
    /// What has been encoded.
    pub(super) out: Vec<u8>,
}

impl RangeEncoder {
    pub(super) fn new() -> Self {
        Self {
            low: 0,
            range: u32::MAX,
            cache: 0,
            cache_len: 1,
            out: Vec::new(),
        }
    }

    /// Begins anew; the output stays.
    pub(super) fn reset(&mut self) {
        self.low = 0;
        self.range = u32::MAX;
        self.cache = 0;
        self.cache_len = 1;
    }

    /// How long the output is if it ends here.
    pub(super) fn flushed_len(&self) -> u64 {
        self.out.len() as u64 + self.cache_len + 4
    }

    /// Writes what it holds, and begins anew.
    pub(super) fn flush(&mut self) {
        // Decoders expect this, too.
        self.normalize();
        for _ in 0..5 {
            self.shift();
        }
        self.reset();
    }

    fn shift(&mut self) {
        let carry = (self.low >> 32) as u8;
        if (self.low as u32) < 0xff00_0000 || carry != 0 {
            self.out.push(self.cache.wrapping_add(carry));
            for _ in 1..self.cache_len {
                self.out.push(0xff_u8.wrapping_add(carry));
            }
            self.cache_len = 0;
            self.cache = (self.low >> 24) as u8;
        }
        self.cache_len += 1;
        self.low = (self.low & 0x00ff_ffff) << 8;
    }

    #[inline(always)]
    fn normalize(&mut self) {
        if self.range < TOP {
            self.range <<= 8;
            self.shift();
        }
    }

    #[inline(always)]
    pub(super) fn bit(&mut self, prob: &mut Prob, bit: u32) {
        self.normalize();
        let bound = (self.range >> TOTAL_BITS) * u32::from(*prob);
        if bit == 0 {
            self.range = bound;
            *prob += (TOTAL as Prob - *prob) >> MOVE_BITS;
        } else {
            self.low += u64::from(bound);
            self.range -= bound;
            *prob -= *prob >> MOVE_BITS;
        }
    }

    /// The lowest `count` bits of `value`, without a model.
    pub(super) fn direct(&mut self, value: u32, count: u32) {
        for shift in (0..count).rev() {
            self.normalize();
            self.range >>= 1;
            if value >> shift & 1 == 1 {
                self.low += u64::from(self.range);
            }
        }
    }

    /// A number below `N`, from its highest bit on.
    #[inline(always)]
    pub(super) fn tree<const N: usize>(&mut self, probs: &mut [Prob; N], value: u32) {
        let mut node = 1;
        for shift in (0..N.ilog2()).rev() {
            let digit = value >> shift & 1;
            self.bit(&mut probs[node % N], digit);
            node = node << 1 | digit as usize;
        }
    }
}
