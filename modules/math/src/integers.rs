//! Functions of ints of any size.

use corten_api::prelude::*;

/// The greatest common divisor.
#[pyfunction(signature = (*integers), text_signature = "($module, *integers)")]
#[cfg(not(Py_3_14))]
pub(crate) fn gcd<'py>(
    py: Python<'py>,
    integers: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<Bound<'py, PyAny>> {
    fold(py, integers, 0, greatest_common_divisor)
}

/// The greatest common divisor.
#[pyfunction(signature = (*integers))]
#[cfg(Py_3_14)]
pub(crate) fn gcd<'py>(
    py: Python<'py>,
    integers: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<Bound<'py, PyAny>> {
    fold(py, integers, 0, greatest_common_divisor)
}

/// The least common multiple.
#[pyfunction(signature = (*integers), text_signature = "($module, *integers)")]
#[cfg(not(Py_3_14))]
pub(crate) fn lcm<'py>(
    py: Python<'py>,
    integers: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<Bound<'py, PyAny>> {
    fold(py, integers, 1, least_common_multiple)
}

/// The least common multiple.
#[pyfunction(signature = (*integers))]
#[cfg(Py_3_14)]
pub(crate) fn lcm<'py>(
    py: Python<'py>,
    integers: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<Bound<'py, PyAny>> {
    fold(py, integers, 1, least_common_multiple)
}

type Combine = for<'py> fn(&Bound<'py, PyInt>, &Bound<'py, PyInt>) -> PyResult<Bound<'py, PyInt>>;

/// Combines the integers one after the other; `neutral` if there are none.
#[inline]
fn fold<'py>(
    py: Python<'py>,
    integers: &[Borrowed<'_, 'py, PyAny>],
    neutral: i64,
    combine: Combine,
) -> PyResult<Bound<'py, PyAny>> {
    if let [a, b] = integers
        && let (Some(a), Some(b)) = (a.cast_exact::<PyInt>(), b.cast_exact::<PyInt>())
    {
        return combine(a, b).map(Bound::into_any);
    }
    let Some((first, rest)) = integers.split_first() else {
        return PyInt::from_i64(py, neutral).map(Bound::into_any);
    };
    let mut result = first.index()?;
    if rest.is_empty() {
        return result.as_any().abs();
    }
    for integer in rest {
        result = combine(&result, &integer.index()?)?;
    }
    Ok(result.into_any())
}

fn greatest_common_divisor<'py>(
    a: &Bound<'py, PyInt>,
    b: &Bound<'py, PyInt>,
) -> PyResult<Bound<'py, PyInt>> {
    match (a.to_i64(), b.to_i64()) {
        (Some(a_value), Some(b_value)) => PyInt::from_u64(
            a.py(),
            short_gcd(a_value.unsigned_abs(), b_value.unsigned_abs()),
        ),
        _ => a.gcd(b),
    }
}

fn least_common_multiple<'py>(
    a: &Bound<'py, PyInt>,
    b: &Bound<'py, PyInt>,
) -> PyResult<Bound<'py, PyInt>> {
    let py = a.py();
    if let (Some(a), Some(b)) = (a.to_i64(), b.to_i64()) {
        let (a, b) = (a.unsigned_abs(), b.unsigned_abs());
        if a == 0 || b == 0 {
            return PyInt::from_u64(py, 0);
        }
        if let Some(multiple) = (a / short_gcd(a, b)).checked_mul(b) {
            return PyInt::from_u64(py, multiple);
        }
    } else if a.to_i64() == Some(0) || b.to_i64() == Some(0) {
        return PyInt::from_u64(py, 0);
    }
    let quotient = a.as_any().floor_div(&a.gcd(b)?)?;
    into_int(quotient.mul(b)?.abs()?)
}

/// Stein's binary algorithm.
fn short_gcd(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let twos = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    b >>= b.trailing_zeros();
    while a != b {
        let difference = a.abs_diff(b);
        b = a.min(b);
        a = difference >> difference.trailing_zeros();
    }
    a << twos
}

/// What an operator has made of ints that are no instances of subclasses.
fn into_int(object: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyInt>> {
    object.cast_into().or_else(|object| object.index())
}

/// The whole part of the square root of n.
#[pyfunction(signature = (n, /))]
pub(crate) fn isqrt<'py>(py: Python<'py>, n: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let n = match n.cast_exact::<PyInt>() {
        Some(n) => n.clone(),
        None => n.index()?,
    };
    if let Some(n) = n.to_i64() {
        return match u64::try_from(n) {
            Ok(n) => PyInt::from_u64(py, n.isqrt()).map(Bound::into_any),
            Err(_) => Err(negative_root(py)),
        };
    }
    if n.is_negative() {
        return Err(negative_root(py));
    }
    long_isqrt(&n)
}

#[cold]
fn negative_root(py: Python<'_>) -> PyErr {
    PyValueError::raise(py, "isqrt() argument must be nonnegative")
}

/// The root of a large n, by Newton's iteration with growing precision.
///
/// With 4^c <= n < 4^(c + 1), the root has c + 1 bits. A root of d + 1 bits, at most 1 off, is that of
/// n >> 2(c - d); each step doubles d, and the last one arrives at c. Linear in the time of a division.
fn long_isqrt<'py>(n: &Bound<'py, PyInt>) -> PyResult<Bound<'py, PyAny>> {
    let py = n.py();
    let shifted = |bits: u64| n.as_any().rshift(&PyInt::from_u64(py, bits)?);
    let c = (n.bit_length()? - 1) / 2;
    let mut steps = (c / 64 + 1).next_power_of_two().trailing_zeros();
    while c >> steps > 63 {
        steps += 1;
    }
    let mut d = c >> steps;
    let head = into_int(shifted(2 * (c - d))?)?;
    let high = into_int(head.as_any().rshift(&PyInt::from_u64(py, 64)?)?)?;
    let head = u128::from(high.to_u64_wrapping()) << 64 | u128::from(head.to_u64_wrapping());
    let mut root = PyInt::from_u64(py, head.isqrt() as u64)?.into_any();
    if steps == 0 {
        return Ok(root);
    }
    for step in (0..steps).rev() {
        let known = d;
        d = c >> step;
        let quotient = shifted(2 * c - known - d + 1)?.floor_div(&root)?;
        root = root
            .lshift(&PyInt::from_u64(py, d - 1 - known)?)?
            .add(&quotient)?;
    }
    if root.mul(&root)?.compare(n, CompareOp::Gt)? {
        return root.sub(&PyInt::from_u64(py, 1)?);
    }
    Ok(root)
}
