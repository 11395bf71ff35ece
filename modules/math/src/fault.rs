//! How functions of floats fail.

use corten_api::prelude::*;

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The function is not defined there, or has a pole.
    Domain,
    /// The value is too large for a float.
    Range,
}

impl Fault {
    #[cold]
    pub(crate) fn raise(self, py: Python<'_>) -> PyErr {
        match self {
            Fault::Domain => PyValueError::raise(py, "math domain error"),
            Fault::Range => PyOverflowError::raise(py, "math range error"),
        }
    }

    /// As [`raise`](Self::raise); from Python 3.14 on domain errors tell what was `expected` and that it
    /// was not `x`.
    #[cold]
    pub(crate) fn raise_for(self, py: Python<'_>, expected: &str, x: f64) -> PyErr {
        if cfg!(not(Py_3_14)) || self == Fault::Range {
            return self.raise(py);
        }
        let got = PyFloat::new(py, x).and_then(|x| x.as_any().repr());
        match got.as_ref().map(|text| text.to_str()) {
            Ok(Ok(text)) => PyValueError::raise(py, format_args!("{expected}, got {text}")),
            _ => PyErr::no_memory(py),
        }
    }
}

/// The `value` of a function with neither poles nor an end to its domain: infinite means too large.
#[inline]
pub(crate) fn unless_too_large(py: Python<'_>, x: f64, value: f64) -> PyResult<f64> {
    if value.is_infinite() && x.is_finite() {
        return Err(Fault::Range.raise(py));
    }
    Ok(value)
}

/// The `value` of a function that never gets too large, but is not defined everywhere, or has poles.
#[inline]
pub(crate) fn if_defined(py: Python<'_>, x: f64, value: f64, expected: &str) -> PyResult<f64> {
    let undefined = !value.is_finite()
        && (value.is_nan() && !x.is_nan() || value.is_infinite() && x.is_finite());
    if undefined {
        return Err(Fault::Domain.raise_for(py, expected, x));
    }
    Ok(value)
}

/// The `value` of a function of two arguments.
#[inline]
pub(crate) fn of_two(py: Python<'_>, x: f64, y: f64, value: f64) -> PyResult<f64> {
    if value.is_finite() {
        return Ok(value);
    }
    if value.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(Fault::Domain.raise(py));
    }
    if value.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(Fault::Range.raise(py));
    }
    Ok(value)
}
