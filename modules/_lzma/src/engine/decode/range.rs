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

/// Bits from an input that may end too early, which is noted. Models stay as they are: no symbol
/// uses one twice.
pub(super) struct Probe<'i> {
    pub(super) state: Range,
    pub(super) input: &'i [u8],
    pub(super) starved: bool,
}

impl Probe<'_> {
    fn normalize(&mut self) {
        if self.state.needs_byte() {
            let byte = self.input.split_off_first();
            self.starved |= byte.is_none();
            self.state.add_byte(byte.copied().unwrap_or(0));
        }
    }
}

impl Bits for Probe<'_> {
    fn bit(&mut self, prob: &mut Prob) -> bool {
        self.normalize();
        let bound = self.state.bound(*prob);
        let is_one = self.state.code >= bound;
        if is_one {
            self.state.range -= bound;
            self.state.code -= bound;
        } else {
            self.state.range = bound;
        }
        is_one
    }

    fn digit(&mut self, prob: &mut Prob) -> u32 {
        u32::from(self.bit(prob))
    }

    fn direct(&mut self, mut value: u32, count: u32) -> u32 {
        for _ in 0..count {
            self.normalize();
            value = (value << 1).wrapping_add(self.state.take_direct());
        }
        value
    }
}
