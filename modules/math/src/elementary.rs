//! Functions of one float that gives one.

use std::f64::consts::PI;

use corten_api::prelude::*;
use corten_libm as libm;

use crate::fault::{self, Fault};
use crate::gamma;

/// Defined for all floats, without overflow.
macro_rules! everywhere {
    ($($(#[$doc:meta])* $name:ident = $function:expr;)*) => {$(
        $(#[$doc])*
        #[pyfunction(signature = (x, /))]
        pub(crate) fn $name(x: f64) -> f64 {
            $function(x)
        }
    )*};
}

everywhere! {
    /// The inverse hyperbolic sine of x.
    asinh = libm::asinh;
    /// The arc tangent of x, an angle from -pi/2 to pi/2.
    atan = libm::atan;
    /// The cube root of x.
    cbrt = libm::cbrt;
    /// The error function at x.
    erf = libm::erf;
    /// The complementary error function at x: 1 - erf(x), exact also where that is small.
    erfc = libm::erfc;
    /// The absolute value of x, as a float.
    fabs = f64::abs;
    /// The hyperbolic tangent of x.
    tanh = libm::tanh;
}

/// The angle x, given in radians, in degrees.
#[pyfunction(signature = (x, /))]
pub(crate) fn degrees(x: f64) -> f64 {
    x * (180.0 / PI)
}

/// The angle x, given in degrees, in radians.
#[pyfunction(signature = (x, /))]
pub(crate) fn radians(x: f64) -> f64 {
    x * (PI / 180.0)
}

/// Defined for all floats; the value may be too large.
macro_rules! growing {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[pyfunction(signature = (x, /))]
        pub(crate) fn $name(py: Python<'_>, x: f64) -> PyResult<f64> {
            fault::unless_too_large(py, x, libm::$name(x))
        }
    )*};
}

growing! {
    /// The hyperbolic cosine of x.
    cosh;
    /// e to the power of x.
    exp;
    /// 2 to the power of x.
    exp2;
    /// e to the power of x, less 1: exact also for small x, where exp(x) - 1 is not.
    expm1;
    /// The hyperbolic sine of x.
    sinh;
}

/// Not defined everywhere, or with poles; the text tells what is expected.
macro_rules! partial {
    ($($(#[$doc:meta])* $name:ident = $function:expr, $expected:literal;)*) => {$(
        $(#[$doc])*
        #[pyfunction(signature = (x, /))]
        pub(crate) fn $name(py: Python<'_>, x: f64) -> PyResult<f64> {
            fault::if_defined(py, x, $function(x), $expected)
        }
    )*};
}

partial! {
    /// The arc cosine of x, an angle from 0 to pi.
    acos = libm::acos, "expected a number in range from -1 up to 1";
    /// The inverse hyperbolic cosine of x.
    acosh = libm::acosh, "expected argument value not less than 1";
    /// The arc sine of x, an angle from -pi/2 to pi/2.
    asin = libm::asin, "expected a number in range from -1 up to 1";
    /// The inverse hyperbolic tangent of x.
    atanh = libm::atanh, "expected a number between -1 and 1";
    /// The cosine of x radians.
    cos = libm::cos, "expected a finite input";
    /// The natural logarithm of 1 + x: exact also for small x, where log(1 + x) is not.
    log1p = libm::log1p, "expected argument value > -1";
    /// The sine of x radians.
    sin = libm::sin, "expected a finite input";
    /// The square root of x.
    sqrt = f64::sqrt, "expected a nonnegative input";
    /// The tangent of x radians.
    tan = libm::tan, "expected a finite input";
}

/// The gamma function at x.
#[pyfunction(signature = (x, /))]
pub(crate) fn gamma(py: Python<'_>, x: f64) -> PyResult<f64> {
    gamma::gamma(x).map_err(|fault| at_pole(fault, py, x))
}

/// The natural logarithm of the absolute value of the gamma function at x.
#[pyfunction(signature = (x, /))]
pub(crate) fn lgamma(py: Python<'_>, x: f64) -> PyResult<f64> {
    gamma::log_gamma(x).map_err(|fault| at_pole(fault, py, x))
}

#[cold]
fn at_pole(fault: Fault, py: Python<'_>, x: f64) -> PyErr {
    fault.raise_for(py, "expected a noninteger or positive integer", x)
}
