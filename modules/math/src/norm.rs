//! Euclidean norms, correctly rounded in nearly all cases.
//!
//! The squares are summed in twice the precision, and the root of the sum is corrected by one step of
//! Newton's (Borges, "An improved algorithm for hypot(a, b)", arXiv:1904.09481). Scaling by a power of two, which loses
//! nothing, keeps them from overflow.

use corten_libm as libm;

use crate::float::{frexp, power_of_two};

/// The number of coordinates that need no heap.
pub(crate) const INLINE: usize = 16;

/// What must be known of all magnitudes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Extent {
    max: f64,
    has_nan: bool,
}

impl Extent {
    /// With one more magnitude, which is not negative.
    #[inline]
    pub(crate) fn with(self, magnitude: f64) -> Self {
        Extent {
            max: if magnitude > self.max {
                magnitude
            } else {
                self.max
            },
            has_nan: self.has_nan | magnitude.is_nan(),
        }
    }
}

/// The root of the sum of the squares; infinite if one of the magnitudes is, else NaN if one is.
#[inline]
pub(crate) fn norm(magnitudes: &mut [f64], Extent { max, has_nan }: Extent) -> f64 {
    if max.is_infinite() {
        return max;
    }
    if has_nan {
        return f64::NAN;
    }
    if max == 0.0 || magnitudes.len() <= 1 {
        return max;
    }
    let (_, exponent) = frexp(max);
    if exponent < -1023 {
        return tiny_norm(magnitudes, max);
    }
    scaled_norm(magnitudes, exponent)
}

/// So many values are squared at once.
const BLOCK: usize = 4;

/// Up to so many magnitudes, a call for each square takes less time than the halves of Dekker's.
const FEW: usize = 4;

/// For values whose scale would not be a float.
#[cold]
#[cfg(Py_3_12)]
fn tiny_norm(values: &mut [f64], max: f64) -> f64 {
    for value in values.iter_mut() {
        *value /= f64::MIN_POSITIVE;
    }
    let (_, exponent) = frexp(max / f64::MIN_POSITIVE);
    f64::MIN_POSITIVE * scaled_norm(values, exponent)
}

/// For values whose scale would not be a float: less exact.
#[cold]
#[cfg(not(Py_3_12))]
fn tiny_norm(values: &mut [f64], max: f64) -> f64 {
    let (mut sum, mut error) = (1.0, 0.0);
    for value in &*values {
        let ratio = value / max;
        let [high, low] = add_smaller(sum, ratio * ratio);
        sum = high;
        error += low;
    }
    max * (sum - 1.0 + error).sqrt()
}

/// The norm of values that are below 2^exponent, the largest by no more than half.
#[inline]
fn scaled_norm(values: &[f64], exponent: i32) -> f64 {
    let scale = power_of_two(-exponent);
    let [sum, product_error, sum_error] = if values.len() <= FEW {
        sum_of_squares(values, scale, square)
    } else {
        sum_of_squares(values, scale, square_by_halves)
    };
    let root = (sum - 1.0 + (product_error + sum_error)).sqrt();
    let [square, low] = square(root);
    let [high, lost] = add_smaller(sum, -square);
    let rest = high - 1.0 + ((product_error - low) + (sum_error + lost));
    let norm = root + rest / (2.0 * root);
    // The same, but division takes longer.
    if exponent <= 1023 {
        norm * power_of_two(exponent)
    } else {
        norm / scale
    }
}

/// 1 and the sum of the squares of the scaled values, and what products and sums have lost.
#[inline]
fn sum_of_squares(values: &[f64], scale: f64, square: impl Fn(f64) -> [f64; 2]) -> [f64; 3] {
    // From 1 on, the sum is never smaller than what is added.
    let mut sums = [1.0, 0.0, 0.0];
    let mut add = |[square, low]: [f64; 2]| {
        let [sum, product_error, sum_error] = sums;
        let [sum, lost] = add_smaller(sum, square);
        sums = [sum, product_error + low, sum_error + lost];
    };
    // Squares do not wait for one another, as sums do.
    let (blocks, rest) = values.as_chunks::<BLOCK>();
    for block in blocks {
        for exact in block.map(|value| square(value * scale)) {
            add(exact);
        }
    }
    for value in rest {
        add(square(value * scale));
    }
    sums
}

/// The sum of two floats and its rounding error, for |a| >= |b| (Dekker).
#[inline]
fn add_smaller(a: f64, b: f64) -> [f64; 2] {
    let sum = a + b;
    [sum, (a - sum) + b]
}

/// The square of x and its rounding error.
#[inline]
fn square(x: f64) -> [f64; 2] {
    let square = x * x;
    [square, libm::fma(x, x, -square)]
}

/// The square of x, which is far from overflow, and its rounding error (Veltkamp, Dekker).
#[inline]
fn square_by_halves(x: f64) -> [f64; 2] {
    let shifted = x * 134_217_729.0; // 2^27 + 1
    let high = shifted - (shifted - x);
    let low = x - high;
    let square = x * x;
    [
        square,
        ((high * high - square) + 2.0 * high * low) + low * low,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn norm(mut values: Vec<f64>) -> f64 {
        let extent = values.iter().copied().fold(Extent::default(), Extent::with);
        super::norm(&mut values, extent)
    }

    #[test]
    fn norms() {
        assert_eq!(norm(vec![]), 0.0);
        assert_eq!(norm(vec![7.5]), 7.5);
        assert_eq!(norm(vec![3.0, 4.0]), 5.0);
        assert_eq!(norm(vec![f64::MAX / 2.0; 4]), f64::MAX);
        assert_eq!(norm(vec![f64::MAX; 2]), f64::INFINITY);
        assert_eq!(
            norm(vec![f64::from_bits(3), f64::from_bits(4)]),
            f64::from_bits(5)
        );
        assert_eq!(norm(vec![f64::NAN, f64::INFINITY]), f64::INFINITY);
        assert!(norm(vec![f64::NAN, 1.0]).is_nan());
    }

    #[test]
    fn squares_are_exact() {
        for x in [0.1, 1.0 / 3.0, 0.999_999_999, 1e-3] {
            assert_eq!(square(x), square_by_halves(x));
        }
    }
}
