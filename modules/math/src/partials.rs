//! Exact sums in the order of the items, as CPython makes them.
//!
//! After Shewchuk, "Adaptive precision floating-point arithmetic" (1997): the sum is kept as floats that
//! do not overlap, the smallest first. The order matters for one thing only: whether a sum on the
//! way is too large.

use smallvec::SmallVec;

/// What makes a sum impossible.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// A sum on the way is too large.
    Overflow,
    /// There is no memory.
    NoMemory,
    /// Infinities of both signs.
    OppositeInfinities,
}

/// A sum of floats.
#[derive(Default)]
pub(crate) struct Partials {
    /// None is zero.
    partials: SmallVec<[f64; 32]>,
    /// The sum of what is infinite or not a number.
    special: f64,
    /// The sum of what is infinite.
    infinite: f64,
}

impl Partials {
    /// Adds x.
    #[inline]
    pub(crate) fn add(&mut self, x: f64) -> Result<(), Failure> {
        let mut carried = x;
        let mut kept = 0;
        let partials = self.partials.as_mut_slice();
        for index in 0..partials.len() {
            let (sum, error) = add(carried, partials[index]);
            if error != 0.0 {
                partials[kept] = error;
                kept += 1;
            }
            carried = sum;
        }
        self.partials.truncate(kept);
        if carried == 0.0 {
            return Ok(());
        }
        if !carried.is_finite() {
            return self.add_special(x);
        }
        if self.partials.try_reserve(1).is_err() {
            return Err(Failure::NoMemory);
        }
        self.partials.push(carried);
        Ok(())
    }

    #[cold]
    fn add_special(&mut self, x: f64) -> Result<(), Failure> {
        if x.is_finite() {
            return Err(Failure::Overflow);
        }
        if x.is_infinite() {
            self.infinite += x;
        }
        self.special += x;
        self.partials.clear();
        Ok(())
    }

    /// The nearest float, ties to even.
    pub(crate) fn value(&self) -> Result<f64, Failure> {
        if self.special != 0.0 {
            return if self.infinite.is_nan() {
                Err(Failure::OppositeInfinities)
            } else {
                Ok(self.special)
            };
        }
        let mut rest = self.partials.iter().rev().copied();
        let Some(mut sum) = rest.next() else {
            return Ok(0.0);
        };
        while let Some(partial) = rest.next() {
            let larger = sum;
            sum = larger + partial;
            let error = partial - (sum - larger);
            if error != 0.0 {
                return Ok(round_half_even(sum, error, rest.next()));
            }
        }
        Ok(sum)
    }
}

/// The sum of two floats and its rounding error (Knuth). Nothing waits for which of them is larger.
#[inline]
fn add(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let from_b = sum - a;
    let error = (a - (sum - from_b)) + (b - from_b);
    if error.is_nan() {
        return add_by_size(a, b);
    }
    (sum, error)
}

/// The same for floats that are too large for that (Dekker).
#[cold]
fn add_by_size(a: f64, b: f64) -> (f64, f64) {
    let (larger, smaller) = if a.abs() < b.abs() { (b, a) } else { (a, b) };
    let sum = larger + smaller;
    (sum, smaller - (sum - larger))
}

/// The sum, whose rounding left `error`: it was a tie only if nothing of that sign is below.
fn round_half_even(sum: f64, error: f64, below: Option<f64>) -> f64 {
    let same_sign = below.is_some_and(|below| (below < 0.0) == (error < 0.0));
    let double = 2.0 * error;
    let other = sum + double;
    if same_sign && other - sum == double {
        other
    } else {
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(items: &[f64]) -> Result<f64, Failure> {
        let mut partials = Partials::default();
        items.iter().try_for_each(|&x| partials.add(x))?;
        partials.value()
    }

    #[test]
    fn sums_are_exact() {
        assert_eq!(sum(&[]), Ok(0.0));
        assert_eq!(sum(&[1e100, 1.0, -1e100]), Ok(1.0));
        assert_eq!(sum(&[1e16, 1.0, 1e-16]), Ok(10_000_000_000_000_002.0));
        assert_eq!(sum(&[1e16, 1.0]), Ok(1e16));
    }

    #[test]
    fn the_order_matters_near_the_end() {
        assert_eq!(sum(&[1e308, -1e308, 1e308]), Ok(1e308));
        assert_eq!(sum(&[1e308, 1e308, -1e308]), Err(Failure::Overflow));
    }

    #[test]
    fn special_values() {
        let infinity = f64::INFINITY;
        assert_eq!(sum(&[1.0, infinity, 2.0]), Ok(infinity));
        assert_eq!(
            sum(&[infinity, -infinity]),
            Err(Failure::OppositeInfinities)
        );
        assert!(sum(&[1.0, f64::NAN]).unwrap().is_nan());
    }

    #[test]
    fn many_partials() {
        let items: Vec<f64> = (-1000..1000).step_by(54).map(|e| 2f64.powi(e)).collect();
        let mut all = items.clone();
        all.extend(items.iter().map(|x| -x));
        all.push(1.5);
        assert_eq!(sum(&all), Ok(1.5));
    }
}
