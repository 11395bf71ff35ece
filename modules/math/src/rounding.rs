//! From numbers to ints.

use corten_api::prelude::*;

use crate::{State, float};

/// The smallest int that is not less than x.
#[pyfunction(signature = (x, /))]
pub(crate) fn ceil<'py>(
    module: &Bound<'py, PyModule>,
    x: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    round(module, x, float::ceil, |state| &state.ceil)
}

/// The largest int that is not greater than x.
#[pyfunction(signature = (x, /))]
pub(crate) fn floor<'py>(
    module: &Bound<'py, PyModule>,
    x: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    round(module, x, float::floor, |state| &state.floor)
}

/// x without its fraction, by its method __trunc__().
#[pyfunction(signature = (x, /))]
pub(crate) fn trunc<'py>(
    module: &Bound<'py, PyModule>,
    x: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    if let Some(float) = x.cast_exact::<PyFloat>() {
        return PyInt::from_f64(x.py(), float.value()).map(Bound::into_any);
    }
    match by_method(module, x, |state| &state.trunc)? {
        Some(int) => Ok(int),
        None => Err(no_method(x)),
    }
}

/// Rounds by the type's own method, or as a float.
#[inline]
fn round<'py>(
    module: &Bound<'py, PyModule>,
    x: &Bound<'py, PyAny>,
    round: impl Fn(f64) -> Option<i64>,
    method: fn(&State) -> &Py<PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    let value = match x.cast_exact::<PyFloat>() {
        Some(float) => float.value(),
        None => match by_method(module, x, method)? {
            Some(int) => return Ok(int),
            None => x.to_f64()?,
        },
    };
    let py = x.py();
    let int = match round(value) {
        Some(int) => PyInt::from_i64(py, int),
        None => PyInt::from_f64(py, value),
    };
    int.map(Bound::into_any)
}

/// What the type's own method makes of x.
fn by_method<'py>(
    module: &Bound<'py, PyModule>,
    x: &Bound<'py, PyAny>,
    method: fn(&State) -> &Py<PyString>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    if x.cast_exact::<PyInt>().is_some() {
        return Ok(Some(x.clone()));
    }
    x.call_special(method(module.state()?).bind(x.py()))
}

#[cold]
fn no_method(x: &Bound<'_, PyAny>) -> PyErr {
    let name = x.type_name();
    let name = &name[..name.floor_char_boundary(100)];
    PyTypeError::raise(
        x.py(),
        format_args!("type {name} doesn't define __trunc__ method"),
    )
}
