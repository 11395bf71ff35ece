//! The range decoder.

use super::super::models::{LengthModels, MATCH_MIN, MOVE_BITS, Prob, TOP, TOTAL, TOTAL_BITS};

/// Where symbols' bits come from.
pub(super) trait Bits {
    /// The next bit, which has a model; mostly predictable.
    fn bit(&mut self, prob: &mut Prob) -> bool;

    /// The next bit, which is hard to predict.
    fn digit(&mut self, prob: &mut Prob) -> u32;

    /// The next `count` bits, none of which has a model, appended to `value`.
    fn direct(&mut self, value: u32, count: u32) -> u32;

    /// A number below `N`, from its highest bit on.
    #[inline(always)]
    fn tree<const N: usize>(&mut self, probs: &mut [Prob; N]) -> u32 {
        let mut node = 1;
        while node < N {
            node = node << 1 | self.digit(&mut probs[node % N]) as usize;
        }
        (node - N) as u32
    }

    #[inline(always)]
    fn length(&mut self, models: &mut LengthModels, pos_state: usize) -> u32 {
        MATCH_MIN
            + if !self.bit(&mut models.choice) {
                self.tree(&mut models.low[pos_state])
            } else if !self.bit(&mut models.choice2) {
                8 + self.tree(&mut models.mid[pos_state])
            } else {
                16 + self.tree(&mut models.high)
            }
    }
}

/// What a range decoder keeps from one symbol to the next.
#[derive(Clone, Copy, Default)]
pub(super) struct Range {
    pub(super) range: u32,
    pub(super) code: u32,
}

impl Range {
    #[inline(always)]
    pub(super) fn needs_byte(self) -> bool {
        self.range < TOP
    }

    #[inline(always)]
    pub(super) fn add_byte(&mut self, byte: u8) {
        self.range <<= 8;
        self.code = self.code << 8 | u32::from(byte);
    }

    #[inline(always)]
    fn bound(self, prob: Prob) -> u32 {
        (self.range >> TOTAL_BITS) * u32::from(prob)
    }

    #[inline(always)]
    fn take_direct(&mut self) -> u32 {
        self.range >>= 1;
        self.code = self.code.wrapping_sub(self.range);
        let is_zero = 0_u32.wrapping_sub(self.code >> 31);
        self.code = self.code.wrapping_add(self.range & is_zero);
        is_zero.wrapping_add(1)
    }
}

/// Bits from an input that is known to suffice.
pub(super) struct Reader<'i> {
    pub(super) state: Range,
    pub(super) input: &'i [u8],
    pub(super) at: usize,
}

impl Reader<'_> {
    #[inline(always)]
    fn normalize(&mut self) {
        if self.state.needs_byte() {
            self.state.add_byte(self.input[self.at]);
            self.at += 1;
        }
    }
}

impl Bits for Reader<'_> {
    #[inline(always)]
    fn bit(&mut self, prob: &mut Prob) -> bool {
        self.normalize();
        let bound = self.state.bound(*prob);
        if self.state.code < bound {
            self.state.range = bound;
            *prob += (TOTAL as Prob - *prob) >> MOVE_BITS;
            false
        } else {
            self.state.range -= bound;
            self.state.code -= bound;
            *prob -= *prob >> MOVE_BITS;
            true
        }
    }

    #[inline(always)]
    fn digit(&mut self, prob: &mut Prob) -> u32 {
        self.normalize();
        let old = i32::from(*prob);
        let bound = self.state.bound(*prob);
        let less = self.state.code.wrapping_sub(bound);
        let is_zero = self.state.code < bound;
        // Selections, not jumps.
        self.state.range = if is_zero {
            bound
        } else {
            self.state.range - bound
        };
        self.state.code = if is_zero { self.state.code } else { less };
        // Rounds up towards 0 as `bit` does.
        let aim = if is_zero { TOTAL as i32 - 31 } else { 0 };
        *prob = (old - ((old - aim) >> MOVE_BITS)) as Prob;
        u32::from(!is_zero)
    }

    #[inline(always)]
    fn direct(&mut self, mut value: u32, count: u32) -> u32 {
        for _ in 0..count {
            self.normalize();
            value = (value << 1).wrapping_add(self.state.take_direct());
        }
        value
    }
}

/// More than the number of bits with models in any symbol.
const LOG_LEN: usize = 32;

/// Bits from an input that may prove too short, with a log to take them back.
pub(super) struct Trial<'i> {
    pub(super) reader: Reader<'i>,
    log: [(Prob, bool); LOG_LEN],
    len: usize,
}

impl<'i> Trial<'i> {
    pub(super) fn new(reader: Reader<'i>) -> Self {
        Trial {
            reader,
            log: [(0, false); LOG_LEN],
            len: 0,
        }
    }

    /// Gives the same bits again, with the models as they were before each.
    pub(super) fn rewind(self) -> Rewind {
        Rewind {
            log: self.log,
            at: 0,
        }
    }

    #[inline(always)]
    fn note(&mut self, prob: Prob, bit: bool) {
        self.log[self.len % LOG_LEN] = (prob, bit);
        self.len += 1;
    }
}

impl Bits for Trial<'_> {
    #[inline(always)]
    fn bit(&mut self, prob: &mut Prob) -> bool {
        let old = *prob;
        let bit = self.reader.bit(prob);
        self.note(old, bit);
        bit
    }

    #[inline(always)]
    fn digit(&mut self, prob: &mut Prob) -> u32 {
        let old = *prob;
        let digit = self.reader.digit(prob);
        self.note(old, digit == 1);
        digit
    }

    #[inline(always)]
    fn direct(&mut self, value: u32, count: u32) -> u32 {
        self.reader.direct(value, count)
    }
}

/// A symbol's bits taken back. No symbol uses a model twice, so that the order does not matter.
pub(super) struct Rewind {
    log: [(Prob, bool); LOG_LEN],
    at: usize,
}

impl Bits for Rewind {
    fn bit(&mut self, prob: &mut Prob) -> bool {
        let (old, bit) = self.log[self.at];
        *prob = old;
        self.at += 1;
        bit
    }

    fn digit(&mut self, prob: &mut Prob) -> u32 {
        u32::from(self.bit(prob))
    }

    /// Nothing is kept of these, and nothing depends on them.
    fn direct(&mut self, value: u32, _count: u32) -> u32 {
        value
    }
}
