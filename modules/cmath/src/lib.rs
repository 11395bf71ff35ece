//! `cmath`: functions of complex numbers.
#![forbid(unsafe_code)]

mod complex; // engines: no Python
mod functions;
mod special;

use std::f64::consts::{E, PI, TAU};

use corten_api::prelude::*;

use crate::complex::{Complex, Fault};

corten_api::module! {
    /// The mathematical functions of the C standard for complex numbers.
    name: "cmath",
    state: State,
    functions: [
        acos, acosh, asin, asinh, atan, atanh, cos, cosh, exp, isclose, isfinite, isinf, isnan, log, log10, phase, polar,
        rect, sin, sinh, sqrt, tan, tanh,
    ],
    constants: [
        pi = PI, e = E, tau = TAU, inf = f64::INFINITY, infj = Complex::new(0.0, f64::INFINITY), nan = f64::NAN,
        nanj = Complex::new(0.0, f64::NAN),
    ],
}

/// There is nothing to keep.
#[derive(Traverse)]
struct State {}

impl ModuleState for State {
    fn init(_module: &Bound<'_, PyModule>) -> PyResult<Self> {
        Ok(State {})
    }
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[pyfunction(signature = (z, /))]
        fn $name(py: Python<'_>, z: Complex) -> PyResult<Bound<'_, PyAny>> {
            functions::$name(z).into_value(py)
        }
    )*};
}

functions! {
    /// The arc cosine of z.
    acos;
    /// The inverse hyperbolic cosine of z.
    acosh;
    /// The arc sine of z.
    asin;
    /// The inverse hyperbolic sine of z.
    asinh;
    /// The arc tangent of z.
    atan;
    /// The inverse hyperbolic tangent of z.
    atanh;
    /// The cosine of z.
    cos;
    /// The hyperbolic cosine of z.
    cosh;
    /// e to the power of z.
    exp;
    /// The logarithm of z to the base of 10.
    log10;
    /// The sine of z.
    sin;
    /// The hyperbolic sine of z.
    sinh;
    /// The square root of z.
    sqrt;
    /// The tangent of z.
    tan;
    /// The hyperbolic tangent of z.
    tanh;
}

/// log(z[, base]) -> the logarithm of z to the given base, or the natural one.
#[pyfunction(
    signature = (z, base = Base(None), /),
    text_signature = "($module, z, base=<unrepresentable>, /)"
)]
fn log(py: Python<'_>, z: Complex, base: Base) -> PyResult<Bound<'_, PyAny>> {
    match base.0 {
        Some(base) => functions::log_to(z, base).into_value(py),
        None => functions::log(z).map_err(|_| Fault::Domain).into_value(py),
    }
}

/// The base of a logarithm, which may be missing; None is none.
struct Base(Option<Complex>);

impl<'a, 'py> FromArg<'a, 'py> for Base {
    fn from_arg(object: &'a Bound<'py, PyAny>, arg: &Arg) -> PyResult<Self> {
        Complex::from_arg(object, arg).map(|base| Base(Some(base)))
    }
}

/// The angle of z, also called its argument or phase.
#[pyfunction(signature = (z, /))]
fn phase(py: Python<'_>, z: Complex) -> PyResult<f64> {
    let angle = functions::phase(z);
    if corten_libm::atan2_underflows(z.im, z.re, angle) {
        return Err(raise(Fault::Range, py));
    }
    Ok(angle)
}

/// The pair (r, phi) of the distance of z from 0 and its angle.
#[pyfunction(signature = (z, /))]
fn polar(py: Python<'_>, z: Complex) -> PyResult<(f64, f64)> {
    let length = z.abs();
    if length.is_infinite() && z.is_finite() {
        return Err(raise(Fault::Range, py));
    }
    Ok((length, functions::phase(z)))
}

/// The complex number at that distance from 0 and of that angle.
#[pyfunction(signature = (r, phi, /))]
fn rect(py: Python<'_>, r: f64, phi: f64) -> PyResult<Bound<'_, PyAny>> {
    functions::rect(r, phi).into_value(py)
}

/// Whether both parts of z are finite.
#[pyfunction(signature = (z, /))]
fn isfinite(z: Complex) -> bool {
    z.is_finite()
}

/// Whether a part of z is infinite.
#[pyfunction(signature = (z, /))]
fn isinf(z: Complex) -> bool {
    z.is_infinite()
}

/// Whether a part of z is NaN, not a number.
#[pyfunction(signature = (z, /))]
fn isnan(z: Complex) -> bool {
    z.is_nan()
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
fn isclose(py: Python<'_>, a: Complex, b: Complex, rel_tol: f64, abs_tol: f64) -> PyResult<bool> {
    if rel_tol < 0.0 || abs_tol < 0.0 {
        return Err(PyValueError::raise(py, "tolerances must be non-negative"));
    }
    Ok(functions::is_close(a, b, rel_tol, abs_tol))
}

/// What a function of the engine gives.
trait IntoValue {
    fn into_value(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>>;
}

impl IntoValue for Complex {
    #[inline]
    fn into_value(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        self.into_py(py)
    }
}

impl IntoValue for Result<Complex, Fault> {
    #[inline]
    fn into_value(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        self.map_err(|fault| raise(fault, py))?.into_py(py)
    }
}

#[cold]
fn raise(fault: Fault, py: Python<'_>) -> PyErr {
    match fault {
        Fault::Domain => PyValueError::raise(py, "math domain error"),
        Fault::Range => PyOverflowError::raise(py, "math range error"),
    }
}

impl<'a, 'py> FromArg<'a, 'py> for Complex {
    #[inline]
    fn from_arg(object: &'a Bound<'py, PyAny>, _arg: &Arg) -> PyResult<Self> {
        let (re, im) = object.to_complex()?;
        Ok(Complex { re, im })
    }
}

impl<'py> IntoPy<'py> for Complex {
    #[inline]
    fn into_py(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        PyComplex::new(py, self.re, self.im).map(Bound::into_any)
    }
}
