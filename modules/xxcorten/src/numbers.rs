//! Numbers: operators, conversions, and iterating over them.

use corten_api::prelude::*;

use crate::State;

/// Whatever the operators make of two objects, None where there is an error: `+ - * / // << >>`.
#[pyfunction(signature = (left, right, /))]
pub(crate) fn operators<'py>(
    py: Python<'py>,
    left: &Bound<'py, PyAny>,
    right: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyTuple>> {
    let results = [
        left.add(right),
        left.sub(right),
        left.mul(right),
        left.true_div(right),
        left.floor_div(right),
        left.lshift(right),
        left.rshift(right),
    ];
    PyTuple::new(
        py,
        results.map(|result| result.unwrap_or_else(|_| py.none())),
    )
}

/// The absolute value.
#[pyfunction(signature = (object, /))]
pub(crate) fn absolute<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    object.abs()
}

/// The greatest common divisor.
#[pyfunction(signature = (a, b, /))]
pub(crate) fn gcd<'py>(
    a: &Bound<'py, PyInt>,
    b: &Bound<'py, PyInt>,
) -> PyResult<Bound<'py, PyInt>> {
    a.gcd(b)
}

/// An int's number of bits, its fraction and exponent, and as a float.
#[pyfunction(signature = (int, /))]
pub(crate) fn int_parts(int: &Bound<'_, PyInt>) -> PyResult<(u64, f64, i64, f64)> {
    let (fraction, exponent) = int.frexp()?;
    let value = int.to_f64().unwrap_or(f64::INFINITY);
    Ok((int.bit_length()?, fraction, exponent, value))
}

/// A float as an int.
#[pyfunction(signature = (x, /))]
pub(crate) fn truncated(py: Python<'_>, x: f64) -> PyResult<Bound<'_, PyInt>> {
    PyInt::from_f64(py, x)
}

/// 2**bits - 1.
#[pyfunction(signature = (bits, /))]
pub(crate) fn ones(bits: u32) -> u128 {
    u128::MAX.checked_shr(128 - bits.min(128)).unwrap_or(0)
}

/// The mirror image of a complex number.
#[pyfunction(signature = (z, /))]
pub(crate) fn conjugate<'py>(
    py: Python<'py>,
    z: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyComplex>> {
    let (real, imag) = z.to_complex()?;
    PyComplex::new(py, real, -imag)
}

/// The items of an iterable, with the kinds that Rust sees them as.
#[pyfunction(signature = (iterable, /))]
pub(crate) fn kinds<'py>(
    py: Python<'py>,
    iterable: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    kinds_of(py, iterable.numbers()?)
}

fn kinds_of<'py>(py: Python<'py>, numbers: Numbers<'py>) -> PyResult<Bound<'py, PyList>> {
    let found = PyList::empty(py)?;
    for number in numbers {
        let kind = match number? {
            Number::Float(value) => ("float", value).into_py(py)?,
            Number::Int(value) => ("int", value).into_py(py)?,
            Number::Other(object) => ("other", object.call0().unwrap_or(object)).into_py(py)?,
        };
        found.append(&kind)?;
    }
    Ok(found)
}

/// The numbers that can be seen at the beginning of an iterable, as floats, and the kinds of what comes then.
#[pyfunction(signature = (iterable, /))]
pub(crate) fn seen_ahead<'py>(
    py: Python<'py>,
    iterable: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyList>)> {
    let (mut numbers, seen) = (iterable.numbers()?, PyList::empty(py)?);
    while let Some(number) = numbers.peek_after(seen.len()) {
        seen.append(&(number.value, number.is_float).into_py(py)?)?;
    }
    numbers.skip_seen(seen.len());
    Ok((seen, kinds_of(py, numbers)?))
}

/// What the type's `__special__` returns, or NotImplemented when it has none.
#[pyfunction(signature = (object, /))]
pub(crate) fn special<'py>(
    module: &Bound<'py, PyModule>,
    object: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = object.py();
    let name = module.state::<State>()?.special.bind(py);
    let result = object.call_special(name)?;
    Ok(result.unwrap_or_else(|| py.not_implemented()))
}

/// A tuple of the items.
#[pyfunction(signature = (iterable, /))]
pub(crate) fn as_tuple<'py>(iterable: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    iterable.to_tuple()
}
