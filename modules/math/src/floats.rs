//! Other functions of floats.

use std::ffi::c_int;

use corten_api::prelude::*;
use corten_libm as libm;

use crate::fault::{self, Fault};
use crate::float;
#[cfg(Py_3_12)]
use crate::steps;

/// The angle of the point (x, y) in radians, from -pi to pi: the arc tangent of y/x in the right quadrant.
#[pyfunction(signature = (y, x, /))]
pub(crate) fn atan2(y: f64, x: f64) -> f64 {
    // Before Python 3.14, NaN is always the same.
    if cfg!(not(Py_3_14)) && (x.is_nan() || y.is_nan()) {
        return f64::NAN;
    }
    libm::atan2(y, x)
}

/// A float with the magnitude of x and the sign of y.
#[pyfunction(signature = (x, y, /))]
pub(crate) fn copysign(x: f64, y: f64) -> f64 {
    x.copysign(y)
}

/// x * y + z, rounded only once.
#[cfg(Py_3_13)]
#[pyfunction(signature = (x, y, z, /))]
pub(crate) fn fma(py: Python<'_>, x: f64, y: f64, z: f64) -> PyResult<f64> {
    let value = libm::fma(x, y, z);
    if value.is_finite() {
        return Ok(value);
    }
    if value.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
        return Err(PyValueError::raise(py, "invalid operation in fma"));
    }
    if value.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(PyOverflowError::raise(py, "overflow in fma"));
    }
    Ok(value)
}

/// What is left of x when y is taken away as often as possible, with the sign of x. Unlike that of x % y.
#[pyfunction(signature = (x, y, /))]
pub(crate) fn fmod(py: Python<'_>, x: f64, y: f64) -> PyResult<f64> {
    fault::of_two(py, x, y, libm::fmod(x, y))
}

/// The pair (m, e) with x == m * 2**e: a float m with 0.5 <= abs(m) < 1, and an int e.
///
/// For zeros, infinities and NaN: (x, 0).
#[pyfunction(signature = (x, /))]
pub(crate) fn frexp(x: f64) -> (f64, i32) {
    float::frexp(x)
}

/// Whether a and b are close to each other.
///
///   rel_tol
///     the largest difference that is close, relative to the larger magnitude
///   abs_tol
///     the largest difference that is close in any case
///
/// NaN is close to nothing, an infinity to itself only.
#[pyfunction(signature = (a, b, *, rel_tol = 1e-09, abs_tol = 0.0))]
pub(crate) fn isclose(
    py: Python<'_>,
    a: f64,
    b: f64,
    rel_tol: f64,
    abs_tol: f64,
) -> PyResult<bool> {
    if rel_tol < 0.0 || abs_tol < 0.0 {
        return Err(PyValueError::raise(py, "tolerances must be non-negative"));
    }
    if a == b {
        return Ok(true);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(false);
    }
    let difference = (b - a).abs();
    Ok(difference <= (rel_tol * b).abs()
        || difference <= (rel_tol * a).abs()
        || difference <= abs_tol)
}

/// Whether x is neither infinite nor NaN.
#[pyfunction(signature = (x, /))]
pub(crate) fn isfinite(x: f64) -> bool {
    x.is_finite()
}

/// Whether x is infinite.
#[pyfunction(signature = (x, /))]
pub(crate) fn isinf(x: f64) -> bool {
    x.is_infinite()
}

/// Whether x is NaN, not a number.
#[pyfunction(signature = (x, /))]
pub(crate) fn isnan(x: f64) -> bool {
    x.is_nan()
}

/// x * 2**i: what frexp() takes apart.
#[pyfunction(signature = (x, i, /))]
pub(crate) fn ldexp(py: Python<'_>, x: f64, i: &Bound<'_, PyAny>) -> PyResult<f64> {
    let Some(exponent) = i.cast::<PyInt>() else {
        return Err(PyTypeError::raise(
            py,
            "Expected an int as second argument to ldexp.",
        ));
    };
    if x == 0.0 || !x.is_finite() {
        return Ok(x);
    }
    let small = exponent.to_i64().and_then(|e| c_int::try_from(e).ok());
    let value = match small {
        Some(exponent) => libm::ldexp(x, exponent),
        None if exponent.is_negative() => 0f64.copysign(x),
        None => f64::INFINITY,
    };
    if value.is_infinite() {
        return Err(Fault::Range.raise(py));
    }
    Ok(value)
}

/// The fraction and the whole part of x, both floats with its sign.
#[pyfunction(signature = (x, /))]
pub(crate) fn modf(x: f64) -> (f64, f64) {
    float::modf(x)
}

/// The next float after x on the way to y.
///
/// With steps, that many floats on, but not past y.
#[cfg(Py_3_12)]
#[pyfunction(signature = (x, y, /, *, steps = None))]
pub(crate) fn nextafter(x: f64, y: f64, steps: Option<&Bound<'_, PyAny>>) -> PyResult<f64> {
    let Some(steps) = steps else {
        return Ok(libm::nextafter(x, y));
    };
    let short = steps.cast::<PyInt>().and_then(Bound::to_i64);
    let count = match short.map(u64::try_from) {
        Some(Ok(count)) => count,
        _ => long_count(steps)?,
    };
    Ok(steps::step(x, y, count))
}

/// A number of steps, or so many that there are fewer floats.
#[cfg(Py_3_12)]
#[cold]
fn long_count(steps: &Bound<'_, PyAny>) -> PyResult<u64> {
    let (py, steps) = (steps.py(), steps.index()?);
    if steps.is_negative() {
        return Err(PyValueError::raise(
            py,
            "steps must be a non-negative integer",
        ));
    }
    // There are fewer floats than 2^64.
    let fits = steps.bit_length().is_ok_and(|bits| bits <= 64);
    Ok(match fits {
        true => steps.to_u64_wrapping(),
        false => u64::MAX,
    })
}

/// The next float after x on the way to y.
#[cfg(not(Py_3_12))]
#[pyfunction(signature = (x, y, /))]
pub(crate) fn nextafter(x: f64, y: f64) -> f64 {
    libm::nextafter(x, y)
}

/// x to the power of y, as a float.
#[pyfunction(signature = (x, y, /))]
pub(crate) fn pow(py: Python<'_>, x: f64, y: f64) -> PyResult<f64> {
    let value = libm::pow(x, y);
    if value.is_finite() || !x.is_finite() || !y.is_finite() {
        return Ok(value);
    }
    Err(if value.is_nan() || x == 0.0 {
        Fault::Domain.raise(py)
    } else {
        Fault::Range.raise(py)
    })
}

/// What is left of x when the nearest multiple of y is taken away, of two equally near ones the even. Exact.
#[pyfunction(signature = (x, y, /))]
pub(crate) fn remainder(py: Python<'_>, x: f64, y: f64) -> PyResult<f64> {
    fault::of_two(py, x, y, float::remainder(x, y))
}

/// The value of the last bit of x.
#[pyfunction(signature = (x, /))]
pub(crate) fn ulp(x: f64) -> f64 {
    float::ulp(x)
}
