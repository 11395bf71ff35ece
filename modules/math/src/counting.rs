//! Factorials, permutations and combinations that fit 64 bits.
//!
//! n! for n < 128 is known as an odd number modulo 2^64, and a power of two. Odd numbers have inverses there,
//! so quotients of factorials that fit 64 bits are products.

/// Factorials are known up to here.
const KNOWN: usize = 128;

/// The odd part of n!, modulo 2^64.
const ODD: [u64; KNOWN] = odd_parts();

/// The inverse of each odd part, modulo 2^64.
const INVERSE: [u64; KNOWN] = inverses();

/// For each k, the largest n < 128 for which C(n, k) fits; 0 where there is none with n >= 2k.
const COMBINATION_LIMITS: [u8; KNOWN / 2] = combination_limits();

/// For each k, the largest n for which C(n, k) and what leads to it, C(n, k) · k, fit.
const LONG_COMBINATION_LIMITS: [u64; 14] = long_limits(true);

/// For each k, the largest n for which P(n, k) fits.
const PERMUTATION_LIMITS: [u64; 21] = long_limits(false);

/// n! for n <= 20.
pub(crate) fn factorial(n: u64) -> Option<u64> {
    (n <= 20).then(|| ODD[n as usize] << twos(n))
}

/// The odd part of n! for n <= 25.
pub(crate) fn odd_factorial(n: u64) -> Option<u64> {
    (n <= 25).then(|| ODD[n as usize])
}

/// The number of ways to choose k of n, for k <= n / 2, unless it does not fit or needs larger numbers
/// on the way.
pub(crate) fn combinations(n: u64, k: u64) -> Option<u64> {
    let limit = COMBINATION_LIMITS.get(k as usize).copied().unwrap_or(0);
    if n <= u64::from(limit) {
        let odd = ODD[n as usize]
            .wrapping_mul(INVERSE[k as usize])
            .wrapping_mul(INVERSE[(n - k) as usize]);
        return Some(odd << (twos(n) - twos(k) - twos(n - k)));
    }
    let limit = LONG_COMBINATION_LIMITS.get(k as usize).copied();
    (n <= limit.unwrap_or(0)).then(|| (1..k).fold(n, |chosen, i| chosen * (n - i) / (i + 1)))
}

/// The number of ways to choose k of n in order, unless it does not fit. k is at least 1.
pub(crate) fn permutations(n: u64, k: u64) -> Option<u64> {
    let limit = PERMUTATION_LIMITS.get(k as usize).copied().unwrap_or(0);
    if n > limit {
        return None;
    }
    if n < KNOWN as u64 {
        let odd = ODD[n as usize].wrapping_mul(INVERSE[(n - k) as usize]);
        return Some(odd << (twos(n) - twos(n - k)));
    }
    Some((1..k).fold(n, |chosen, i| chosen * (n - i)))
}

/// The product of the odd numbers from `first` to `last`, modulo 2^128.
pub(crate) fn odd_product(first: u64, last: u64) -> u128 {
    (first..=last)
        .step_by(2)
        .map(u128::from)
        .fold(1, u128::wrapping_mul)
}

/// The exponent of 2 in n! (Legendre).
#[inline]
pub(crate) const fn twos(n: u64) -> u64 {
    n - n.count_ones() as u64
}

const fn odd_parts() -> [u64; KNOWN] {
    let mut table = [1u64; KNOWN];
    let mut n = 1;
    while n < KNOWN {
        table[n] = table[n - 1].wrapping_mul(n as u64 >> n.trailing_zeros());
        n += 1;
    }
    table
}

const fn inverses() -> [u64; KNOWN] {
    let mut table = ODD;
    let mut n = 0;
    while n < KNOWN {
        // Newton: every odd number is its own inverse modulo 8, and each step doubles the bits.
        let mut steps = 0;
        while steps < 5 {
            table[n] = table[n].wrapping_mul(2u64.wrapping_sub(ODD[n].wrapping_mul(table[n])));
            steps += 1;
        }
        n += 1;
    }
    table
}

const fn combination_limits() -> [u8; KNOWN / 2] {
    let mut limits = [0; KNOWN / 2];
    // A row of Pascal's triangle, whose largest number has 124 bits.
    let mut row = [0u128; KNOWN];
    row[0] = 1;
    let mut n = 1;
    while n < KNOWN {
        let mut k = n;
        while k > 0 {
            row[k] += row[k - 1];
            if 2 * k <= n && row[k] <= u64::MAX as u128 {
                limits[k] = n as u8;
            }
            k -= 1;
        }
        limits[0] = n as u8;
        n += 1;
    }
    limits
}

/// For each k, the largest n for which P(n, k), or else C(n, k) · k, fits 64 bits.
const fn long_limits<const K: usize>(combinations: bool) -> [u64; K] {
    let mut limits = [u64::MAX; K];
    let mut k = 2;
    while k < K {
        // By halves: it fits for `fits`, and does not for `too_large`.
        let (mut fits, mut too_large) = (k as u64, u64::MAX);
        while too_large - fits > 1 {
            let n = fits + (too_large - fits) / 2;
            if product_fits(n, k as u64, combinations) {
                fits = n;
            } else {
                too_large = n;
            }
        }
        limits[k] = fits;
        k += 1;
    }
    limits
}

const fn product_fits(n: u64, k: u64, combinations: bool) -> bool {
    let mut chosen = n as u128;
    let mut i = 1;
    while i < k {
        chosen *= (n - i) as u128;
        if chosen > u64::MAX as u128 {
            return false;
        }
        if combinations {
            chosen /= i as u128 + 1;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C(n, k), if it fits 128 bits on the way.
    fn slow_combinations(n: u128, k: u128) -> Option<u128> {
        (0..k).try_fold(1u128, |chosen, i| {
            Some(chosen.checked_mul(n - i)? / (i + 1))
        })
    }

    #[test]
    fn factorials() {
        assert_eq!(factorial(0), Some(1));
        assert_eq!(factorial(20), Some(2_432_902_008_176_640_000));
        assert_eq!(factorial(21), None);
        let exact = (1..=25u128).product::<u128>();
        let odd = (exact >> exact.trailing_zeros()) as u64;
        assert_eq!(odd_factorial(25), Some(odd));
    }

    #[test]
    fn all_known_combinations() {
        for n in 2..200u64 {
            for k in 1..=n / 2 {
                if let Some(chosen) = combinations(n, k) {
                    let expected = slow_combinations(n.into(), k.into());
                    assert_eq!(expected, Some(chosen.into()), "C({n}, {k})");
                }
            }
        }
        assert_eq!(combinations(62, 31), Some(465_428_353_255_261_088));
        assert!(combinations(67, 33).is_some() && combinations(68, 34).is_none());
        assert_eq!(combinations(1 << 32, 2), Some((1 << 31) * ((1 << 32) - 1)));
    }

    #[test]
    fn all_known_permutations() {
        for n in 1..200u64 {
            for k in 1..=n {
                let expected = (0..k).try_fold(1u64, |product, i| product.checked_mul(n - i));
                assert_eq!(permutations(n, k), expected, "P({n}, {k})");
            }
        }
    }

    #[test]
    fn odd_products() {
        assert_eq!(odd_product(3, 9), 945);
        assert_eq!(odd_product(7, 7), 7);
    }
}
