//! Vectors whose length comes from input.

use crate::err::{PyErr, PyResult};
use crate::python::Python;

/// All `items`, or the first error among them.
///
/// # Errors
///
/// That one, or `MemoryError`.
pub fn try_collect<T>(
    py: Python<'_>,
    items: impl Iterator<Item = PyResult<T>>,
) -> PyResult<Vec<T>> {
    let mut all = Vec::new();
    let (len, _) = items.size_hint();
    all.try_reserve_exact(len)
        .map_err(|_| PyErr::no_memory(py))?;
    for item in items {
        try_push(py, &mut all, item?)?;
    }
    Ok(all)
}

/// Appends `item`.
///
/// # Errors
///
/// `MemoryError`.
#[inline]
pub fn try_push<T>(py: Python<'_>, items: &mut Vec<T>, item: T) -> PyResult<()> {
    items.try_reserve(1).map_err(|_| PyErr::no_memory(py))?;
    items.push(item);
    Ok(())
}
