//! Logarithms, also of ints too large for floats.

use corten_api::prelude::*;
use corten_libm as libm;

use crate::fault;

/// What is expected, from Python 3.14 on.
const POSITIVE: &str = "expected a positive input";

/// log(x, [base=math.e])
/// The logarithm of x to the given base, or the natural one.
#[cfg(Py_3_12)]
#[pyfunction(signature = (x, base = Given(None), /), text_signature = "")]
pub(crate) fn log<'py>(
    py: Python<'py>,
    x: &Bound<'py, PyAny>,
    base: Given<'_, 'py>,
) -> PyResult<f64> {
    log_to(py, x, base.0)
}

/// log(x, [base=math.e])
/// The logarithm of x to the given base, or the natural one.
#[cfg(not(Py_3_12))]
#[pyfunction(signature = (*args, **kwargs), text_signature = "")]
pub(crate) fn log<'py>(
    py: Python<'py>,
    args: &[Borrowed<'_, 'py, PyAny>],
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<f64> {
    if kwargs.is_some() {
        return Err(PyTypeError::raise(py, "log() takes no keyword arguments"));
    }
    match args {
        [x] => log_to(py, x, None),
        [x, base] => log_to(py, x, Some(base)),
        _ => Err(PyTypeError::raise(py, "math.log requires 1 to 2 arguments")),
    }
}

/// An argument that may be missing; None is not the same.
#[cfg(Py_3_12)]
pub(crate) struct Given<'a, 'py>(Option<&'a Bound<'py, PyAny>>);

#[cfg(Py_3_12)]
impl<'a, 'py> FromArg<'a, 'py> for Given<'a, 'py> {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        Ok(Given(Some(object)))
    }
}

/// A logarithm of the C library, for positive numbers.
type Logarithm = extern "C" fn(f64) -> f64;

#[inline]
fn log_to(py: Python<'_>, x: &Bound<'_, PyAny>, base: Option<&Bound<'_, PyAny>>) -> PyResult<f64> {
    let numerator = logarithm(x, libm::log)?;
    let Some(base) = base else {
        return Ok(numerator);
    };
    let denominator = logarithm(base, libm::log)?;
    if denominator == 0.0 {
        return divide_by_zero(py, numerator);
    }
    Ok(numerator / denominator)
}

/// Raises `ZeroDivisionError` with the interpreter's own text.
#[cold]
fn divide_by_zero(py: Python<'_>, numerator: f64) -> PyResult<f64> {
    let zero = PyFloat::new(py, 0.0)?;
    PyFloat::new(py, numerator)?
        .as_any()
        .true_div(&zero)?
        .to_f64()
}

/// The logarithm of x to the base of 2.
#[pyfunction(signature = (x, /))]
pub(crate) fn log2(x: &Bound<'_, PyAny>) -> PyResult<f64> {
    logarithm(x, libm::log2)
}

/// The logarithm of x to the base of 10.
#[pyfunction(signature = (x, /))]
pub(crate) fn log10(x: &Bound<'_, PyAny>) -> PyResult<f64> {
    logarithm(x, libm::log10)
}

#[inline]
fn logarithm(x: &Bound<'_, PyAny>, log: Logarithm) -> PyResult<f64> {
    let value = match x.cast_exact::<PyFloat>() {
        Some(float) => float.value(),
        None => match x.cast::<PyInt>() {
            Some(int) => return logarithm_of_int(int, log),
            None => x.to_f64()?,
        },
    };
    let result = if value > 0.0 {
        log(value)
    } else {
        outside(value)
    };
    fault::if_defined(x.py(), value, result, POSITIVE)
}

/// The logarithm of what is not positive.
#[cold]
fn outside(value: f64) -> f64 {
    if value.is_nan() {
        value
    } else if value == 0.0 {
        f64::NEG_INFINITY
    } else {
        f64::NAN
    }
}

fn logarithm_of_int(int: &Bound<'_, PyInt>, log: Logarithm) -> PyResult<f64> {
    let py = int.py();
    if int.is_negative() || int.to_i64() == Some(0) {
        let text = if cfg!(Py_3_14) {
            POSITIVE
        } else {
            "math domain error"
        };
        return Err(PyValueError::raise(py, text));
    }
    // The error of a conversion that cannot succeed takes longer than the logarithm.
    if int.bit_length()? > 1024 {
        return logarithm_by_parts(int, log);
    }
    match int.to_f64() {
        Ok(value) => Ok(log(value)),
        Err(error) if error.matches::<PyOverflowError>(py) => {
            drop(error);
            logarithm_by_parts(int, log)
        }
        Err(error) => Err(error),
    }
}

fn logarithm_by_parts(int: &Bound<'_, PyInt>, log: Logarithm) -> PyResult<f64> {
    let (fraction, exponent) = int.frexp()?;
    Ok(log(fraction) + log(2.0) * exponent as f64)
}
