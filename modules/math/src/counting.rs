//! Factorials of small numbers, and permutations and combinations that fit 128 bits.
//!
//! n! for n < 128 is also known as an odd number modulo 2^128, and a power of two. Odd numbers have inverses there,
//! so quotients of factorials that fit 128 bits are products; modulo 2^64 likewise.

/// Factorials are known up to here.
const KNOWN: usize = 128;

/// Bytes of the largest one.
const BYTES: usize = 89;

/// n! in base 256, least significant first, and how many bytes that are.
static FACTORIALS: [([u8; BYTES], u8); KNOWN] = factorials();

/// The odd part of n!, modulo 2^128.
static ODD: [u128; KNOWN] = odd_parts();

/// The inverse of each odd part, modulo 2^128.
static INVERSE: [u128; KNOWN] = inverses();

/// The exponent of 2 in each n!.
static TWOS: [u8; KNOWN] = known_twos();

/// For each k, the largest n < 128 for which C(n, k) fits 64 bits; 0 where there is none with n >= 2k.
static COMBINATION_LIMITS: [u8; KNOWN / 2] = combination_limits();

/// For each k, the largest n for which C(n, k) and what leads to it, C(n, k) · k, fit 64 bits.
static LONG_COMBINATION_LIMITS: [u64; 14] = long_limits(u64::MAX as u128, true);

/// For each k, the largest n for which P(n, k) fits 64 bits.
static PERMUTATION_LIMITS: [u64; 21] = long_limits(u64::MAX as u128, false);

/// For each k, the largest n for which P(n, k) fits 128 bits.
static LONG_PERMUTATION_LIMITS: [u64; 35] = long_limits(u128::MAX, false);

/// n!, if it fits 64 bits.
#[inline]
pub(crate) fn short_factorial(n: u64) -> Option<u64> {
    (n <= 20).then(|| (ODD[n as usize] as u64) << TWOS[n as usize])
}

/// n! for n < 128, in base 256, least significant first.
#[inline]
pub(crate) fn factorial(n: u64) -> Option<&'static [u8]> {
    let (bytes, len) = FACTORIALS.get(usize::try_from(n).ok()?)?;
    bytes.get(..usize::from(*len))
}

/// The number of ways to choose k of n, for k <= n / 2, unless it does not fit or needs larger numbers
/// on the way.
#[inline]
pub(crate) fn combinations(n: u64, k: u64) -> Option<u128> {
    if n < KNOWN as u64 {
        let (n, k, rest) = (n as usize, k as usize, (n - k) as usize);
        let twos = TWOS[n] - TWOS[k] - TWOS[rest];
        if n > usize::from(COMBINATION_LIMITS[k]) {
            let odd = ODD[n].wrapping_mul(INVERSE[k]).wrapping_mul(INVERSE[rest]);
            return Some(odd << twos);
        }
        let (odd, inverse) = (ODD[n] as u64, INVERSE[k] as u64);
        let odd = odd.wrapping_mul(inverse).wrapping_mul(INVERSE[rest] as u64);
        return Some(u128::from(odd << twos));
    }
    let limit = LONG_COMBINATION_LIMITS.get(k as usize).copied();
    let choose = |chosen, i| chosen * (n - i) / (i + 1);
    (n <= limit.unwrap_or(0)).then(|| u128::from((1..k).fold(n, choose)))
}

/// The number of ways to choose k of n in order, unless it does not fit. k is at least 1.
#[inline]
pub(crate) fn permutations(n: u64, k: u64) -> Option<u128> {
    let limit = LONG_PERMUTATION_LIMITS.get(k as usize).copied();
    if n > limit.unwrap_or(0) {
        return None;
    }
    if n >= KNOWN as u64 {
        let choose = |chosen, i| chosen * u128::from(n - i);
        return Some((1..k).fold(u128::from(n), choose));
    }
    let limit = PERMUTATION_LIMITS.get(k as usize).copied();
    let fits_64 = n <= limit.unwrap_or(0);
    let (n, rest) = (n as usize, (n - k) as usize);
    let twos = TWOS[n] - TWOS[rest];
    if fits_64 {
        let odd = (ODD[n] as u64).wrapping_mul(INVERSE[rest] as u64);
        return Some(u128::from(odd << twos));
    }
    Some(ODD[n].wrapping_mul(INVERSE[rest]) << twos)
}

/// The product of the odd numbers from `first` to `last`, modulo 2^128.
pub(crate) fn odd_product(first: u64, last: u64) -> u128 {
    (first..=last)
        .step_by(2)
        .map(u128::from)
        .fold(1, u128::wrapping_mul)
}

/// The exponent of 2 in n! (Legendre).
pub(crate) const fn twos(n: u64) -> u64 {
    n - n.count_ones() as u64
}

const fn factorials() -> [([u8; BYTES], u8); KNOWN] {
    let mut table = [([0; BYTES], 1); KNOWN];
    table[0].0[0] = 1;
    let mut n = 1;
    while n < KNOWN {
        let (mut at, mut carry) = (0, 0);
        while at < BYTES {
            let product = table[n - 1].0[at] as usize * n + carry;
            table[n].0[at] = product as u8;
            carry = product >> 8;
            at += 1;
            if product != 0 {
                table[n].1 = at as u8;
            }
        }
        assert!(carry == 0);
        n += 1;
    }
    table
}

const fn odd_parts() -> [u128; KNOWN] {
    let mut table = [1u128; KNOWN];
    let mut n = 1;
    while n < KNOWN {
        table[n] = table[n - 1].wrapping_mul(n as u128 >> n.trailing_zeros());
        n += 1;
    }
    table
}

const fn inverses() -> [u128; KNOWN] {
    let odd = odd_parts();
    let mut table = odd;
    let mut n = 0;
    while n < KNOWN {
        // Newton: every odd number is its own inverse modulo 8, and each step doubles the bits.
        let mut steps = 0;
        while steps < 6 {
            table[n] = table[n].wrapping_mul(2u128.wrapping_sub(odd[n].wrapping_mul(table[n])));
            steps += 1;
        }
        n += 1;
    }
    table
}

const fn known_twos() -> [u8; KNOWN] {
    let mut table = [0; KNOWN];
    let mut n = 0;
    while n < KNOWN {
        table[n] = twos(n as u64) as u8;
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

/// For each k, the largest n for which P(n, k), or else C(n, k) · k, is not above `largest`.
const fn long_limits<const K: usize>(largest: u128, combinations: bool) -> [u64; K] {
    let mut limits = [u64::MAX; K];
    let mut k = 2;
    while k < K {
        // By halves: it fits for `fits`, and does not for `too_large`.
        let (mut fits, mut too_large) = (k as u128, 1 << 64);
        while too_large - fits > 1 {
            let n = fits + (too_large - fits) / 2;
            if product_fits(n, k as u128, largest, combinations) {
                fits = n;
            } else {
                too_large = n;
            }
        }
        limits[k] = fits as u64;
        k += 1;
    }
    limits
}

const fn product_fits(n: u128, k: u128, largest: u128, combinations: bool) -> bool {
    let mut chosen = n;
    let mut i = 1;
    while i < k {
        chosen = match chosen.checked_mul(n - i) {
            Some(product) if product <= largest => product,
            _ => return false,
        };
        if combinations {
            chosen /= i + 1;
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
        for n in 0..=34 {
            let product: u128 = (1..=u128::from(n)).product();
            let len = (u128::BITS - product.leading_zeros()).div_ceil(8) as usize;
            assert_eq!(factorial(n).unwrap(), &product.to_le_bytes()[..len]);
            assert_eq!(short_factorial(n), u64::try_from(product).ok());
        }
        // The zeros at the low end are the factors 2.
        let zeros = factorial(127)
            .unwrap()
            .iter()
            .take_while(|&&byte| byte == 0);
        assert_eq!(zeros.count() as u64, twos(127) / 8);
        assert_eq!(factorial(128), None);
    }

    #[test]
    fn all_known_combinations() {
        // Pascal's triangle, as long as it fits.
        let mut row = vec![1u128];
        for n in 1..KNOWN as u64 {
            row.push(0);
            for k in (1..row.len()).rev() {
                row[k] += row[k - 1];
            }
            for k in 1..=n / 2 {
                let expected = row[k as usize];
                assert_eq!(combinations(n, k), Some(expected), "C({n}, {k})");
            }
        }
        for n in KNOWN as u64..300 {
            for k in 1..=n / 2 {
                if let Some(chosen) = combinations(n, k) {
                    let expected = slow_combinations(n.into(), k.into());
                    assert_eq!(expected, Some(chosen), "C({n}, {k})");
                }
            }
        }
        assert_eq!(combinations(1 << 32, 2), Some((1 << 31) * ((1 << 32) - 1)));
    }

    #[test]
    fn all_known_permutations() {
        for n in (1..300u64).chain([1 << 32, u64::MAX]) {
            for k in 1..=n.min(300) {
                let expected =
                    (0..k).try_fold(1u128, |product, i| product.checked_mul((n - i).into()));
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
