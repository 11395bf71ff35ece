//! Sums of products in three times the precision of a float.
//!
//! Ogita, Rump and Oishi, "Accurate sum and dot product", algorithm 5.10 with K = 3.

use corten_libm::exact_products;

/// So many products are computed at once: they do not wait for one another, as sums do.
const BLOCK: usize = 32;

/// A sum of products: exact to three times the precision while it is finite, then as Python adds floats.
pub(crate) struct SumOfProducts {
    start: f64,
    exact: Triple,
    plain: Option<f64>,
    block: [[f64; 2]; BLOCK],
    len: usize,
}

impl SumOfProducts {
    /// No products yet. `start` is added last.
    pub(crate) fn new(start: f64) -> Self {
        SumOfProducts {
            start,
            exact: Triple::default(),
            plain: None,
            block: [[0.0; 2]; BLOCK],
            len: 0,
        }
    }

    /// Adds x * y; false when the sum has been found not to be finite any more: it is to be asked for its value.
    #[inline]
    pub(crate) fn add(&mut self, x: f64, y: f64) -> bool {
        self.room()[0] = [x, y];
        self.add_first(1)
    }

    /// Where pairs may be put, one at least.
    #[inline]
    pub(crate) fn room(&mut self) -> &mut [[f64; 2]] {
        &mut self.block[self.len..]
    }

    /// Adds the first `count` pairs that were put there, as `add` does.
    #[inline]
    pub(crate) fn add_first(&mut self, count: usize) -> bool {
        self.len += count;
        self.len < BLOCK || self.add_block()
    }

    /// The nearest float.
    pub(crate) fn value(mut self) -> f64 {
        self.add_block();
        self.plain
            .unwrap_or_else(|| self.start + self.exact.value())
    }

    fn add_block(&mut self) -> bool {
        let block = &mut self.block[..self.len];
        self.len = 0;
        exact_products(block);
        for (index, &product) in block.iter().enumerate() {
            match self.exact.plus(product) {
                Some(sum) => self.exact = sum,
                None => {
                    let sum = self.start + self.exact.value();
                    let rest = &block[index..];
                    self.plain = Some(rest.iter().fold(sum, |sum, [product, _]| sum + product));
                    return false;
                }
            }
        }
        true
    }
}

/// The sum of three floats, each far smaller than the one before.
#[derive(Clone, Copy, Default)]
struct Triple {
    high: f64,
    low: f64,
    tiny: f64,
}

impl Triple {
    /// With a product and its rounding error added; `None` when it is no longer finite.
    #[inline]
    fn plus(self, [product, product_error]: [f64; 2]) -> Option<Self> {
        let (high, high_error) = add(self.high, product);
        let (low, low_error) = add(self.low, product_error);
        let (low, error) = add(low, high_error);
        high.is_finite().then_some(Triple {
            high,
            low,
            tiny: self.tiny + low_error + error,
        })
    }

    fn value(self) -> f64 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(start: f64, pairs: &[[f64; 2]]) -> f64 {
        let mut sum = SumOfProducts::new(start);
        assert!(pairs.iter().all(|&[x, y]| sum.add(x, y)));
        sum.value()
    }

    #[test]
    fn sums_that_cancel() {
        let pairs = [[1e16, 1.0], [1.0, 1.0], [-1e16, 1.0], [1e-30, 1.0]];
        assert_eq!(sum(0.0, &pairs), 1.0);
        assert_eq!(sum(2.0, &pairs.repeat(100)), 102.0);
    }

    #[test]
    fn sums_that_overflow() {
        assert_eq!(sum(0.0, &[[f64::MAX, 2.0], [1.0, 1.0]]), f64::INFINITY);
        assert!(sum(0.0, &[[f64::MAX, 2.0], [f64::MIN, 2.0]]).is_nan());
        let mut endless = SumOfProducts::new(0.0);
        let added = (0..).take_while(|_| endless.add(f64::MAX, 1.0)).count();
        assert_eq!(added, BLOCK - 1);
        assert_eq!(endless.value(), f64::INFINITY);
    }
}
