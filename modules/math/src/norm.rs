//! Euclidean norms, correctly rounded in nearly all cases.
//!
//! The squares are summed in twice the precision, and the root of the sum is corrected by one step of
//! Newton's (Borges, "An improved algorithm for hypot(a, b)", arXiv:1904.09481). Scaling by a power of two, which loses
//! nothing, keeps them from overflow.

use crate::float::{frexp, power_of_two};

/// The number of coordinates that need no heap.
pub(crate) const INLINE: usize = 16;

/// Magnitudes of coordinates, and what must be known of all of them.
pub(crate) struct Magnitudes<'a> {
    values: &'a mut [f64],
    max: f64,
    has_nan: bool,
}

impl<'a> Magnitudes<'a> {
    /// Looks at `values`, none of which is negative.
    #[inline]
    pub(crate) fn new(values: &'a mut [f64]) -> Self {
        let (mut max, mut has_nan) = (0.0, false);
        for &value in &*values {
            has_nan |= value.is_nan();
            if value > max {
                max = value;
            }
        }
        Magnitudes {
            values,
            max,
            has_nan,
        }
    }

    /// The root of the sum of the squares; infinite if one value is, else NaN if one is.
    #[inline]
    pub(crate) fn norm(self) -> f64 {
        if self.max.is_infinite() {
            return self.max;
        }
        if self.has_nan {
            return f64::NAN;
        }
        if self.max == 0.0 || self.values.len() <= 1 {
            return self.max;
        }
        let (_, exponent) = frexp(self.max);
        if exponent < -1023 {
            return tiny_norm(self.values, self.max);
        }
        scaled_norm(self.values, power_of_two(-exponent))
    }
}

/// For values whose scale would not be a float.
#[cold]
#[cfg(Py_3_12)]
fn tiny_norm(values: &mut [f64], _max: f64) -> f64 {
    for value in values.iter_mut() {
        *value /= f64::MIN_POSITIVE;
    }
    f64::MIN_POSITIVE * Magnitudes::new(values).norm()
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

/// The norm of values that are 0.5 to 1 at most when multiplied with `scale`.
#[inline]
fn scaled_norm(values: &[f64], scale: f64) -> f64 {
    // From 1.0 on, the sum is never smaller than what is added.
    let mut sum = 1.0;
    let (mut product_error, mut sum_error) = (0.0, 0.0);
    for value in values {
        let [square, low] = square(value * scale);
        let [high, lost] = add_smaller(sum, square);
        sum = high;
        product_error += low;
        sum_error += lost;
    }
    let root = (sum - 1.0 + (product_error + sum_error)).sqrt();
    let [square, low] = square(root);
    let [high, lost] = add_smaller(sum, -square);
    product_error -= low;
    sum_error += lost;
    let rest = high - 1.0 + (product_error + sum_error);
    (root + rest / (2.0 * root)) / scale
}

/// The sum of two floats and its rounding error, for |a| >= |b| (Dekker).
#[inline]
fn add_smaller(a: f64, b: f64) -> [f64; 2] {
    let sum = a + b;
    [sum, (a - sum) + b]
}

/// The square of x, which is far from overflow, and its rounding error (Veltkamp, Dekker).
#[inline]
fn square(x: f64) -> [f64; 2] {
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
        Magnitudes::new(&mut values).norm()
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
            let [high, low] = square(x);
            assert_eq!(low, corten_libm::fma(x, x, -high));
        }
    }
}
