//! Factorials, permutations and combinations.

use corten_api::prelude::*;

use crate::counting;

/// n!, the number of ways to order n items.
#[pyfunction(signature = (n, /))]
pub(crate) fn factorial<'py>(
    py: Python<'py>,
    n: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let short = short(n);
    if let Some(factorial) = short.and_then(counting::short_factorial) {
        return factorial.into_py(py);
    }
    match short.and_then(counting::factorial) {
        Some(bytes) => PyInt::from_le_bytes(py, bytes).map(Bound::into_any),
        None => long_factorial(py, n),
    }
}

#[inline(never)]
fn long_factorial<'py>(py: Python<'py>, n: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let int = int(n)?;
    let n = match int.to_i64() {
        Some(n) if n >= 0 => n as u64,
        None if !int.is_negative() => {
            let text = format_args!("factorial() argument should not exceed {}", i64::MAX);
            return Err(PyOverflowError::raise(py, text));
        }
        _ => {
            return Err(PyValueError::raise(
                py,
                "factorial() not defined for negative values",
            ));
        }
    };
    let twos = PyInt::from_u64(py, counting::twos(n))?;
    odd_part(py, n)?.lshift(&twos)
}

/// The odd part of n!, the product over all i of the odd numbers up to n / 2^i.
///
/// Each i needs the numbers of the one above, and as many more (Luschny's binary split).
fn odd_part(py: Python<'_>, n: u64) -> PyResult<Bound<'_, PyAny>> {
    let one = PyInt::from_u64(py, 1)?.into_any();
    let (mut inner, mut outer) = (one.clone(), one);
    let mut first = 3;
    for halvings in (0..n.ilog2()).rev() {
        let bound = n >> halvings;
        let last = (bound - 1) | 1;
        if last < first {
            continue;
        }
        inner = inner.mul(&odd_product(py, first, last)?)?;
        outer = outer.mul(&inner)?;
        first = last + 2;
    }
    Ok(outer)
}

/// The product of the odd numbers from `first` to `last`, by halves, as long numbers multiply best with
/// numbers as long.
fn odd_product(py: Python<'_>, first: u64, last: u64) -> PyResult<Bound<'_, PyAny>> {
    let count = (last - first) / 2 + 1;
    let bits = u64::from(64 - last.leading_zeros());
    if count.saturating_mul(bits) <= 128 {
        return counting::odd_product(first, last).into_py(py);
    }
    let middle = first + count / 2 * 2;
    odd_product(py, first, middle - 2)?.mul(&odd_product(py, middle, last)?)
}

/// The number of ways to choose k of n items in order, without taking one twice: n! / (n - k)!.
///
/// Zero when k > n. Without k, all n: n!.
#[pyfunction(signature = (n, k = None, /))]
pub(crate) fn perm<'py>(
    py: Python<'py>,
    n: &Bound<'py, PyAny>,
    k: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let Some(k) = k else {
        return factorial(py, n);
    };
    match short_counts(n, k).and_then(|(n, k)| counting::permutations(n, k)) {
        Some(count) => count.into_py(py),
        None => long_permutations(py, n, k),
    }
}

#[inline(never)]
fn long_permutations<'py>(
    py: Python<'py>,
    n: &Bound<'py, PyAny>,
    k: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let (n, k) = counts(n, k)?;
    if n.as_any().compare(&k, CompareOp::Lt)? {
        return PyInt::from_u64(py, 0).map(Bound::into_any);
    }
    let Some(k) = k.to_i64() else {
        let text = format_args!("k must not exceed {}", i64::MAX);
        return Err(PyOverflowError::raise(py, text));
    };
    Kind::Permutations.count(&n, k as u64)
}

/// The number of ways to choose k of n items, in no order, without taking one twice: n! / (k! * (n - k)!).
///
/// Zero when k > n. Also called the binomial coefficient, as it is that of x**k in (1 + x)**n.
#[pyfunction(signature = (n, k, /))]
pub(crate) fn comb<'py>(
    py: Python<'py>,
    n: &Bound<'py, PyAny>,
    k: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let short = short_counts(n, k)
        .map(|(n, k)| (n, k.min(n - k)))
        .filter(|(_, k)| *k >= 2)
        .and_then(|(n, k)| counting::combinations(n, k));
    match short {
        Some(count) => count.into_py(py),
        None => long_combinations(py, n, k),
    }
}

#[inline(never)]
fn long_combinations<'py>(
    py: Python<'py>,
    n: &Bound<'py, PyAny>,
    k: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let (n, k) = counts(n, k)?;
    let k = match (n.to_i64(), k.to_i64()) {
        (Some(n), Some(k)) if k <= n => k.min(n - k),
        (Some(_), _) => return PyInt::from_u64(py, 0).map(Bound::into_any),
        (None, _) => {
            let rest = n.as_any().sub(&k)?.index()?;
            if rest.is_negative() {
                return PyInt::from_u64(py, 0).map(Bound::into_any);
            }
            let smaller = match rest.as_any().compare(&k, CompareOp::Lt)? {
                true => rest,
                false => k,
            };
            smaller.to_i64().ok_or_else(|| {
                let text = format_args!("min(n - k, k) must not exceed {}", i64::MAX);
                PyOverflowError::raise(py, text)
            })?
        }
    };
    Kind::Combinations.count(&n, k as u64)
}

/// The value of an int that is short and not negative: those that there are answers at hand for.
#[inline]
fn short(object: &Bound<'_, PyAny>) -> Option<u64> {
    let value = object.cast_exact::<PyInt>()?.to_i64()?;
    u64::try_from(value).ok()
}

#[inline]
fn int<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyInt>> {
    match object.cast_exact::<PyInt>() {
        Some(int) => Ok(int.clone()),
        None => object.index(),
    }
}

/// Both values, if they are short, and k is from 2 to n: nothing to count otherwise.
#[inline]
fn short_counts(n: &Bound<'_, PyAny>, k: &Bound<'_, PyAny>) -> Option<(u64, u64)> {
    let (n, k) = (short(n)?, short(k)?);
    (2..=n).contains(&k).then_some((n, k))
}

/// Both arguments as ints that are not negative.
#[inline]
fn counts<'py>(
    n: &Bound<'py, PyAny>,
    k: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyInt>, Bound<'py, PyInt>)> {
    let (n, k) = (int(n)?, int(k)?);
    for (name, int) in [("n", &n), ("k", &k)] {
        if int.is_negative() {
            return Err(PyValueError::raise(
                int.py(),
                format_args!("{name} must be a non-negative integer"),
            ));
        }
    }
    Ok((n, k))
}

/// What is counted: with j < k,
///
///   P(n, k) = P(n, j) · P(n - j, k - j)
///   C(n, k) = C(n, j) · C(n - j, k - j) / C(k, j)
///
/// With j about k / 2, the factors are about as long, which multiply best.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Permutations,
    Combinations,
}

impl Kind {
    fn count<'py>(self, n: &Bound<'py, PyInt>, k: u64) -> PyResult<Bound<'py, PyAny>> {
        let py = n.py();
        match (n.to_i64(), k) {
            (_, 0) => PyInt::from_u64(py, 1).map(Bound::into_any),
            (_, 1) => Ok(n.as_any().clone()),
            (Some(n), _) => self.count_short(py, n as u64, k),
            (None, _) => {
                let j = k / 2;
                let rest = n.as_any().sub(&PyInt::from_u64(py, j)?)?.index()?;
                let product = self.count(n, j)?.mul(&self.count(&rest, k - j)?)?;
                self.divide(product, k, j)
            }
        }
    }

    fn count_short(self, py: Python<'_>, n: u64, k: u64) -> PyResult<Bound<'_, PyAny>> {
        let short = match self {
            Kind::Permutations => counting::permutations(n, k),
            Kind::Combinations => counting::combinations(n, k),
        };
        if let Some(count) = short {
            return count.into_py(py);
        }
        let j = k / 2;
        let product = self.count_short(py, n, j)?;
        let product = product.mul(&self.count_short(py, n - j, k - j)?)?;
        self.divide(product, k, j)
    }

    fn divide<'py>(
        self,
        product: Bound<'py, PyAny>,
        k: u64,
        j: u64,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Kind::Permutations => Ok(product),
            Kind::Combinations => product.floor_div(&self.count_short(product.py(), k, j)?),
        }
    }
}
