//! Sums of products in three times the precision of a float.
//!
//! Ogita, Rump and Oishi, "Accurate sum and dot product", algorithm 5.10 with K = 3.

use corten_libm as libm;

/// The sum of three floats, each far smaller than the one before.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Triple {
    high: f64,
    low: f64,
    tiny: f64,
}

impl Triple {
    /// The sum with x · y added; `None` when it is no longer finite.
    #[inline]
    pub(crate) fn add_product(self, x: f64, y: f64) -> Option<Self> {
        let (product, product_error) = multiply(x, y);
        let (high, high_error) = add(self.high, product);
        let (low, low_error) = add(self.low, product_error);
        let (low, error) = add(low, high_error);
        high.is_finite().then_some(Triple {
            high,
            low,
            tiny: self.tiny + low_error + error,
        })
    }

    /// The nearest float.
    pub(crate) fn value(self) -> f64 {
        let (sum, error) = add(self.low, self.high);
        self.tiny + error + sum
    }
}

/// The sum of two floats and its rounding error (Knuth).
#[inline]
fn add(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let from_b = sum - a;
    (sum, (a - (sum - from_b)) + (b - from_b))
}

/// The product of two floats and its rounding error.
#[inline]
fn multiply(x: f64, y: f64) -> (f64, f64) {
    let product = x * y;
    let error = if is_moderate(x) && is_moderate(y) {
        let ((x1, x2), (y1, y2)) = (split(x), split(y));
        ((x1 * y1 - product) + x1 * y2 + x2 * y1) + x2 * y2
    } else {
        libm::fma(x, y, -product)
    };
    (product, error)
}

/// Whether x is far enough from overflow and underflow to be multiplied in halves: 2^-480 to 2^480.
#[inline]
fn is_moderate(x: f64) -> bool {
    let exponent = x.to_bits() >> 52 & 0x7FF;
    exponent.wrapping_sub(1023 - 480) < 2 * 480
}

/// Two floats of half the precision (Veltkamp).
#[inline]
fn split(x: f64) -> (f64, f64) {
    let shifted = x * 134_217_729.0; // 2^27 + 1
    let high = shifted - (shifted - x);
    (high, x - high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_exact() {
        for x in [
            0.1,
            -1.0 / 3.0,
            1e100,
            1e-200,
            f64::MAX,
            f64::from_bits(3),
            0.0,
        ] {
            for y in [0.7, -1e-300, 1e200, 3.0, f64::MAX, f64::from_bits(1)] {
                let (product, error) = multiply(x, y);
                if product.is_finite() {
                    assert_eq!(error, libm::fma(x, y, -product), "{x} * {y}");
                }
            }
        }
    }

    #[test]
    fn sums_that_cancel() {
        let pairs = [(1e16, 1.0), (1.0, 1.0), (-1e16, 1.0), (1e-30, 1.0)];
        let sum = pairs
            .into_iter()
            .try_fold(Triple::default(), |sum, (x, y)| sum.add_product(x, y));
        assert_eq!(sum.unwrap().value(), 1.0);
        assert!(Triple::default().add_product(f64::MAX, 2.0).is_none());
    }
}
