//! Exact sums of many floats.
//!
//! After Neal, "Fast exact summation using small and large superaccumulators" (arXiv:1505.05571): one fixed-point
//! number as wide as all floats together. Adding a float touches two of its digits.

use corten_libm as libm;

use crate::float::power_of_two;

/// Bits of a digit. What exceeds them is kept until there is a carry.
const DIGIT_BITS: u32 = 32;
const DIGIT_MASK: i64 = (1 << DIGIT_BITS) - 1;

/// Digits for every exponent, and one for what sums have more.
const DIGITS: usize = (2047 >> 5) + 3;

/// The exponent of the lowest bit.
const LOWEST: i32 = -1075;

/// A digit grows by less than 2^53 with each float.
const MOST_WITHOUT_CARRY: u32 = 1 << 9;

/// Floats from 2^960 on are large.
const LARGE_EXPONENT: u64 = 1023 + 960;

/// 2^1022. Large floats are taken while together they are below, lest CPython's sum overflow on the way where this one
/// does not.
const MOST_LARGE: f64 = f64::MAX / 4.0;

/// A sum of floats, in fixed point with signed digits.
#[derive(Clone)]
pub(crate) struct Accumulator {
    digits: [i64; DIGITS],
    /// The digits that may be other than zero.
    used: (usize, usize),
    since_carry: u32,
    /// The sum of the magnitudes of those that are large.
    large: f64,
}

impl Accumulator {
    #[inline]
    pub(crate) fn new() -> Self {
        Accumulator {
            digits: [0; DIGITS],
            used: (DIGITS, 0),
            since_carry: 0,
            large: 0.0,
        }
    }

    /// Adds x; `false`, with the sum as it was, when x is too large, infinite or not a number.
    #[inline]
    pub(crate) fn add(&mut self, x: f64) -> bool {
        let is_taken = x.to_bits() >> 52 & 0x7FF < LARGE_EXPONENT || self.takes_large(x);
        if is_taken {
            self.add_finite(x);
        }
        is_taken
    }

    #[cold]
    fn takes_large(&mut self, x: f64) -> bool {
        self.large += x.abs();
        self.large < MOST_LARGE
    }

    #[inline]
    fn add_finite(&mut self, x: f64) {
        let bits = x.to_bits();
        let exponent = bits >> 52 & 0x7FF;
        let hidden = u64::from(exponent != 0) << 52;
        let mantissa = (bits & ((1 << 52) - 1) | hidden) as i64;
        // The lowest exponent is that of subnormal floats, too.
        let place = exponent as usize | usize::from(exponent == 0);
        let (digit, shift) = (place / DIGIT_BITS as usize, place as u32 % DIGIT_BITS);
        // All bits set for negative numbers: xor and minus then change the sign.
        let sign = bits as i64 >> 63;
        let low = (mantissa << shift) & DIGIT_MASK;
        let high = mantissa >> (DIGIT_BITS - shift);
        self.digits[digit] += (low ^ sign) - sign;
        self.digits[digit + 1] += (high ^ sign) - sign;
        self.used = (self.used.0.min(digit), self.used.1.max(digit + 2));
        self.since_carry += 1;
        if self.since_carry == MOST_WITHOUT_CARRY {
            self.carry();
        }
    }

    /// Floats whose sum this is, the largest first; none is zero.
    pub(crate) fn parts(mut self) -> impl Iterator<Item = f64> {
        std::iter::from_fn(move || {
            let nearest = self.clone().value();
            self.add_finite(-nearest);
            (nearest != 0.0).then_some(nearest)
        })
    }

    /// The nearest float, ties to even.
    #[inline(always)] // lest all digits be moved
    pub(crate) fn value(mut self) -> f64 {
        let top = self.carry();
        if top < 0 {
            let (low, high) = self.used;
            self.digits[low..high]
                .iter_mut()
                .for_each(|digit| *digit = -*digit);
            self.carry();
            return -self.magnitude();
        }
        self.magnitude()
    }

    /// Leaves no more than its bits in every digit but the highest, which it returns: its sign is
    /// that of the sum.
    #[inline]
    fn carry(&mut self) -> i64 {
        self.since_carry = 0;
        let (low, high) = self.used;
        if low >= high {
            return 0;
        }
        let mut carry = 0;
        for digit in &mut self.digits[low..high] {
            let sum = *digit + carry;
            *digit = sum & DIGIT_MASK;
            carry = sum >> DIGIT_BITS;
        }
        if carry != 0 && high < DIGITS {
            self.digits[high] = carry;
            self.used.1 = high + 1;
            return carry;
        }
        // Only what the highest digit of all has more.
        self.digits[high - 1] += carry << DIGIT_BITS;
        self.digits[high - 1]
    }

    /// The nearest float, once no digit is negative.
    fn magnitude(&self) -> f64 {
        let (low, high) = self.used;
        let Some(top) = (low..high).rev().find(|&i| self.digits[i] != 0) else {
            return 0.0;
        };
        // Three digits have at least 65 bits. Of those below, what counts is whether there are any.
        let digit = |below: usize| top.checked_sub(below).map_or(0, |i| self.digits[i] as u128);
        let mut head = digit(0) << (2 * DIGIT_BITS) | digit(1) << DIGIT_BITS | digit(2);
        let rest = top.saturating_sub(2).max(low);
        if self.digits[low..rest.max(low)]
            .iter()
            .any(|&digit| digit != 0)
        {
            head |= 1;
        }
        let exponent = LOWEST + DIGIT_BITS as i32 * (top as i32 - 2);
        // Of at least 65 bits, 64 with that mark round the same.
        let excess = 64 - head.leading_zeros();
        let lost = head & ((1 << excess) - 1) != 0;
        let head = (head >> excess) as u64 | u64::from(lost);
        scale(head as f64, exponent + excess as i32)
    }
}

/// x · 2^exponent, which is a float.
#[inline]
fn scale(x: f64, exponent: i32) -> f64 {
    if (-1022..=1023).contains(&exponent) {
        x * power_of_two(exponent)
    } else {
        libm::ldexp(x, exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(items: &[f64]) -> f64 {
        let mut accumulator = Accumulator::new();
        assert!(items.iter().all(|&x| accumulator.add(x)));
        accumulator.value()
    }

    #[test]
    fn sums_are_exact() {
        let tiny = f64::from_bits(1);
        for (items, expected) in [
            (vec![], 0.0),
            (vec![-0.0], 0.0),
            (vec![1.5], 1.5),
            (vec![-1.5, 0.25], -1.25),
            (vec![1e100, 1.0, -1e100], 1.0),
            (vec![-1e100, 1.0, 1e100, -tiny], 1.0),
            (vec![1e16, 1.0, 1e-16], 10_000_000_000_000_002.0),
            (vec![1e16, 1.0], 1e16),
            (vec![tiny, tiny, -tiny], tiny),
            (vec![-tiny], -tiny),
            (vec![1e-310; 3], 3e-310),
            (vec![1e288, -1e288, 5e-324], 5e-324),
            (vec![0.1; 10], 1.0),
        ] {
            assert_eq!(sum(&items), expected, "{items:?}");
        }
    }

    #[test]
    fn parts_are_the_whole() {
        for items in [
            vec![],
            vec![1e16, 1.0, -1e-16, f64::from_bits(1)],
            vec![libm::ldexp(1.9, 959), -1e-300, 5e-324, 0.1],
            vec![-libm::ldexp(1.9, 959); 5000],
        ] {
            let mut accumulator = Accumulator::new();
            assert!(items.iter().all(|&x| accumulator.add(x)));
            let expected = accumulator.clone().value();
            let parts: Vec<f64> = accumulator.clone().parts().collect();
            assert_eq!(parts.first().copied().unwrap_or(0.0), expected);
            parts.iter().for_each(|&part| accumulator.add_finite(-part));
            assert_eq!(accumulator.value(), 0.0);
        }
    }

    #[test]
    fn many_carries() {
        let large = libm::ldexp(1.0, 959) * 1.9;
        assert_eq!(sum(&vec![large; 1 << 16]), large * 65536.0);
        assert_eq!(sum(&vec![-large; 1 << 16]), -large * 65536.0);
        let mut both = vec![-large; 5000];
        both.extend([large; 5001]);
        assert_eq!(sum(&both), large);
    }

    #[test]
    fn every_exponent() {
        for exponent in -1074..=1020 {
            let x = libm::ldexp(1.0, exponent);
            assert_eq!(sum(&[x]), x);
            assert_eq!(sum(&[-x, -x, x]), -x);
        }
    }

    #[test]
    fn large_numbers_are_refused() {
        for x in [libm::ldexp(1.0, 1022), -f64::MAX, f64::INFINITY, f64::NAN] {
            assert!(!Accumulator::new().add(x));
        }
        let mut accumulator = Accumulator::new();
        let large = libm::ldexp(1.0, 1021);
        assert!(accumulator.add(large) && !accumulator.add(-large));
        assert_eq!(accumulator.value(), large);
    }
}
