//! `_statistics`: quantiles of the normal distribution.
#![forbid(unsafe_code)]

mod normal; // engine: no Python

use corten_api::prelude::*;

corten_api::module! {
    /// What the statistics module wants quickly.
    name: "_statistics",
    state: State,
    functions: [_normal_dist_inv_cdf],
}

/// Nothing is kept between calls.
#[derive(Traverse)]
struct State {}

impl ModuleState for State {
    fn init(_module: &Bound<'_, PyModule>) -> PyResult<Self> {
        Ok(State {})
    }
}

#[pyfunction(signature = (p, mu, sigma, /))]
fn _normal_dist_inv_cdf(py: Python<'_>, p: f64, mu: f64, sigma: f64) -> PyResult<f64> {
    normal::quantile(p, mu, sigma)
        // From 3.12 on, the class in Python looks after sigma.
        .filter(|_| cfg!(Py_3_12) || sigma > 0.0 || sigma.is_nan())
        .ok_or_else(|| PyValueError::raise(py, "inv_cdf undefined for these parameters"))
}
