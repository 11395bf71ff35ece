//! What bits cost: sixteenths of a bit, by the models they are encoded with.

use super::super::models::{Prob, TOTAL, TOTAL_BITS};

/// More than anything costs.
pub(super) const INFINITE: u32 = 1 << 30;

const SHIFT: u32 = 4;
const REDUCE_BITS: u32 = 4;

/// The price of a 0, by the model's highest bits.
static PRICES: [u8; (TOTAL >> REDUCE_BITS) as usize] = prices();

const fn prices() -> [u8; (TOTAL >> REDUCE_BITS) as usize] {
    let mut prices = [0; (TOTAL >> REDUCE_BITS) as usize];
    let mut index = 0;
    while index < prices.len() {
        // The logarithm of the middle of the interval, by repeated squaring.
        let mut value = ((index as u32) << REDUCE_BITS) + (1 << (REDUCE_BITS - 1));
        let mut bits = 0;
        let mut round = 0;
        while round < SHIFT {
            value *= value;
            bits <<= 1;
            while value >= 1 << 16 {
                value >>= 1;
                bits += 1;
            }
            round += 1;
        }
        prices[index] = ((TOTAL_BITS << SHIFT) - 15 - bits) as u8;
        index += 1;
    }
    prices
}

#[inline(always)]
pub(super) fn zero(prob: Prob) -> u32 {
    u32::from(PRICES[usize::from(prob >> REDUCE_BITS) % PRICES.len()])
}

#[inline(always)]
pub(super) fn one(prob: Prob) -> u32 {
    zero(prob ^ (TOTAL as Prob - 1))
}

#[inline(always)]
pub(super) fn bit(prob: Prob, bit: u32) -> u32 {
    zero(prob ^ (0_u16.wrapping_sub(bit as u16) & (TOTAL as Prob - 1)))
}

/// Of bits without a model.
pub(super) fn direct(count: u32) -> u32 {
    count << SHIFT
}

/// Of a number below `N`, from its highest bit on.
#[inline(always)]
pub(super) fn tree<const N: usize>(probs: &[Prob; N], value: u32) -> u32 {
    let mut node = value as usize + N;
    let mut price = 0;
    while node > 1 {
        let last = node as u32 & 1;
        node >>= 1;
        price += bit(probs[node % N], last);
    }
    price
}

/// Of the lowest `count` bits of `value`, from the lowest on; `prob` gives the model of a node.
pub(super) fn reverse_tree(value: u32, count: u32, prob: impl Fn(u32) -> Prob) -> u32 {
    let mut node = 1;
    let mut price = 0;
    for shift in 0..count {
        let digit = value >> shift & 1;
        price += bit(prob(node), digit);
        node = node << 1 | digit;
    }
    price
}
