//! `math`: functions of floats, and exact sums, products and counts.
#![forbid(unsafe_code)]

mod accumulator; // engines: no Python
mod counting;
mod float;
mod gamma;
mod norm;
mod partials;
#[cfg(Py_3_12)]
mod products;
#[cfg(Py_3_12)]
mod steps;

mod combinatorics;
mod distances;
mod elementary;
mod fault;
mod floats;
mod integers;
mod logarithms;
mod rounding;
mod sums;

use std::f64::consts::{E, PI, TAU};

use corten_api::prelude::*;

corten_api::module! {
    /// The mathematical functions of the C standard, and functions of whole numbers.
    name: "math",
    state: State,
    functions: [
        elementary::acos,
        elementary::acosh,
        elementary::asin,
        elementary::asinh,
        elementary::atan,
        floats::atan2,
        elementary::atanh,
        elementary::cbrt,
        rounding::ceil,
        floats::copysign,
        elementary::cos,
        elementary::cosh,
        elementary::degrees,
        distances::dist,
        elementary::erf,
        elementary::erfc,
        elementary::exp,
        elementary::exp2,
        elementary::expm1,
        elementary::fabs,
        combinatorics::factorial,
        rounding::floor,
        #[cfg(Py_3_13)]
        floats::fma,
        floats::fmod,
        floats::frexp,
        sums::fsum,
        elementary::gamma,
        integers::gcd,
        distances::hypot,
        floats::isclose,
        floats::isfinite,
        floats::isinf,
        floats::isnan,
        integers::isqrt,
        integers::lcm,
        floats::ldexp,
        elementary::lgamma,
        logarithms::log,
        elementary::log1p,
        logarithms::log10,
        logarithms::log2,
        floats::modf,
        floats::pow,
        elementary::radians,
        floats::remainder,
        elementary::sin,
        elementary::sinh,
        elementary::sqrt,
        elementary::tan,
        elementary::tanh,
        #[cfg(Py_3_12)]
        sums::sumprod,
        rounding::trunc,
        sums::prod,
        combinatorics::perm,
        combinatorics::comb,
        floats::nextafter,
        floats::ulp,
    ],
    constants: [pi = PI, e = E, tau = TAU, inf = f64::INFINITY, nan = f64::NAN],
}

/// The names of the methods by which other types round.
#[derive(Traverse)]
struct State {
    ceil: Py<PyString>,
    floor: Py<PyString>,
    trunc: Py<PyString>,
}

impl ModuleState for State {
    fn init(module: &Bound<'_, PyModule>) -> PyResult<Self> {
        let name = |text| PyString::interned(module.py(), text).map(Bound::unbind);
        Ok(State {
            ceil: name("__ceil__")?,
            floor: name("__floor__")?,
            trunc: name("__trunc__")?,
        })
    }
}
