//! Functions of ints of any size.

use corten_api::prelude::*;

/// The greatest common divisor.
#[pyfunction(signature = (*integers), text_signature = "($module, *integers)")]
#[cfg(not(Py_3_14))]
pub(crate) fn gcd<'py>(
    py: Python<'py>,
    integers: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<Bound<'py, PyInt>> {
    fold(py, integers, 0, short_gcd, long_gcd)
}

/// The greatest common divisor.
#[pyfunction(signature = (*integers))]
#[cfg(Py_3_14)]
pub(crate) fn gcd<'py>(
    py: Python<'py>,
    integers: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<Bound<'py, PyInt>> {
    fold(py, integers, 0, short_gcd, long_gcd)
}

/// The least common multiple.
#[pyfunction(signature = (*integers), text_signature = "($module, *integers)")]
#[cfg(not(Py_3_14))]
pub(crate) fn lcm<'py>(
    py: Python<'py>,
    integers: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<Bound<'py, PyInt>> {
    fold(py, integers, 1, short_lcm, long_lcm)
}

/// The least common multiple.
#[pyfunction(signature = (*integers))]
#[cfg(Py_3_14)]
pub(crate) fn lcm<'py>(
    py: Python<'py>,
    integers: &[Borrowed<'_, 'py, PyAny>],
) -> PyResult<Bound<'py, PyInt>> {
    fold(py, integers, 1, short_lcm, long_lcm)
}

/// Combines two magnitudes, if the result is one that fits.
type Short = fn(u64, u64) -> Option<u64>;

/// Combines two ints of any size and sign.
type Long = for<'py> fn(&Bound<'py, PyInt>, &Bound<'py, PyInt>) -> PyResult<Bound<'py, PyInt>>;

/// Combines the integers one after the other, beginning with `neutral`.
#[inline]
fn fold<'py>(
    py: Python<'py>,
    integers: &[Borrowed<'_, 'py, PyAny>],
    neutral: u64,
    short: Short,
    long: Long,
) -> PyResult<Bound<'py, PyInt>> {
    let mut result = neutral;
    for (index, integer) in integers.iter().enumerate() {
        let value = integer.cast_exact::<PyInt>().and_then(Bound::to_i64);
        match value.and_then(|value| short(result, value.unsigned_abs())) {
            Some(next) => result = next,
            None if index == 0 => {
                let first = into_int(integer.index()?.as_any().abs()?)?;
                return fold_long(first, &integers[1..], long);
            }
            None => return fold_long(PyInt::from_u64(py, result)?, &integers[index..], long),
        }
    }
    PyInt::from_u64(py, result)
}

#[inline(never)]
fn fold_long<'py>(
    mut result: Bound<'py, PyInt>,
    integers: &[Borrowed<'_, 'py, PyAny>],
    combine: Long,
) -> PyResult<Bound<'py, PyInt>> {
    for integer in integers {
        result = combine(&result, &integer.index()?)?;
    }
    Ok(result)
}

/// Stein's binary algorithm. It takes a step for each bit or two, so that a division comes first: one number may be much
/// smaller than the other.
fn short_gcd(a: u64, b: u64) -> Option<u64> {
    let (mut a, mut b) = (a.max(b), a.min(b));
    if b == 0 {
        return Some(a);
    }
    a %= b;
    if a == 0 {
        return Some(b);
    }
    let twos = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    b >>= b.trailing_zeros();
    while a != b {
        let difference = a.abs_diff(b);
        b = a.min(b);
        a = difference >> difference.trailing_zeros();
    }
    Some(a << twos)
}

fn long_gcd<'py>(a: &Bound<'py, PyInt>, b: &Bound<'py, PyInt>) -> PyResult<Bound<'py, PyInt>> {
    match a.to_i64() {
        Some(1) => Ok(a.clone()), // whatever b is
        _ => a.gcd(b),
    }
}

fn short_lcm(a: u64, b: u64) -> Option<u64> {
    if a == 0 || b == 0 {
        return Some(0);
    }
    (a / short_gcd(a, b)?).checked_mul(b)
}

fn long_lcm<'py>(a: &Bound<'py, PyInt>, b: &Bound<'py, PyInt>) -> PyResult<Bound<'py, PyInt>> {
    if a.to_i64() == Some(0) || b.to_i64() == Some(0) {
        return PyInt::from_u64(a.py(), 0);
    }
    let quotient = a.as_any().floor_div(&long_gcd(a, b)?)?;
    into_int(quotient.mul(b)?.abs()?)
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
