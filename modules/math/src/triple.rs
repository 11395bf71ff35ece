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
    (product, libm::fma(x, y, -product))
}

#[cfg(test)]
mod tests {
    use super::*;

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
