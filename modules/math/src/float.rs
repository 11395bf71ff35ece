//! Functions of the representation of floats, all exact.

use corten_libm as libm;

const FRACTION_BITS: u32 = 52;
const EXPONENT_MASK: u64 = 0x7FF << FRACTION_BITS;

/// `(m, e)` with x = m · 2^e, where m is 0.5 to 1 in magnitude. Zeros, infinities and NaN are their own m.
#[inline]
pub(crate) fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let (normal, shift) = if x.is_subnormal() {
        (x * power_of_two(54), 54)
    } else {
        (x, 0)
    };
    let bits = normal.to_bits();
    let exponent = ((bits & EXPONENT_MASK) >> FRACTION_BITS) as i32;
    let mantissa = f64::from_bits(bits & !EXPONENT_MASK | 1022 << FRACTION_BITS);
    (mantissa, exponent - 1022 - shift)
}

/// 2^exponent, for exponents of normal floats, and those a little below.
#[inline]
pub(crate) fn power_of_two(exponent: i32) -> f64 {
    debug_assert!((-1074..=1023).contains(&exponent));
    if exponent < -1022 {
        f64::from_bits(1 << (exponent + 1074))
    } else {
        f64::from_bits(((exponent + 1023) as u64) << FRACTION_BITS)
    }
}

/// The largest int that is not greater than x; `None` where all floats are whole, or none.
#[inline]
pub(crate) fn floor(x: f64) -> Option<i64> {
    truncate(x).map(|int| int - i64::from(int as f64 > x))
}

/// The smallest int that is not less than x; `None` where all floats are whole, or none.
#[inline]
pub(crate) fn ceil(x: f64) -> Option<i64> {
    truncate(x).map(|int| int + i64::from((int as f64) < x))
}

/// x without its fraction; `None` where there is none.
#[inline]
fn truncate(x: f64) -> Option<i64> {
    (x.abs() < power_of_two(FRACTION_BITS as i32)).then_some(x as i64)
}

/// Fraction and whole part, both with the sign of x.
#[inline]
pub(crate) fn modf(x: f64) -> (f64, f64) {
    if x.is_infinite() {
        return (0f64.copysign(x), x);
    }
    let whole = libm::trunc(x);
    ((x - whole).copysign(x), whole)
}

/// x - n · y for the whole number n that makes this smallest, an even one of two (IEEE 754's remainder).
/// NaN where there is none.
#[inline]
pub(crate) fn remainder(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return if x.is_nan() { x } else { y };
    }
    if x.is_infinite() || y == 0.0 {
        return f64::NAN;
    }
    if y.is_infinite() {
        return x;
    }
    let (dividend, divisor) = (x.abs(), y.abs());
    let rest = libm::fmod(dividend, divisor);
    // Half the divisor may not be a float. The rest of it is, where it matters.
    let missing = divisor - rest;
    let even = || libm::fmod(dividend, 2.0 * divisor) < divisor;
    let round_down = rest < missing || rest == missing && even();
    let magnitude = if round_down { rest } else { -missing };
    1f64.copysign(x) * magnitude
}

/// The value of the last place: the distance to the next float away from zero.
pub(crate) fn ulp(x: f64) -> f64 {
    if !x.is_finite() {
        return if x.is_nan() { x } else { f64::INFINITY };
    }
    let magnitude = x.abs();
    if magnitude == f64::MAX {
        return magnitude - magnitude.next_down();
    }
    magnitude.next_up() - magnitude
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mantissas_and_exponents() {
        assert_eq!(frexp(1.0), (0.5, 1));
        assert_eq!(frexp(-f64::MAX), (-(1.0 - f64::EPSILON / 2.0), 1024));
        assert_eq!(frexp(f64::from_bits(1)), (0.5, -1073));
        assert_eq!(frexp(f64::MIN_POSITIVE), (0.5, -1021));
        assert_eq!(frexp(f64::INFINITY), (f64::INFINITY, 0));
        for exponent in -1074..=1023 {
            assert_eq!(power_of_two(exponent), libm::ldexp(1.0, exponent));
        }
    }

    #[test]
    fn roundings() {
        let largest = 4_503_599_627_370_495.5;
        for (x, below, above) in [
            (0.0, 0, 0),
            (-0.0, 0, 0),
            (f64::from_bits(1), 0, 1),
            (-0.5, -1, 0),
            (7.0, 7, 7),
            (largest, 4_503_599_627_370_495, 4_503_599_627_370_496),
            (-largest, -4_503_599_627_370_496, -4_503_599_627_370_495),
        ] {
            assert_eq!((floor(x), ceil(x)), (Some(below), Some(above)));
        }
        for x in [largest + 0.5, f64::NEG_INFINITY, f64::NAN] {
            assert_eq!((floor(x), ceil(x)), (None, None));
        }
    }

    #[test]
    fn parts() {
        assert_eq!(modf(-2.5), (-0.5, -2.0));
        assert!(modf(-3.0).0.is_sign_negative());
        assert!(modf(f64::NAN).0.is_nan());
    }

    #[test]
    fn remainders() {
        for (x, y, expected) in [
            (5.0, 2.0, 1.0),
            (3.0, 2.0, -1.0),
            (-5.0, 2.0, -1.0),
            (7.0, 2.0, -1.0),
            (
                f64::MAX,
                f64::MAX / 2.0 * 1.5,
                f64::MAX - f64::MAX / 2.0 * 1.5,
            ),
            (f64::from_bits(3), f64::from_bits(2), -f64::from_bits(1)),
            (1.0, f64::INFINITY, 1.0),
        ] {
            assert_eq!(remainder(x, y), expected);
        }
        assert!(remainder(-4.0, 2.0).is_sign_negative());
        assert!(remainder(1.0, 0.0).is_nan());
    }

    #[test]
    fn last_places() {
        assert_eq!(ulp(1.0), f64::EPSILON);
        assert_eq!(ulp(0.0), f64::from_bits(1));
        assert_eq!(ulp(-f64::MAX), libm::ldexp(1.0, 971));
    }
}
